package forge

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"

	"github.com/authplug/authplug/core/token"
)

// Pair is a key as a service holds it, and its public half as everybody may know it.
type Pair struct {
	Algorithm token.Algorithm
	Private   crypto.Signer
	Public    []byte // DER
}

// NewPair returns a new pair for one of the algorithms RS256, ES256 and EdDSA.
func NewPair(alg token.Algorithm) Pair {
	private := newKey(alg)
	return Pair{alg, private, must(x509.MarshalPKIXPublicKey(private.Public()))}
}

func newKey(alg token.Algorithm) crypto.Signer {
	switch alg {
	case token.RS256:
		return must(rsa.GenerateKey(rand.Reader, 2048))
	case token.ES256:
		return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	case token.EdDSA:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return must(key, err)
	default:
		panic("forge: no pair for " + alg)
	}
}

// PEM returns the private half as settings take it.
func (p Pair) PEM() string {
	return encode("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(p.Private)))
}

// PublicPEM returns the public half as settings take it.
func (p Pair) PublicPEM() string { return encode("PUBLIC KEY", p.Public) }

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// Token returns a token that the private half signs.
func (p Pair) Token(header, payload string) string {
	signed := Base64(header) + "." + Base64(payload)
	return signed + "." + Base64(string(p.sign([]byte(signed))))
}

func (p Pair) sign(message []byte) []byte {
	if p.Algorithm == token.EdDSA {
		return must(p.Private.Sign(rand.Reader, message, crypto.Hash(0)))
	}
	digest := sha256.Sum256(message)
	key, ok := p.Private.(*ecdsa.PrivateKey)
	if !ok {
		return must(p.Private.Sign(rand.Reader, digest[:], crypto.SHA256))
	}
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	return append(must(r, err).FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // there is no randomness, or the key cannot be written
	}
	return v
}
