package token_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authplug/authplug/core/token"
)

// The benchmarks take one HS256 access token of ten claims and 389 bytes. BenchmarkRaw is what cannot be
// avoided, with the cheapest scan; compare the others with it within one run.

var benchKey = sha256.Sum256([]byte("k1"))

func benchClaims(now time.Time) token.Claims {
	return token.Claims{
		Kind: token.Access, ID: "0123456789abcdef0123456789abcdef", User: "4711", Session: "Xy12abCD34efGH56",
		Epoch: 3, HasEpoch: true, IssuedAt: now, ExpiresAt: now.Add(time.Hour),
		Custom: []token.Member{
			{Name: "roles", Value: []byte(`["editor","staff"]`)},
			{Name: "name", Value: []byte(`"Alice Example"`)},
		},
	}
}

func benchCodec(b *testing.B) *token.Codec {
	key, err := token.NewSecret("", token.HS256, benchKey[:])
	if err != nil {
		b.Fatal(err)
	}
	c, err := token.New(token.Config{Sign: key, Issuer: "https://auth.example.com"})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

func benchToken(b *testing.B, c *token.Codec) string {
	cl := benchClaims(time.Now())
	raw, err := c.Mint(&cl)
	if err != nil {
		b.Fatal(err)
	}
	return raw
}

func BenchmarkVerify(b *testing.B) {
	c := benchCodec(b)
	raw := benchToken(b, c)
	b.ReportMetric(float64(len(raw)), "bytes")
	b.ReportAllocs()
	var cl token.Claims
	for b.Loop() {
		if err := c.Verify(raw, time.Now(), &cl); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyBadSignature(b *testing.B) {
	c := benchCodec(b)
	raw := benchToken(b, c)
	raw = raw[:strings.LastIndexByte(raw, '.')+1] + strings.Repeat("A", 43)
	b.ReportAllocs()
	var cl token.Claims
	for b.Loop() {
		if c.Verify(raw, time.Now(), &cl) == nil {
			b.Fatal("accepted")
		}
	}
}

var benchSink int

func BenchmarkRaw(b *testing.B) {
	raw := []byte(benchToken(b, benchCodec(b)))
	mac := hmac.New(sha256.New, benchKey[:])
	var sum, sig, payload [1024]byte
	b.ReportAllocs()
	for b.Loop() {
		dots := [2]int{bytes.IndexByte(raw, '.'), bytes.LastIndexByte(raw, '.')}
		mac.Reset()
		mac.Write(raw[:dots[1]])
		got := mac.Sum(sum[:0])
		n, err := base64.RawURLEncoding.Decode(sig[:], raw[dots[1]+1:])
		if err != nil || !hmac.Equal(got, sig[:n]) {
			b.Fatal("bad signature")
		}
		n, err = base64.RawURLEncoding.Decode(payload[:], raw[dots[0]+1:dots[1]])
		if err != nil {
			b.Fatal(err)
		}
		benchSink += scanOnce(payload[:n])
		benchSink += time.Now().Nanosecond()
	}
}

// scanOnce looks at every byte once and knows strings from structure: the least that any reader of JSON does.
func scanOnce(text []byte) (members int) {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ':' && depth == 1:
			members++
		}
	}
	return members
}

func BenchmarkMint(b *testing.B) {
	c := benchCodec(b)
	cl := benchClaims(time.Now())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Mint(&cl); err != nil {
			b.Fatal(err)
		}
	}
}

type peerClaims struct {
	Kind    string   `json:"token_type"`
	User    int      `json:"user_id"`
	Session string   `json:"sid"`
	Epoch   int      `json:"epoch"`
	Roles   []string `json:"roles"`
	Name    string   `json:"name"`
	jwt.RegisteredClaims
}

func BenchmarkGolangJWT(b *testing.B) {
	raw := benchToken(b, benchCodec(b))
	key := func(*jwt.Token) (any, error) { return benchKey[:], nil }
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}))
	var claims peerClaims
	if _, err := parser.ParseWithClaims(raw, &claims, key); err != nil {
		b.Fatal(err)
	}
	for name, work := range map[string]func() error{
		"verify-map": func() error {
			_, err := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"})).ParseWithClaims(raw, jwt.MapClaims{}, key)
			return err
		},
		"verify-struct": func() error {
			_, err := parser.ParseWithClaims(raw, &peerClaims{}, key)
			return err
		},
		"mint-struct": func() error {
			_, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(benchKey[:])
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := work(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
