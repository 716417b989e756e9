package remote_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
)

func ExampleNewClient() {
	// In place of https://auth.example.com.
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"detail":"No active account found with the given credentials"}`)
	}))
	defer service.Close()

	client, err := remote.NewClient(remote.Settings{URL: service.URL, AllowInsecure: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Token(context.Background(), auth.Credentials{Identifier: "ann@example.com", Password: "secret"})
	switch {
	case err == nil:
		fmt.Println("logged in")
	case errors.Is(err, remote.ErrUnavailable):
		fmt.Println("try again later")
	default:
		fmt.Println("refused:", err)
	}
	// Output: refused: auth: no_active_account: No active account found with the given credentials
}

func TestCallsAreSentAsTheProtocolSays(t *testing.T) {
	u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) {
		body := `{"access":"a","refresh":"r","token":"s","id":1,"email":"a@b.co"}`
		says(http.StatusOK, body)(w, r)
	})
	c := newClient(t, u.URL)
	for name, want := range map[string]seen{
		"token":     {path: "/auth/token/", body: `{"email":"Alice@Example.com","password":" pass <word> "}`},
		"sliding":   {path: "/auth/token/sliding/", body: `{"email":"Alice@Example.com","password":" pass <word> "}`},
		"refresh":   {path: "/auth/token/refresh/", body: `{"refresh":"refresh.token"}`},
		"slide":     {path: "/auth/token/sliding/refresh/", body: `{"token":"sliding.token"}`},
		"verify":    {path: "/auth/token/verify/", body: `{"token":"some.token"}`},
		"user":      {path: "/auth/user/"},
		"password":  {path: "/auth/password-change/", body: `{"email":"a@b.co","password":"old","new_password":"new"}`},
		"blacklist": {path: "/auth/token/blacklist/", body: `{"refresh":"refresh.token"}`},
	} {
		if err := calls[name](t.Context(), c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		requests := u.seen()
		checkSent(t, name, requests[len(requests)-1], want)
	}
	if n := len(u.seen()); n != len(calls)-1 {
		t.Errorf("%d requests for %d calls", n, len(calls)-1)
	}
}

func checkSent(t *testing.T, call string, got, want seen) {
	t.Helper()
	want.method = http.MethodPost
	if want.body == "" {
		want.method = http.MethodGet
	}
	if got.method != want.method || got.path != want.path || got.body != want.body {
		t.Errorf("%s sent %s %s %s, want %s %s %s", call, got.method, got.path, got.body, want.method, want.path, want.body)
	}
	header := map[string]string{"Content-Type": "application/json", "Accept": "application/json", "Authorization": ""}
	if call == "user" {
		header["Authorization"], header["Accept-Encoding"] = "Bearer access.token", "identity"
	}
	for name, value := range header {
		if got.header.Get(name) != value {
			t.Errorf("%s sent %s %q, want %q", call, name, got.header.Get(name), value)
		}
	}
}

func TestTokensAreTakenAndTheRestIsPassedOn(t *testing.T) {
	for _, c := range []struct {
		call, body             string
		access, refresh, slide string
		more                   map[string]string
	}{
		{"token", `{"refresh":"r","access":"a"}`, "a", "r", "", nil},
		{"token", `{"refresh":"r","access":"a","extra": {"x": 1}}`, "a", "r", "", map[string]string{"extra": `{"x": 1}`}},
		{"token", `{"refresh":"r","access":"a","token":"t"}`, "a", "r", "", map[string]string{"token": `"t"`}},
		{"token", `{"token":"t","Access":null}`, "", "", "t", map[string]string{"Access": `null`}},
		{"token", `{"refresh":"r"}`, "", "", "", nil},
		{"token", `{"refresh":"r","token":"t"}`, "", "", "", nil},
		{"token", `{"access":"a"}`, "", "", "", nil},
		{"token", `{"Access":"a","Refresh":"r"}`, "", "", "", nil},
		{"token", `{"access":"a","refresh":null}`, "", "", "", nil},
		{"token", `{"access":5,"refresh":"r"}`, "", "", "", nil},
		{"token", `{"access":"","refresh":"r"}`, "", "", "", nil},
		{"token", `{"access":"a\nb","refresh":"r"}`, "", "", "", nil},
		{"refresh", `{"access":"a"}`, "a", "", "", nil},
		{"refresh", `{"access":"a","refresh":"r2"}`, "a", "r2", "", nil},
		{"refresh", `{"access":"a","refresh":null}`, "", "", "", nil},
		{"refresh", `{}`, "", "", "", nil},
		{"sliding", `{"token":"t","x":1}`, "", "", "t", map[string]string{"x": "1"}},
		{"sliding", `{"access":"a","refresh":"r"}`, "", "", "", nil},
		{"slide", `{"token":"t"}`, "", "", "t", nil},
		{"slide", `{"token":["t"]}`, "", "", "", nil},
	} {
		client := newClient(t, newUpstream(t, says(http.StatusCreated, c.body)).URL)
		tokens, err := map[string]func() (*auth.Tokens, error){
			"token":   func() (*auth.Tokens, error) { return client.Token(t.Context(), alice) },
			"sliding": func() (*auth.Tokens, error) { return client.SlidingToken(t.Context(), alice) },
			"refresh": func() (*auth.Tokens, error) { return client.Refresh(t.Context(), "r") },
			"slide":   func() (*auth.Tokens, error) { return client.RefreshSliding(t.Context(), "t") },
		}[c.call]()
		if c.access+c.slide == "" {
			wantError(t, err, http.StatusServiceUnavailable, "Authentication service returned an invalid response.")
			continue
		}
		if err != nil {
			t.Fatalf("%s %s: %v", c.call, c.body, err)
		}
		if tokens.Access != c.access || tokens.Refresh != c.refresh || tokens.Sliding != c.slide || len(tokens.More) != len(c.more) {
			t.Errorf("%s %s: access %q, refresh %q, sliding %q, more %s",
				c.call, c.body, tokens.Access, tokens.Refresh, tokens.Sliding, tokens.More)
		}
		for name, value := range c.more {
			if string(tokens.More[name]) != value {
				t.Errorf("%s %s: more %q is %s, want %s", c.call, c.body, name, tokens.More[name], value)
			}
		}
	}
}

func TestTextsThatAreNoTokensAreNotSent(t *testing.T) {
	u := newUpstream(t, says(http.StatusOK, `{"access":"a","token":"t","id":1,"email":"a@b.co"}`))
	c := newClient(t, u.URL)
	for _, text := range []string{"", "a b", "a\nb", "a\r\nX-Evil: 1", "é", "\x7f", strings.Repeat("x", 12<<10+1)} {
		_, refreshed := c.Refresh(t.Context(), text)
		_, slid := c.RefreshSliding(t.Context(), text)
		_, known := c.User(t.Context(), text)
		for _, err := range []error{refreshed, slid, known, c.Verify(t.Context(), text), c.Blacklist(t.Context(), text)} {
			if !errors.Is(err, auth.ErrTokenInvalid) {
				t.Errorf("%.20q: %v", text, err)
			}
		}
	}
	_, err := c.Token(t.Context(), auth.Credentials{Identifier: "a@b.co", Password: "\xff"})
	wantError(t, err, http.StatusBadRequest, "")
	if n := len(u.seen()); n != 0 {
		t.Errorf("%d requests", n)
	}
	if err := c.Verify(t.Context(), strings.Repeat("x", 12<<10)); err != nil {
		t.Error(err)
	}
}

func TestEndingATokenTwiceIsNoError(t *testing.T) {
	u := newUpstream(t, says(http.StatusUnauthorized, `{"detail":"Token is blacklisted","code":"token_not_valid"}`))
	c := newClient(t, u.URL)
	if err := c.Blacklist(t.Context(), "refresh.token"); err != nil {
		t.Error(err)
	}
	wantError(t, c.Verify(t.Context(), "refresh.token"), http.StatusUnauthorized, "Token is blacklisted")
}
