package auth_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/password"
	"github.com/authplug/authplug/core/token"
)

// noStore is never asked: New looks at nothing.
type noStore struct{ auth.Store }

const testKey = "settings tests sign with this text, which is long enough for each hash"

// noMailer sends nothing.
type noMailer struct{}

func (*noMailer) Send(context.Context, auth.Mail) error { return nil }

// proxied trusts a network.
func proxied(network string) func(*auth.Settings) {
	return func(s *auth.Settings) { s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix(network)} }
}

func good() auth.Settings {
	return auth.Settings{Signing: auth.Signing{Key: testKey}}
}

func TestTheZeroSettingsNeedAKeyOnly(t *testing.T) {
	if _, err := auth.New(good(), auth.In(noStore{})); err != nil {
		t.Fatalf("New() = %v", err)
	}
}

func TestTheZeroSettingsAreTheStrictOnes(t *testing.T) {
	s, err := auth.New(good(), auth.In(noStore{}))
	if err != nil {
		t.Fatal(err)
	}
	c := s.Settings()
	if c.Tokens.ReuseRefresh || c.Tokens.AccessOutlivesSession || c.Claims.Stateless || c.Tokens.GracePeriod != 0 {
		t.Errorf("Tokens = %+v", c.Tokens)
	}
	if c.Tokens.AccessLifetime != 5*time.Minute || c.Tokens.RefreshLifetime != 24*time.Hour ||
		c.Tokens.SessionLifetime != 720*time.Hour {
		t.Errorf("Tokens = %+v", c.Tokens)
	}
	if c.Passwords.Hasher != password.Argon2id || c.Passwords.MinLength != 8 {
		t.Errorf("Passwords = %+v", c.Passwords)
	}
}

