package remote

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// secret is what HS algorithms sign with here.
const secret = "a secret of the tests that is, as HS512 wants it, of more than 64 bytes"

// pair is a private key in the forms that the tests need.
type pair struct {
	private         crypto.Signer
	signing, public auth.Secret // PEM
}

// pairs are made once for all tests: RSA takes its time.
var pairs = sync.OnceValue(func() map[string]pair {
	made := map[string]pair{}
	add := func(name string, private crypto.Signer, err error) {
		if err != nil {
			panic(err)
		}
		secret, err := x509.MarshalPKCS8PrivateKey(private)
		if err != nil {
			panic(err)
		}
		public, err := x509.MarshalPKIXPublicKey(private.Public())
		if err != nil {
			panic(err)
		}
		made[name] = pair{private, encodePEM("PRIVATE KEY", secret), encodePEM("PUBLIC KEY", public)}
	}
	for _, name := range []string{"RS", "RS former"} {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		add(name, k, err)
	}
	for name, curve := range map[string]elliptic.Curve{
		"ES256": elliptic.P256(), "ES256 former": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521(),
	} {
		k, err := ecdsa.GenerateKey(curve, rand.Reader)
		add(name, k, err)
	}
	_, k, err := ed25519.GenerateKey(rand.Reader)
	add("EdDSA", k, err)
	return made
})

func encodePEM(kind string, der []byte) auth.Secret {
	return auth.Secret(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// pairFor returns the pair that fits an asymmetric algorithm.
func pairFor(alg token.Algorithm) pair {
	if name := string(alg); strings.HasPrefix(name, "RS") || strings.HasPrefix(name, "PS") {
		return pairs()["RS"]
	}
	return pairs()[string(alg)]
}

// claims are those of a token that is good at t0, as others have them.
func claims(others jwt.MapClaims) jwt.MapClaims {
	all := jwt.MapClaims{
		"token_type": "access", "jti": "1", "user_id": 2, "iat": t0.Unix(), "exp": t0.Add(24 * time.Hour).Unix(),
	}
	maps.Copy(all, others)
	return all
}

// mint signs as another program would, with a key id unless that is empty.
func mint(t testing.TB, alg token.Algorithm, key any, kid string, others jwt.MapClaims) string {
	t.Helper()
	unsigned := jwt.NewWithClaims(jwt.GetSigningMethod(string(alg)), claims(others))
	if kid != "" {
		unsigned.Header["kid"] = kid
	}
	if text, ok := key.(string); ok {
		key = []byte(text)
	}
	raw, err := unsigned.SignedString(key)
	if err != nil {
		t.Fatalf("sign with %s: %v", alg, err)
	}
	return raw
}

// published returns the public key of a pair under an id.
func published(t testing.TB, kid string, alg token.Algorithm, p pair) token.Key {
	t.Helper()
	k, err := token.ParsePEM(kid, alg, []byte(p.public))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func jwkOf(t testing.TB, k token.Key) string {
	t.Helper()
	jwk, err := k.JWK()
	if err != nil {
		t.Fatal(err)
	}
	return string(jwk)
}

// noJWKS fails the test when keys are fetched.
func noJWKS(t testing.TB) func(context.Context) ([]token.Key, error) {
	return func(context.Context) ([]token.Key, error) {
		t.Error("keys are fetched where the settings have some")
		return nil, context.Canceled
	}
}

func atT0() time.Time { return t0 }
