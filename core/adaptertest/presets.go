package adaptertest

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

var presetClaims = []claim{
	{"the preset of a shared login is its six claims", presetShared},
	{"a service that shares the login knows the user by them", presetReadBack},
	{"refresh tokens carry what they are told to", presetRefresh},
	{"claims are as the user is at each refresh", presetRebuilt},
	{"nothing secret becomes a claim", presetSecrets},
}

func presetShared(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Claims.Access = []string{"roles", "shared", "phone"} })
	u := a.user(ann, func(n *auth.NewUser) { n.FirstName, n.LastName, n.Staff = "Ann", "Lee", true })
	want := `"roles":[],"user_uuid":"` + u.UUID + `","user_email":"` + ann + `","user_is_staff":true,"user_is_superuser":false,` +
		`"user_first_name":"Ann","user_last_name":"Lee","phone":null`
	tokens := a.login(ann)
	if got := payload(t, tokens.access); !strings.Contains(got, want) {
		t.Errorf("the token says %s, want %s", got, want)
	}
	if got := payload(t, tokens.refresh); strings.Contains(got, "user_email") {
		t.Errorf("the refresh token says %s", got)
	}
}

func presetReadBack(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Claims.Stateless, s.Claims.Access = true, []string{"shared"} })
	u := a.user(ann, func(n *auth.NewUser) { n.FirstName, n.Staff = "Ann", true })
	id, err := a.service.Identify(context.Background(), a.login(ann).access, auth.Client{})
	if err != nil || id.User.Email != ann || id.User.UUID != u.UUID || id.User.FirstName != "Ann" || !id.User.Staff || id.User.ID != u.ID {
		t.Errorf("Identify() = %+v, %v", id.User, err)
	}
	a.get("/api/staff", a.login(ann).access).want(t, http.StatusOK, "")
	odd := a.foreign("access", u.ID, object{"user_is_staff": "yes", "epoch": 0})
	if p := a.get("/api/staff", odd); p.status == http.StatusOK {
		t.Errorf("%d %s", p.status, p.text)
	}
}

func presetRefresh(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Claims.Refresh = []string{"email"} })
	a.user(ann)
	tokens := a.login(ann)
	for _, pair := range []pair{tokens, a.refreshed(tokens.refresh)} {
		if got := payload(t, pair.refresh); !strings.Contains(got, `"email":"`+ann+`"`) || strings.Contains(payload(t, pair.access), ann) {
			t.Errorf("the refresh token says %s", got)
		}
	}
}

// RF-10.
func presetRebuilt(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		s.Claims.Access, s.Claims.Refresh = []string{"roles", "shared"}, []string{"roles"}
	})
	u := a.user(ann)
	tokens := a.login(ann)
	a.update(u.ID, func(u *auth.User) { u.Roles, u.Superuser = []string{"editor"}, true })
	a.get("/api/me", tokens.access).want(t, http.StatusUnauthorized, "")
	tokens = a.refreshed(tokens.refresh)
	for _, raw := range []string{tokens.access, tokens.refresh} {
		if got := payload(t, raw); !strings.Contains(got, `"roles":["editor"]`) {
			t.Errorf("the token says %s", got)
		}
	}
	if got := payload(t, tokens.access); !strings.Contains(got, `"user_is_superuser":true`) {
		t.Errorf("the token says %s", got)
	}
	a.get("/api/editor", tokens.access).want(t, http.StatusOK, "")
}

func presetSecrets(t *testing.T, h Harness) {
	for _, name := range []string{"password", "Password_Hash", "HASH_PASSWORD"} {
		a := h.app(t, func(s *auth.Settings) {
			s.Claims.Revoke = "rev"
			s.Claims.More = func(context.Context, *auth.User, token.Kind) (map[string]any, error) {
				return map[string]any{name: "x"}, nil
			}
		})
		u := a.user(ann)
		a.tryLogin(ann, userPassword).want(t, http.StatusInternalServerError, "")
		if n := a.live(u.ID); n != 0 {
			t.Errorf("%d sessions", n)
		}
		a.restart(func(s *auth.Settings) { s.Claims.Revoke = "rev" })
		_, err := a.service.OpenSession(context.Background(), auth.UserKey{ID: u.ID}, auth.Client{}, map[string]any{name: "x"})
		if !errors.Is(err, auth.ErrInternal) {
			t.Errorf("OpenSession() with the claim %s = %v, want ErrInternal", name, err)
		}
	}
}