// CN-01.
func TestEachMisconfigurationNamesItsField(t *testing.T) {
	rsaPEM, rsaPublic := rsaKeys(t, 2048)
	weakPEM, _ := rsaKeys(t, 1024)
	_, otherPublic := rsaKeys(t, 2048)
	p384 := ecKey(t)
	tests := []struct {
		name, field string
		change      func(*auth.Settings)
	}{
		{"no key", "Signing.Key", func(s *auth.Settings) { s.Signing.Key = "" }},
		{"31 bytes", "Signing.Key", func(s *auth.Settings) { s.Signing.Key = auth.Secret(testKey[:31]) }},
		{"47 bytes for HS384", "Signing.Key", func(s *auth.Settings) {
			s.Signing.Key, s.Signing.Algorithm = auth.Secret(testKey[:47]), token.HS384
		}},
		{"one repeated byte", "Signing.Key", func(s *auth.Settings) {
			s.Signing.Key = auth.Secret(strings.Repeat("a", 64))
		}},
		{"published", "Signing.Key", func(s *auth.Settings) { s.Signing.Key = "d577273ff885c3f84dadb8578bb40000" }},
		{"Django's", "Signing.Key", func(s *auth.Settings) { s.Signing.Key = "django-insecure-" + testKey }},
		{"a public key as secret", "Signing.Key", func(s *auth.Settings) { s.Signing.Key = auth.Secret(rsaPublic) }},
		{"unknown algorithm", "Signing.Algorithm", func(s *auth.Settings) { s.Signing.Algorithm = "hs256" }},
		{"none", "Signing.Algorithm", func(s *auth.Settings) { s.Signing.Algorithm = "none" }},
		{"a secret for RS256", "Signing.Key", func(s *auth.Settings) { s.Signing.Algorithm = token.RS256 }},
		{"a public key for RS256", "Signing.Key", func(s *auth.Settings) {
			s.Signing.Algorithm, s.Signing.Key = token.RS256, auth.Secret(rsaPublic)
		}},
		{"1024 bits", "Signing.Key", func(s *auth.Settings) {
			s.Signing.Algorithm, s.Signing.Key = token.RS256, auth.Secret(weakPEM)
		}},
		{"P-384 for ES256", "Signing.Key", func(s *auth.Settings) {
			s.Signing.Algorithm, s.Signing.Key = token.ES256, auth.Secret(p384)
		}},
		{"another's public key", "Signing.VerifyingKey", func(s *auth.Settings) {
			s.Signing.Algorithm, s.Signing.Key = token.RS256, auth.Secret(rsaPEM)
			s.Signing.VerifyingKey = auth.Secret(otherPublic)
		}},
		{"ring and key", "Signing.Keys", func(s *auth.Settings) { s.Signing.Keys = []token.Key{secret(t, "1")} }},
		{"one id twice", "Signing.Keys", func(s *auth.Settings) {
			s.Signing = auth.Signing{Keys: []token.Key{secret(t, "1"), secret(t, "2")}}
		}},
		{"leeway", "Signing.Leeway", func(s *auth.Settings) { s.Signing.Leeway = 3 * time.Minute }},
		{"negative leeway", "Signing.Leeway", func(s *auth.Settings) { s.Signing.Leeway = -time.Second }},
		{"negative lifetime", "Tokens.AccessLifetime", func(s *auth.Settings) { s.Tokens.AccessLifetime = -1 }},
		{"fraction of a second", "Tokens.AccessLifetime", func(s *auth.Settings) {
			s.Tokens.AccessLifetime = 1500 * time.Millisecond
		}},
		{"access for days", "Tokens.AccessLifetime", func(s *auth.Settings) {
			s.Tokens.AccessLifetime, s.Tokens.RefreshLifetime = 25*time.Hour, 48*time.Hour
		}},
		{"refresh not longer than access", "Tokens.RefreshLifetime", func(s *auth.Settings) {
			s.Tokens.RefreshLifetime = 5 * time.Minute
		}},
		{"session shorter than refresh", "Tokens.RefreshLifetime", func(s *auth.Settings) {
			s.Tokens.SessionLifetime, s.Tokens.RefreshLifetime = time.Hour, 2*time.Hour
		}},
		{"long grace", "Tokens.GracePeriod", func(s *auth.Settings) { s.Tokens.GracePeriod = 61 * time.Second }},
		{"grace without rotation", "Tokens.GracePeriod", func(s *auth.Settings) {
			s.Tokens.GracePeriod, s.Tokens.ReuseRefresh = time.Second, true
		}},
		{"kind", "Tokens.Kind", func(s *auth.Settings) { s.Tokens.Kind = "triple" }},
		{"refresh tokens as bearer", "Tokens.Accept", func(s *auth.Settings) {
			s.Tokens.Accept = []token.Kind{token.Refresh}
		}},
		{"sliding not accepted", "Tokens.Accept", func(s *auth.Settings) {
			s.Tokens.Kind, s.Tokens.Accept = auth.KindSliding, []token.Kind{token.Access}
		}},
		{"pairs that do not authenticate", "Tokens.Accept", func(s *auth.Settings) {
			s.Tokens.Accept = []token.Kind{token.Sliding}
		}},
		{"grace for sliding tokens", "Tokens.GracePeriod", func(s *auth.Settings) {
			s.Tokens.GracePeriod, s.Tokens.Kind = time.Second, auth.KindSliding
		}},
		{"sliding for days", "Tokens.SlidingLifetime", func(s *auth.Settings) {
			s.Tokens.SlidingLifetime, s.Tokens.SlidingRefreshLifetime = 25*time.Hour, 48*time.Hour
		}},
		{"sample with a newline", "Signing.Key", func(s *auth.Settings) {
			s.Signing.Key = "d577273ff885c3f84dadb8578bb40000\n"
		}},
		{"audience twice", "Signing.Audience", func(s *auth.Settings) { s.Signing.Audience = []string{"a", "a"} }},
		{"an empty audience", "Signing.Audience", func(s *auth.Settings) { s.Signing.Audience = []string{"a", ""} }},
		{"an audience that is no text", "Signing.Audience", func(s *auth.Settings) { s.Signing.Audience = []string{"\xff"} }},
		{"a long audience", "Signing.Audience", func(s *auth.Settings) {
			s.Signing.Audience = []string{strings.Repeat("a", 10_000)}
		}},
		{"many audiences", "Signing.Audience", func(s *auth.Settings) {
			s.Signing.Issuer = strings.Repeat("i", 1000)
			s.Signing.Audience = []string{strings.Repeat("a", 1000), strings.Repeat("b", 50)}
		}},
		{"an issuer that is no text", "Signing.Issuer", func(s *auth.Settings) { s.Signing.Issuer = "\xff" }},
		{"a long issuer", "Signing.Issuer", func(s *auth.Settings) { s.Signing.Issuer = strings.Repeat("i", 10_000) }},
		{"an issuer that is long in JSON", "Signing.Issuer", func(s *auth.Settings) {
			s.Signing.Issuer = strings.Repeat("\x01", 1000)
		}},
		{"an empty key in the ring", "Signing.Keys", func(s *auth.Settings) {
			s.Signing = auth.Signing{Keys: []token.Key{{}}}
		}},
		{"an empty key later in the ring", "Signing.Keys", func(s *auth.Settings) {
			s.Signing = auth.Signing{Keys: []token.Key{secret(t, "1"), {}}}
		}},
		{"the field of no field", "Users.LoginField", func(s *auth.Settings) { s.Users.LoginField = "non_field_errors" }},
		{"a negative limit of devices", "Devices.Limit", func(s *auth.Settings) { s.Devices.Limit = -1 }},
		{"an unknown policy for devices", "Devices.Policy", func(s *auth.Settings) { s.Devices.Policy = "none" }},
		{"an unknown binding of addresses", "Devices.BindAddress", func(s *auth.Settings) { s.Devices.BindAddress = "on" }},
		{"a prefix of programs", "Devices.BindAgent", func(s *auth.Settings) { s.Devices.BindAgent = auth.BindPrefix }},
		{"a report about nothing", "Devices.ReportOnly", func(s *auth.Settings) { s.Devices.ReportOnly = true }},
		{"proxies that are everybody", "TrustedProxies", proxied("0.0.0.0/0")},
		{"proxies that are everybody with IPv6", "TrustedProxies", proxied("::/0")},
		{"proxies of IPv4 in IPv6", "TrustedProxies", proxied("::ffff:10.0.0.0/104")},
		{"a rate of nothing", "Throttle.Account", func(s *auth.Settings) { s.Throttle.Account = auth.Rate{Limit: 0, Per: 1} }},
		{"a rate of everything", "Throttle.Network", func(s *auth.Settings) { s.Throttle.Network = auth.Rate{Limit: 1 << 30, Per: 1 << 40} }},
		{"everybody is exempt", "Throttle.Exempt", func(s *auth.Settings) {
			s.Throttle.Exempt = []netip.Prefix{netip.MustParsePrefix("::/0")}
		}},
		{"a cache for an hour", "Revocation.CacheTTL", func(s *auth.Settings) { s.Revocation.CacheTTL = time.Hour }},
		{"a cache of no time", "Revocation.CacheTTL", func(s *auth.Settings) { s.Revocation.CacheTTL = -1 }},
		{"no cache behind its type", "Revocation.Cache", func(s *auth.Settings) { s.Revocation.Cache = (*auth.MemoryCache)(nil) }},
		{"a login by name without a lookup", "Users.FindLogin", func(s *auth.Settings) { s.Users.LoginField = "username" }},
		{"a rule that is nil", "Passwords.Rules", func(s *auth.Settings) { s.Passwords.Rules = []password.Rule{nil} }},
		{"a rule that asks nothing", "Passwords.Rules", func(s *auth.Settings) {
			s.Passwords.Rules = []password.Rule{password.RuleFunc(nil)}
		}},
		{"a negative wait", "Passwords.Wait", func(s *auth.Settings) { s.Passwords.Wait = -1 }},
		{"a reserved header", "Header.Name", func(s *auth.Settings) { s.Header.Name = "Host" }},
		{"another algorithm than the ring's", "Signing.Algorithm", func(s *auth.Settings) {
			s.Signing = auth.Signing{Algorithm: token.RS256, Keys: []token.Key{secret(t, "1")}}
		}},
		{"user id field", "Claims.UserIDField", func(s *auth.Settings) { s.Claims.UserIDField = "name" }},
		{"clashing names", "Claims.UserID", func(s *auth.Settings) { s.Claims.UserID = "jti" }},
		{"clash with a registered name", "Claims.ID", func(s *auth.Settings) { s.Claims.ID = "EXP" }},
		{"password as claim", "Claims.Access", func(s *auth.Settings) { s.Claims.Access = []string{"password_hash"} }},
		{"unknown claim", "Claims.Access", func(s *auth.Settings) { s.Claims.Access = []string{"emial"} }},
		{"claim twice", "Claims.Access", func(s *auth.Settings) { s.Claims.Access = []string{"email", "email"} }},
		{"claim with the user's name", "Claims.Access", func(s *auth.Settings) {
			s.Claims.UserID, s.Claims.Access = "uuid", []string{"uuid"}
		}},
		{"stateless and revocation claim", "Claims.CheckRevoke", func(s *auth.Settings) {
			s.Claims.Stateless, s.Claims.CheckRevoke = true, true
		}},
		{"header name", "Header.Name", func(s *auth.Settings) { s.Header.Name = "X Token" }},
		{"the header of access tokens", "Header.Refresh", func(s *auth.Settings) { s.Header.Refresh = "HTTP_AUTHORIZATION" }},
		{"a header of browsers for refresh tokens", "Header.Refresh", func(s *auth.Settings) { s.Header.Refresh = "cookie" }},
		{"a header name with a blank", "Header.Refresh", func(s *auth.Settings) { s.Header.Refresh = "X Refresh" }},
		{"scheme", "Header.Types", func(s *auth.Settings) { s.Header.Types = []string{"Bearer", ""} }},
		{"challenge injection", "Header.Types", func(s *auth.Settings) { s.Header.Types = []string{"a\r\nb"} }},
		{"mount", "Mount", func(s *auth.Settings) { s.Mount = "auth" }},
		{"a header of browsers", "Header.Name", func(s *auth.Settings) { s.Header.Name = "Cookie" }},
		{"scheme twice", "Header.Types", func(s *auth.Settings) { s.Header.Types = []string{"JWT", "jwt"} }},
		{"mount with a line break", "Mount", func(s *auth.Settings) { s.Mount = "/a\r\nb" }},
		{"mount with what not everybody encodes", "Mount", func(s *auth.Settings) { s.Mount = "/v!" }},
		{"mount in no text", "Mount", func(s *auth.Settings) { s.Mount = "/\xff" }},
		{"mount with dots", "Mount", func(s *auth.Settings) { s.Mount = "/a/../b" }},
		{"a login field with a blank", "Users.LoginField", func(s *auth.Settings) { s.Users.LoginField = "user name" }},
		{"a login field in another script", "Users.LoginField", func(s *auth.Settings) { s.Users.LoginField = "имя" }},
		{"a login field for passwords", "Users.LoginField", func(s *auth.Settings) { s.Users.LoginField = "Password" }},
		{"a login field for new passwords", "Users.LoginField", func(s *auth.Settings) {
			s.Users.LoginField = "new_password"
		}},
		{"a long login field", "Users.LoginField", func(s *auth.Settings) {
			s.Users.LoginField = strings.Repeat("a", 65)
		}},
		{"a mailer that is nil", "Mailer", func(s *auth.Settings) { s.Mailer = (*noMailer)(nil) }},
		{"no authenticator", "Authenticators", func(s *auth.Settings) { s.Authenticators = []auth.Authenticator{nil} }},
		{"no authenticator behind a pointer", "Authenticators", func(s *auth.Settings) {
			s.Authenticators = []auth.Authenticator{&auth.Service{}, (*auth.Service)(nil)}
		}},
		{"hasher", "Passwords.Hasher", func(s *auth.Settings) { s.Passwords.Hasher = "md5" }},
		{"short passwords", "Passwords.MinLength", func(s *auth.Settings) { s.Passwords.MinLength = 7 }},
		{"cheap hashes", "Passwords.Cost.Memory", func(s *auth.Settings) {
			s.Passwords.Cost = password.Cost{Memory: 64, Time: 1, Threads: 1}
		}},
		{"negative permits", "Passwords.Permits", func(s *auth.Settings) { s.Passwords.Permits = -1 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			settings := good()
			tt.change(&settings)
			s, err := auth.New(settings, auth.In(noStore{}))
			if s != nil || err == nil {
				t.Fatalf("New() = %v, %v; want an error", s, err)
			}
			names(t, err, tt.field)
		})
	}
}

