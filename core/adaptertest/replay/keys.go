package replay

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"sync"
)

// The keys of services that do not sign with the published one. They live for one run.
var (
	rsaKey      = sync.OnceValue(newRSAKey)
	otherRSAKey = sync.OnceValue(newRSAKey)

	ecKey = sync.OnceValue(func() *ecdsa.PrivateKey {
		return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	})
	edKey = sync.OnceValue(func() ed25519.PrivateKey {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return must(key, err)
	})
)

func newRSAKey() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // there is no randomness, or the key cannot be written
	}
	return v
}

func privatePEM(key crypto.PrivateKey) string {
	der := must(x509.MarshalPKCS8PrivateKey(key))
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func publicPEM(key crypto.PublicKey) string {
	der := must(x509.MarshalPKIXPublicKey(key))
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}
