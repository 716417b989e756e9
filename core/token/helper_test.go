package token_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authplug/authplug/core/token"
)

var (
	t0 = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	k1 = sha256.Sum256([]byte("k1"))
	k2 = sha256.Sum256([]byte("k2"))
)

const (
	headHS256 = `{"alg":"HS256","typ":"JWT"}`
	// goodPayload is valid at t0 (1767225600), with the default configuration.
	goodPayload = `{"token_type":"access","exp":1767225900,"iat":1767225600,` +
		`"jti":"0123456789abcdef0123456789abcdef","user_id":2}`
)

// mint signs a token of raw text, as this package never would. The key is what golang-jwt takes for
// alg.
func mint(t testing.TB, headerJSON, payloadJSON, alg string, key any) string {
	t.Helper()
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(headerJSON)) + "." + encode([]byte(payloadJSON))
	return signed + "." + encode(sign(t, signed, alg, key))
}

func sign(t testing.TB, signed, alg string, key any) []byte {
	t.Helper()
	if secret, ok := key.([]byte); ok && len(secret) == 0 {
		key = []byte{}
	}
	signature, err := jwt.GetSigningMethod(alg).Sign(signed, key)
	if err != nil {
		t.Fatalf("sign with %s: %v", alg, err)
	}
	return signature
}

// mintHS signs a payload as the protocol does, with k1.
func mintHS(t testing.TB, payloadJSON string) string {
	t.Helper()
	return mint(t, headHS256, payloadJSON, "HS256", k1[:])
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func secretKey(t testing.TB, id string, alg token.Algorithm, secret []byte) token.Key {
	t.Helper()
	k, err := token.NewSecret(id, alg, secret)
	noError(t, err)
	return k
}

func newCodec(t testing.TB, config token.Config) *token.Codec {
	t.Helper()
	c, err := token.New(config)
	noError(t, err)
	return c
}

// hsCodec is the codec of most tests: HS256, k1, as the configuration says otherwise.
func hsCodec(t testing.TB, config token.Config) *token.Codec {
	t.Helper()
	config.Sign = secretKey(t, "", token.HS256, k1[:])
	return newCodec(t, config)
}

// pair is one private key in the forms that the tests need.
type pair struct {
	private crypto.Signer
	pem     []byte // PKCS #8
	public  []byte // PKIX, PEM
	der     []byte // PKIX
}

// The pairs are made once for all tests: RSA takes its time.
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
		der, err := x509.MarshalPKIXPublicKey(private.Public())
		if err != nil {
			panic(err)
		}
		made[name] = pair{
			private: private, der: der,
			pem:    pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}),
			public: pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
		}
	}
	for name, bits := range map[string]int{"rsa": 2048, "rsa2": 2048} {
		k, err := rsa.GenerateKey(rand.Reader, bits)
		add(name, k, err)
	}
	for _, curve := range []elliptic.Curve{elliptic.P224(), elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		k, err := ecdsa.GenerateKey(curve, rand.Reader)
		add(curve.Params().Name, k, err)
	}
	_, k, err := ed25519.GenerateKey(rand.Reader)
	add("ed25519", k, err)
	return made
})

// pairFor names the pair that fits an algorithm.
var pairFor = map[token.Algorithm]string{
	token.RS256: "rsa", token.RS384: "rsa", token.RS512: "rsa",
	token.PS256: "rsa", token.PS384: "rsa", token.PS512: "rsa",
	token.ES256: "P-256", token.ES384: "P-384", token.ES512: "P-521", token.EdDSA: "ed25519",
}

// secretFor is a secret that is long enough for every algorithm.
var secretFor = func() []byte { sum := sha512.Sum512([]byte("k1")); return sum[:] }()

// keysFor returns a signing key of any algorithm, and what golang-jwt signs and verifies with.
func keysFor(t testing.TB, alg token.Algorithm, id string) (k token.Key, private, public any) {
	t.Helper()
	if alg.Symmetric() {
		return secretKey(t, id, alg, secretFor), secretFor, secretFor
	}
	p := pairs()[pairFor[alg]]
	k, err := token.ParsePEM(id, alg, p.pem)
	noError(t, err)
	return k, p.private, p.private.Public()
}

// readData reads a file of the test data beside the repository.
func readData(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("../../../shared/data/" + name)
	if err == nil {
		return text
	}
	if os.Getenv("AUTHPLUG_REQUIRE_DATA") == "1" {
		t.Fatal(err)
	}
	t.Skipf("test data is missing: %v", err)
	return nil
}
