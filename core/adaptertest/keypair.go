package adaptertest

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/authplug/authplug/core/adaptertest/internal/forge"
	"github.com/authplug/authplug/core/token"
)

// keypair is a pair of keys of a service.
type keypair struct{ forge.Pair }

// pairs are one pair for each kind of asymmetric signature. They are made once.
var pairs = map[token.Algorithm]func() forge.Pair{
	token.RS256: sync.OnceValue(func() forge.Pair { return forge.NewPair(token.RS256) }),
	token.ES256: sync.OnceValue(func() forge.Pair { return forge.NewPair(token.ES256) }),
	token.EdDSA: sync.OnceValue(func() forge.Pair { return forge.NewPair(token.EdDSA) }),
}

// pairOf returns the pair of an algorithm.
func pairOf(alg token.Algorithm) keypair { return keypair{pairs[alg]()} }

// key returns the pair as a service takes it.
func (p keypair) key(t *testing.T, id string) token.Key {
	t.Helper()
	k, err := token.ParsePEM(id, p.Algorithm, []byte(p.PEM()))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// forms are the public half in every form that a careless service might use as a secret.
func (p keypair) forms(t *testing.T) []string {
	t.Helper()
	jwk, err := p.key(t, "a").JWK()
	if err != nil {
		t.Fatal(err)
	}
	text := []byte(p.PublicPEM())
	forms := []string{
		"", string(text), string(bytes.TrimSpace(text)), strings.ReplaceAll(string(text), "\n", "\r\n"),
		string(p.Public), string(p.Public[len(p.Public)-32:]), string(jwk), `{"keys":[` + string(jwk) + `]}`,
		base64.StdEncoding.EncodeToString(p.Public), forge.Base64(string(p.Public)),
		base64.StdEncoding.EncodeToString(text), fmt.Sprintf("%x", p.Public), p.key(t, "").Thumbprint(),
	}
	if public, ok := p.Private.Public().(*rsa.PublicKey); ok {
		der := x509.MarshalPKCS1PublicKey(public)
		forms = append(forms, string(der),
			string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: der})), string(public.N.Bytes()))
	}
	return forms
}
