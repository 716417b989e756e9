package adaptertest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/authplug/authplug/core/token"
)

// keypair is a key as a service holds it, and its public half as everybody may know it.
type keypair struct {
	alg     token.Algorithm
	private crypto.Signer
	pem     string
	public  []byte // DER
}

// keypairs are one key for each kind of asymmetric signature. They are made once.
var keypairs = sync.OnceValues(func() ([]keypair, error) {
	var pairs []keypair
	for _, make := range []func() (token.Algorithm, crypto.Signer, error){
		func() (token.Algorithm, crypto.Signer, error) {
			k, err := rsa.GenerateKey(rand.Reader, 2048)
			return token.RS256, k, err
		},
		func() (token.Algorithm, crypto.Signer, error) {
			k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			return token.ES256, k, err
		},
		func() (token.Algorithm, crypto.Signer, error) {
			_, k, err := ed25519.GenerateKey(rand.Reader)
			return token.EdDSA, k, err
		},
	} {
		alg, private, err := make()
		if err != nil {
			return nil, err
		}
		p, err := newKeypair(alg, private)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
})

func newKeypair(alg token.Algorithm, private crypto.Signer) (keypair, error) {
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return keypair{}, err
	}
	public, err := x509.MarshalPKIXPublicKey(private.Public())
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	return keypair{alg, private, string(text), public}, err
}

// pairOf returns the pair of an algorithm.
func pairOf(t *testing.T, alg token.Algorithm) keypair {
	t.Helper()
	pairs, err := keypairs()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pairs {
		if p.alg == alg {
			return p
		}
	}
	t.Fatalf("no pair for %s", alg)
	return keypair{}
}

// key returns the pair as a service takes it.
func (p keypair) key(t *testing.T, id string) token.Key {
	t.Helper()
	k, err := token.ParsePEM(id, p.alg, []byte(p.pem))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// mint makes a token of any texts with the private half.
func (p keypair) mint(t *testing.T, header, payload string) string {
	t.Helper()
	signed := base64url(header) + "." + base64url(payload)
	message, options := []byte(signed), crypto.SignerOpts(crypto.Hash(0))
	if p.alg != token.EdDSA {
		sum := sha256.Sum256(message)
		message, options = sum[:], crypto.SHA256
	}
	signature, err := p.private.Sign(rand.Reader, message, options)
	if k, ok := p.private.(*ecdsa.PrivateKey); ok {
		r, s, failed := ecdsa.Sign(rand.Reader, k, message)
		err = failed
		signature = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	}
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64url(string(signature))
}

// forms are the public half in every form that a careless service might use as a secret.
func (p keypair) forms(t *testing.T) []string {
	t.Helper()
	jwk, err := p.key(t, "a").JWK()
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: p.public})
	forms := []string{
		"", string(text), string(bytes.TrimSpace(text)), strings.ReplaceAll(string(text), "\n", "\r\n"),
		string(p.public), string(p.public[len(p.public)-32:]), string(jwk), `{"keys":[` + string(jwk) + `]}`,
		base64.StdEncoding.EncodeToString(p.public), base64url(string(p.public)),
		base64.StdEncoding.EncodeToString(text), fmt.Sprintf("%x", p.public), p.key(t, "").Thumbprint(),
	}
	if public, ok := p.private.Public().(*rsa.PublicKey); ok {
		der := x509.MarshalPKCS1PublicKey(public)
		forms = append(forms, string(der),
			string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: der})), string(public.N.Bytes()))
	}
	return forms
}

// hmacToken makes a token of any texts with a secret of any length.
func hmacToken(h crypto.Hash, secret, header, payload string) string {
	signed := base64url(header) + "." + base64url(payload)
	mac := hmac.New(h.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + base64url(string(mac.Sum(nil)))
}
