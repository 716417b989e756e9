package auth_test

import (
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/password"
	"github.com/authplug/authplug/core/token"
)

// refused builds a service that must not be built, and checks what is said of it: the field, and no
// piece of a secret.
func refused(t *testing.T, field string, settings auth.Settings, secrets ...string) {
	t.Helper()
	running := runtime.NumGoroutine()
	s, err := auth.New(settings, auth.In(noStore{}))
	if s != nil || err == nil {
		t.Fatalf("New() = %v, %v; want an error", s, err)
	}
	if now := runtime.NumGoroutine(); now > running {
		t.Errorf("%d goroutines became %d", running, now)
	}
	var p *auth.Problem
	if !errors.As(err, &p) || !strings.Contains(err.Error(), "auth: Settings."+field+": ") {
		t.Errorf("New() = %v; want a problem of %s", err, field)
	}
	for _, secret := range append(secrets, string(settings.Signing.Key), string(settings.Signing.VerifyingKey)) {
		for at := 0; at+16 <= len(secret); at++ {
			if strings.Contains(err.Error(), secret[at:at+16]) {
				t.Fatalf("the error shows a key: %v", err)
			}
		}
	}
}

func signing(a token.Algorithm, key string) func(*auth.Settings) {
	return func(s *auth.Settings) { s.Signing.Algorithm, s.Signing.Key = a, auth.Secret(key) }
}

