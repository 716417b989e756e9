package token_test

import (
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/core/token"
)

// The benchmarks take one HS256 access token of ten claims and 389 bytes. What cannot be avoided,
// and what other libraries take, is measured beside it in the module bench.

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