// names fails unless an error is of one field alone, says how to mend it and shows no key.
func names(t *testing.T, err error, field string) {
	t.Helper()
	var p *auth.Problem
	if !errors.As(err, &p) || p.FieldPath() != field {
		t.Errorf("New() = %v; want a problem of %s", err, field)
	}
	for text := range strings.SplitSeq(err.Error(), "\n") {
		if said := strings.TrimPrefix(text, "auth: Settings."+field+": "); said == text || !fixes(said) {
			t.Errorf("New() = %s; want one problem of %s, and its fix", text, field)
		}
	}
	if text := err.Error(); strings.Contains(text, testKey) || strings.Contains(text, "PRIVATE") {
		t.Errorf("the error shows the key: %s", text)
	}
}

// fixes reports whether a problem says what to do about it.
func fixes(text string) bool {
	return slices.ContainsFunc([]string{": ", "must", "drop", "leave"}, func(word string) bool {
		return strings.Contains(text, word)
	})
}

func TestAllProblemsAreReportedAtOnce(t *testing.T) {
	_, err := auth.New(auth.Settings{
		Mount: "x", Tokens: auth.TokenSettings{Kind: "y", AccessLifetime: -1},
		Passwords: auth.PasswordSettings{Hasher: "z", MinLength: 1},
	}, auth.Stores{})
	for _, want := range []string{
		"no store for users", "no store for sessions", "no store for tokens", "Mount", "Signing.Key",
		"Tokens.Kind", "Tokens.AccessLifetime", "Passwords.Hasher", "Passwords.MinLength",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New() = %v; want it to tell of %s", err, want)
		}
	}
}

// CN-03.
func TestSettingsAreCopied(t *testing.T) {
	settings := good()
	settings.Header.Types = []string{"Bearer"}
	s, err := auth.New(settings, auth.In(noStore{}))
	if err != nil {
		t.Fatal(err)
	}
	settings.Header.Types[0] = "Changed"
	s.Settings().Header.Types[0] = "Changed"
	if got := s.Settings().Header.Types[0]; got != "Bearer" {
		t.Errorf("Types[0] = %q", got)
	}
}