// CN-01: what TestEachMisconfigurationNamesItsField has not, by the rule that it breaks.
func TestEachRuleOfConstructionHolds(t *testing.T) {
	private, public := rsaKeys(t, 2048)
	block, _ := pem.Decode([]byte(public))
	p384 := ecKey(t)
	hs := func(id, salt string) token.Key {
		k, err := token.NewSecret(id, token.HS256, []byte(testKey+salt))
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	fromPEM := func(id, text string) token.Key {
		k, err := token.ParsePEM(id, token.RS256, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	ring := func(keys ...token.Key) func(*auth.Settings) {
		return func(s *auth.Settings) { s.Signing = auth.Signing{Keys: keys} }
	}
	costs := func(a password.Algorithm, c password.Cost) func(*auth.Settings) {
		return func(s *auth.Settings) { s.Passwords.Hasher, s.Passwords.Cost = a, c }
	}
	for _, tt := range []struct {
		rule, field string
		change      func(*auth.Settings)
	}{
		{"C-01", "Signing.Key", signing(token.HS512, testKey[:63])},
		{"C-01", "Signing.Key", signing(token.HS256, " ")},
		{"C-02", "Signing.Key", signing(token.HS256, strings.Repeat("\x00", 32))},
		{"C-02", "Signing.Key", signing(token.HS256, "0123456789abcdef0123456789abcdef")},
		{"C-03", "Signing.Algorithm", signing("HS256 ", testKey)},
		{"C-03", "Signing.Algorithm", signing("None", testKey)},
		{"C-03", "Signing.Algorithm", signing("HS1", testKey)},
		{"C-04", "Signing.Keys", ring(hs("", "1"), fromPEM("", private))},
		{"C-04", "Signing.Keys", ring(hs("a", "1"), fromPEM("a", public))},
		{"C-05", "Signing.Key", signing(token.ES512, p384)},
		{"C-05", "Signing.Key", signing(token.EdDSA, p384)},
		{"C-05", "Signing.Key", signing(token.RS256, p384)},
		{"C-05", "Signing.Key", signing(token.HS256, private)},
		{"C-05", "Signing.Key", signing(token.HS256, string(block.Bytes))},
		{"C-05", "Signing.Key", signing(token.HS256, `{"kty":"oct","k":"`+base64.RawURLEncoding.EncodeToString([]byte(testKey))+`"}`)},
		{"C-06", "Signing.Keys", ring(token.Key{})},
		{"C-06", "Signing.Keys", ring(hs("a", "1"), hs("b", "2"), hs("a", "3"))},
		{"C-06", "Signing.Keys", ring(fromPEM("a", public), hs("b", "1"))},
		{"C-08", "Tokens.SessionLifetime", func(s *auth.Settings) { s.Tokens.SessionLifetime = -time.Hour }},
		{"C-08", "Tokens.RefreshLifetime", func(s *auth.Settings) { s.Tokens.RefreshLifetime = s.Tokens.AccessLifetime - 1 }},
		{"C-08", "Signing.Leeway", func(s *auth.Settings) { s.Signing.Leeway = 2*time.Minute + 1 }},
		{"C-08", "Tokens.SlidingRefreshLifetime", func(s *auth.Settings) { s.Tokens.SlidingRefreshLifetime = 721 * time.Hour }},
		{"C-09", "Claims.Kind", func(s *auth.Settings) { s.Claims.Kind = "exp" }},
		{"C-16", "Passwords.MinLength", func(s *auth.Settings) { s.Passwords.MinLength = 65 }},
		{"C-16", "Passwords.Cost.Bcrypt", costs(password.Bcrypt, password.Cost{Bcrypt: 9})},
		{"C-16", "Passwords.Cost.Iterations", costs(password.PBKDF2, password.Cost{Iterations: 599_999})},
		{"C-16", "Passwords.Cost.Memory", costs(password.Argon2id, password.Cost{Memory: 19455, Time: 2, Threads: 1})},
		{"C-17", "Passwords.Queue", func(s *auth.Settings) { s.Passwords.Queue = -1 }},
		{"C-17", "Passwords.Wait", func(s *auth.Settings) { s.Passwords.Wait = -1 }},
		// LG-04: the schemes are those of the challenge as well.
		{"LG-04", "Header.Types", func(s *auth.Settings) { s.Header.Types = []string{"Basic"} }},
		{"LG-04", "Header.Types", func(s *auth.Settings) { s.Header.Types = []string{`a"b\c`} }},
		{"LG-04", "Header.Types", func(s *auth.Settings) { s.Header.Types = []string{"Bearer", "Bearer x"} }},
	} {
		settings := good()
		tt.change(&settings)
		t.Run(tt.rule+" "+tt.field, func(t *testing.T) { refused(t, tt.field, settings, testKey, private) })
	}
}

// CN-02.
func TestDevelopmentAllowsASampleKeyAndNothingElse(t *testing.T) {
	_, public := rsaKeys(t, 2048)
	for what, key := range map[string]string{
		"nothing": "", "31 bytes": testKey[:31], "one byte": strings.Repeat("a", 64), "a public key": public, "a short sample": "secret",
	} {
		t.Run(what, func(t *testing.T) {
			settings := good()
			settings.Signing.Key, settings.Signing.AllowSampleKey = auth.Secret(key), true
			refused(t, "Signing.Key", settings)
		})
	}
	settings := good()
	settings.Signing.Algorithm, settings.Signing.AllowSampleKey = "none", true
	refused(t, "Signing.Algorithm", settings)
}

// CN-03.
func TestServicesThatAreBuiltAtOnceShareNothing(t *testing.T) {
	const services = 64
	var begin, done sync.WaitGroup
	begin.Add(services)
	admits := func(s *auth.Service, raw string) bool {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+raw)
		_, err := s.Admit(r, auth.HasRole("editor"))
		return err == nil
	}
	tokens := make([]string, services)
	for i := range services {
		done.Go(func() {
			settings := auth.EasyJWT()
			settings.Signing.Key = auth.Secret(fmt.Sprintf("%s %d", testKey, i))
			settings.Signing.Issuer, settings.Signing.Audience = fmt.Sprint(i), []string{fmt.Sprint(i)}
			settings.Claims.Stateless, settings.Claims.Access = true, []string{"roles"}
			s, err := auth.New(settings, auth.In(noStore{}))
			if err != nil {
				t.Error(err)
				begin.Done()
				return
			}
			settings.Signing.Audience[0], settings.Claims.Access[0] = "changed", "email"
			tokens[i] = mintedFor(t, settings.Signing.Key, fmt.Sprint(i))
			begin.Done()
			begin.Wait()
			for other, raw := range tokens {
				if admits(s, raw) != (other == i) {
					t.Errorf("service %d and the token of %d", i, other)
				}
			}
		})
	}
	done.Wait()
}

// mintedFor returns an access token of an editor.
func mintedFor(t *testing.T, key auth.Secret, service string) string {
	k, err := token.NewSecret("", token.HS256, []byte(key))
	if err != nil {
		t.Error(err)
		return ""
	}
	codec, err := token.New(token.Config{Sign: k, Issuer: service, Audience: []string{service}})
	if err != nil {
		t.Error(err)
		return ""
	}
	raw, err := codec.Mint(&token.Claims{
		Kind: token.Access, ID: token.NewID(), User: "7", IssuedAt: time.Now().Add(-time.Minute), ExpiresAt: time.Now().Add(time.Hour),
		Custom: []token.Member{{Name: "roles", Value: []byte(`["editor"]`)}},
	})
	if err != nil {
		t.Error(err)
	}
	return raw
}

// DS-02: what is too long for a token is not looked at.
func TestJunkOfAnySizeCostsNoMemory(t *testing.T) {
	s, _ := stateless(t)
	for what, junk := range map[string]string{
		"dots": strings.Repeat(".", 900<<10), "letters": strings.Repeat("a", 900<<10), "8193 letters": strings.Repeat("a", 8193),
		"segments": strings.Repeat("eyJhbGciOiJIUzI1NiJ9.", 40<<10), "8192 dots": strings.Repeat(".", 8192),
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+junk)
		const rounds = 100
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range rounds {
			if _, err := s.Admit(r, auth.Authenticated); !errors.Is(err, auth.ErrTokenRefused) {
				t.Fatalf("%s: %v", what, err)
			}
		}
		runtime.ReadMemStats(&after)
		if bytes := (after.TotalAlloc - before.TotalAlloc) / rounds; bytes > 4<<10 {
			t.Errorf("%s: %d bytes", what, bytes)
		}
	}
}
