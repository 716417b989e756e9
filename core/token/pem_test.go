package token_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/authplug/authplug/core/token"
)

func TestEveryPEMFormIsRead(t *testing.T) {
	block := func(kind string, der []byte, err error) []byte {
		noError(t, err)
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	}
	rsaKey, _ := pairs()["rsa"].private.(*rsa.PrivateKey)
	ecKey, _ := pairs()["P-384"].private.(*ecdsa.PrivateKey)
	sec1, err := x509.MarshalECPrivateKey(ecKey)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Unix(1, 0)}
	certificate, certErr := x509.CreateCertificate(rand.Reader, template, template, &ecKey.PublicKey, ecKey)
	parameters := "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n"
	for name, test := range map[string]struct {
		alg  token.Algorithm
		text []byte
		sign bool
	}{
		"PKCS #8 RSA":        {token.RS256, pairs()["rsa"].pem, true},
		"PKCS #8 Ed25519":    {token.EdDSA, pairs()["ed25519"].pem, true},
		"PKCS #8 EC":         {token.ES512, pairs()["P-521"].pem, true},
		"PKCS #1":            {token.PS384, block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey), nil), true},
		"SEC 1":              {token.ES384, block("EC PRIVATE KEY", sec1, err), true},
		"SEC 1 of openssl":   {token.ES384, append([]byte("some text\n"+parameters), block("EC PRIVATE KEY", sec1, err)...), true},
		"PKIX RSA":           {token.RS512, pairs()["rsa"].public, false},
		"PKIX EC":            {token.ES256, pairs()["P-256"].public, false},
		"PKIX Ed25519":       {token.EdDSA, pairs()["ed25519"].public, false},
		"PKCS #1 public":     {token.RS256, block("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&rsaKey.PublicKey), nil), false},
		"X.509, run out":     {token.ES384, block("CERTIFICATE", certificate, certErr), false},
		"PKIX with CR LF":    {token.ES256, bytes.ReplaceAll(pairs()["P-256"].public, []byte("\n"), []byte("\r\n")), false},
		"PKIX without an LF": {token.ES256, bytes.TrimSpace(pairs()["P-256"].public), false},
	} {
		k, err := token.ParsePEM("", test.alg, test.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if k.CanSign() != test.sign || k.Algorithm() != test.alg || k.ID() != k.Thumbprint() || len(k.ID()) != 43 {
			t.Errorf("%s: %v, CanSign %v", name, k, k.CanSign())
		}
		if p := k.Public(); p.CanSign() || p.ID() != k.ID() || p.Thumbprint() != k.Thumbprint() {
			t.Errorf("%s: the public half is %v", name, p)
		}
	}
}

// C-05.
func TestBadPEMIsRefused(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	noError(t, err)
	x25519, err := ecdh.X25519().GenerateKey(rand.Reader)
	noError(t, err)
	pkix := func(key any) []byte {
		der, err := x509.MarshalPKIXPublicKey(key)
		noError(t, err)
		return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	}
	rsaKey, _ := pairs()["rsa"].private.(*rsa.PrivateKey)
	exponent := func(e int) []byte { return pkix(&rsa.PublicKey{N: rsaKey.N, E: e}) }
	for name, test := range map[string]struct {
		alg  token.Algorithm
		text []byte
	}{
		"nothing":                {token.RS256, nil},
		"text":                   {token.RS256, []byte("secret")},
		"an HMAC algorithm":      {token.HS256, pairs()["rsa"].pem},
		"an unknown algorithm":   {"RS1", pairs()["rsa"].pem},
		"none":                   {"none", pairs()["rsa"].pem},
		"rs256":                  {"rs256", pairs()["rsa"].pem},
		"the alias of EdDSA":     {"Ed25519", pairs()["ed25519"].pem},
		"RSA for ES256":          {token.ES256, pairs()["rsa"].pem},
		"EC for RS256":           {token.RS256, pairs()["P-256"].pem},
		"P-384 for ES256":        {token.ES256, pairs()["P-384"].pem},
		"P-256 for ES512":        {token.ES512, pairs()["P-256"].public},
		"P-224":                  {token.ES256, pairs()["P-224"].public},
		"Ed25519 for ES256":      {token.ES256, pairs()["ed25519"].pem},
		"EC for EdDSA":           {token.EdDSA, pairs()["P-256"].pem},
		"X25519":                 {token.EdDSA, pkix(x25519.PublicKey())},
		"1024 bits":              {token.RS256, pkix(&small.PublicKey)},
		"10000 bits":             {token.RS256, pkix(&rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 9999, 1), E: 65537})},
		"even modulus":           {token.RS256, pkix(&rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047), E: 65537})},
		"of a faulty chip":       {token.RS256, pkix(&rsa.PublicKey{N: rocaModulus(), E: 65537})},
		"exponent 2":             {token.RS256, exponent(2)},
		"exponent 65536":         {token.RS256, exponent(65536)},
		"two keys":               {token.RS256, append(bytes.Clone(pairs()["rsa"].pem), pairs()["rsa2"].pem...)},
		"other type":             {token.RS256, pem.EncodeToMemory(&pem.Block{Type: "DSA PRIVATE KEY", Bytes: []byte{1}})},
		"encrypted":              {token.RS256, pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte{1}})},
		"garbage private":        {token.RS256, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte{1}})},
		"garbage certificate":    {token.RS256, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte{1}})},
		"public called private":  {token.RS256, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pairs()["rsa"].der})},
		"parameters but no keys": {token.ES256, []byte("-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n")},
	} {
		if k, err := token.ParsePEM("a", test.alg, test.text); !errors.Is(err, token.ErrKey) || k != (token.Key{}) {
			t.Errorf("%s: %v, %v", name, k, err)
		}
	}
}

// rocaModulus is a power of 65537 modulo many small primes, as those that can be factored are.
func rocaModulus() *big.Int {
	product := big.NewInt(1)
	for p := int64(3); p <= 167; p += 2 {
		if big.NewInt(p).ProbablyPrime(0) {
			product.Mul(product, big.NewInt(p))
		}
	}
	power := big.NewInt(65537)
	n := new(big.Int).Lsh(product, uint(2048-product.BitLen()))
	return n.Add(n, power.Exp(power, big.NewInt(7), nil).Mod(power, product))
}
