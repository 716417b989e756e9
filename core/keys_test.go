package auth_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

func TestASampleKeyIsForDevelopment(t *testing.T) {
	settings := good()
	settings.Signing.Key = "d577273ff885c3f84dadb8578bb40000"
	settings.Signing.AllowSampleKey = true
	if _, err := auth.New(settings, auth.In(noStore{})); err != nil {
		t.Errorf("New() = %v", err)
	}
}

func secret(t *testing.T, salt string) token.Key {
	t.Helper()
	k, err := token.NewSecret("a", token.HS256, []byte(testKey+salt))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func rsaKeys(t *testing.T, bits int) (private, public string) {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0")
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return encodeKeys(t, key, key.Public())
}

func ecKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private, _ := encodeKeys(t, key, key.Public())
	return private
}

func encodeKeys(t *testing.T, private, public any) (privatePEM, publicPEM string) {
	t.Helper()
	a, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	b, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: a})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: b}))
}

func TestTheLongestNamesFitIntoATokenOfTheLongestKey(t *testing.T) {
	pem, _ := rsaKeys(t, 4096)
	settings := auth.Settings{Signing: auth.Signing{
		Key: auth.Secret(pem), Algorithm: token.RS512,
		Issuer: strings.Repeat("i", 1022), Audience: []string{strings.Repeat("a", 500), strings.Repeat("b", 500), "c"},
	}}
	s, err := auth.New(settings, auth.In(oneUser{}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.OpenSession(t.Context(), auth.UserKey{ID: "7"}, auth.Client{}, nil); err != nil {
		t.Errorf("OpenSession() = %v", err)
	}
}

// oneUser is a store that has a user and forgets sessions.
type oneUser struct{ noStore }

func (oneUser) User(context.Context, auth.UserKey) (*auth.User, error) {
	return &auth.User{ID: "7", Active: true}, nil
}

func (oneUser) CreateSession(context.Context, *auth.Session, auth.Admission) ([]string, error) {
	return nil, nil
}
