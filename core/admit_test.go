package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// stateless returns a service that looks nothing up, and an access token for it.
func stateless(tb testing.TB) (*auth.Service, string) {
	tb.Helper()
	settings := auth.EasyJWT()
	settings.Signing.Key = testKey
	settings.Claims.Stateless = true
	settings.Claims.Access = []string{"email", "is_staff", "roles"}
	s, err := auth.New(settings, auth.In(noStore{}))
	if err != nil {
		tb.Fatal(err)
	}
	key, err := token.NewSecret("", token.HS256, []byte(testKey))
	if err != nil {
		tb.Fatal(err)
	}
	codec, err := token.New(token.Config{Sign: key})
	if err != nil {
		tb.Fatal(err)
	}
	raw, err := codec.Mint(&token.Claims{
		Kind: token.Access, ID: token.NewID(), User: "7", Session: token.NewID(),
		IssuedAt: time.Now().Add(-time.Minute), ExpiresAt: time.Now().Add(time.Hour),
		Custom: []token.Member{
			{Name: "email", Value: []byte(`"ann@example.com"`)},
			{Name: "is_staff", Value: []byte(`true`)},
			{Name: "roles", Value: []byte(`["editor"]`)},
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return s, raw
}

// PG-02.
func TestAGuardThatTakesTheUserAwayIsNoPanic(t *testing.T) {
	s, raw := stateless(t)
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+raw)
	takes := func(_ context.Context, id *auth.Identity) error {
		id.User = nil
		return nil
	}
	for name, guard := range map[string]auth.Guard{
		"logged in":  auth.All(takes, auth.Authenticated),
		"permission": auth.All(takes, auth.HasPermission("x")),
	} {
		if _, err := s.Admit(r, guard); !errors.Is(err, auth.ErrNoCredentials) {
			t.Errorf("%s: Admit() = %v, want ErrNoCredentials", name, err)
		}
	}
}

func TestAGuardWithoutLookUpCostsLittle(t *testing.T) {
	s, raw := stateless(t)
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+raw)
	admitted, err := s.Admit(r, auth.HasRole("editor"))
	if err != nil {
		t.Fatal(err)
	}
	if got := auth.FromContext(admitted.Context()).User.Email; got != "ann@example.com" {
		t.Errorf("Email = %q", got)
	}
	again, err := s.Admit(admitted, auth.Authenticated)
	if err != nil || again != admitted {
		t.Errorf("a second guard authenticated again: %v", err)
	}
}

func TestARefusalIsMadeOnceAndStaysAsItIs(t *testing.T) {
	s, raw := stateless(t)
	refuse := func(raw string) (*auth.Response, string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+raw)
		_, err := s.Admit(r, nil)
		if !errors.Is(err, auth.ErrTokenRefused) || !errors.Is(err, auth.ErrTokenInvalid) || !errors.Is(err, token.ErrInvalid) {
			t.Fatalf("Admit = %v", err)
		}
		p, w := s.Answer(r, err), httptest.NewRecorder()
		p.Write(w)
		return p, fmt.Sprint(w.Code, w.Header(), w.Body)
	}
	const want = `401 map[Content-Length:[183] Content-Type:[application/json] Www-Authenticate:[Bearer realm="api"]] ` +
		`{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":` +
		`[{"token_class":"AccessToken","token_type":"access","message":"Token is invalid or expired"}]}`
	for _, bad := range []string{raw + "A", raw + "A", raw[:len(raw)-4], "x.y.z"} {
		p, got := refuse(bad)
		if got != want {
			t.Errorf("answer to %q\n%s\nwant\n%s", bad, got, want)
		}
		if body, err := json.Marshal(p.Body); err != nil || !strings.HasSuffix(got, string(body)) {
			t.Errorf("the body as a value is %s, %v", body, err)
		}
		p.Header.Set("Www-Authenticate", "other")
		p.Header.Add("X-Other", "other")
		p.Header.Add("Www-Authenticate", "other")
	}
}

func BenchmarkAdmit(b *testing.B) {
	s, raw := stateless(b)
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+raw)
	guard := auth.Authenticated
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Admit(r, guard); err != nil {
			b.Fatal(err)
		}
	}
}
