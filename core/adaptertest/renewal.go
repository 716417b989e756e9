package adaptertest

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

var renewalClaims = []claim{
	{"an inactive or deleted user cannot refresh", renewalNeedsAUser},
	{"a user that is activated again has to log in", renewalAfterDeactivation},
	{"claims are made anew from the store", renewalReadsTheStore},
	{"a token that cannot be made costs no token", renewalMayFail},
	{"a fingerprint of the password ends tokens of the old one", fingerprints},
	{"other fields may name the user", otherUserFields},
	{"claims may have other names", otherClaimNames},
}

// RF-09.
func renewalNeedsAUser(t *testing.T, h Harness) {
	for _, configure := range []func(*auth.Settings){nil, easy} {
		a := h.app(t, configure)
		u, v := a.user(ann), a.user("bob@example.com")
		first, second := a.login(ann), a.login("bob@example.com")
		foreign := [2]string{a.foreign("refresh", u.ID, nil), a.foreign("refresh", v.ID, nil)}
		a.update(u.ID, deactivate)
		a.remove(v.ID)
		for _, token := range []string{first.refresh, foreign[0], second.refresh, foreign[1]} {
			a.refresh(token).want(t, http.StatusUnauthorized, noAccountBody)
		}
	}
}

// RF-09.
func renewalAfterDeactivation(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	tokens := a.login(ann)
	a.update(u.ID, deactivate)
	a.update(u.ID, func(u *auth.User) { u.Active = true })
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.refusals("Bearer "+tokens.access, refusedBody(revokedText))
	a.get("/api/me", a.login(ann).access).want(t, http.StatusOK, "")
}

// RF-10.
func renewalReadsTheStore(t *testing.T, h Harness) {
	plan := "free"
	a := h.app(t, func(s *auth.Settings) {
		s.Claims.Access = []string{"email", "roles"}
		s.Claims.More = func(context.Context, *auth.User, token.Kind) (map[string]any, error) {
			return map[string]any{"plan": plan}, nil
		}
	})
	u := a.user(ann, func(n *auth.NewUser) { n.Roles = []string{"root"} })
	tokens := a.login(ann)
	if p := payload(t, tokens.access); !strings.HasSuffix(p,
		`"email":"ann@example.com","roles":["root"],"plan":"free"}`) {
		t.Errorf("payload = %s", p)
	}
	a.update(u.ID, func(u *auth.User) { u.Roles, u.Email = []string{"user"}, "bob@example.com" })
	plan = "paid"
	tokens = a.refreshed(tokens.refresh)
	if p := payload(t, tokens.access); !strings.HasSuffix(p,
		`"email":"bob@example.com","roles":["user"],"plan":"paid"}`) {
		t.Errorf("payload = %s", p)
	}
	if p := payload(t, tokens.refresh); !strings.HasSuffix(p, `,"plan":"paid"}`) ||
		strings.Contains(p, "roles") {
		t.Errorf("refresh = %s", p)
	}
}

func renewalMayFail(t *testing.T, h Harness) {
	var refusal error
	a := h.app(t, func(s *auth.Settings) {
		s.Claims.More = func(context.Context, *auth.User, token.Kind) (map[string]any, error) {
			return nil,
				refusal
		}
	})
	a.user(ann)
	tokens := a.login(ann)
	refusal = errOutage
	a.refresh(tokens.refresh).want(t, http.StatusInternalServerError, internalBody)
	refusal = nil
	a.refresh(tokens.refresh).want(t, http.StatusOK, "")
}

func fingerprints(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		easy(s)
		s.Claims.CheckRevoke = true
	})
	u := a.user(ann)
	tokens := a.login(ann)
	print, _ := claims(t, tokens.access)["hash_password"].(string)
	if len(print) != 64 || strings.ToUpper(print) != print ||
		claims(t, tokens.refresh)["hash_password"] != print {
		t.Errorf("hash_password = %q", print)
	}
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	a.get("/api/me", a.foreign("access", u.ID, object{"hash_password": print})).want(t, http.StatusOK, "")
	a.refusals("Bearer "+a.foreign("access", u.ID, nil), changedBody)
	a.refusals("Bearer "+a.foreign("access", u.ID, object{"hash_password": strings.ToLower(print)}), changedBody)
	a.refresh(a.foreign("refresh", u.ID, object{"hash_password": print})).want(t, http.StatusOK, "")
	a.refresh(a.foreign("refresh", u.ID, nil)).want(t, http.StatusUnauthorized, noAccountBody)

	a.keepHash(u.ID, hashed(t, "argon2id", userPassword))
	a.refusals("Bearer "+tokens.access, changedBody)
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, noAccountBody)
	a.verify(tokens.access).want(t, http.StatusOK, "{}")
}

func otherUserFields(t *testing.T, h Harness) {
	for field, of := range map[string]func(*auth.User) string{
		"uuid": func(u *auth.User) string { return u.UUID }, "email": func(u *auth.User) string { return u.Email },
	} {
		a := h.app(t, func(s *auth.Settings) { s.Claims.UserIDField = field })
		u := a.user(ann)
		tokens := a.login(ann)
		if got := claims(t, tokens.access)["user_id"]; got != of(u) {
			t.Errorf("%s: user_id = %v, want %s", field, got, of(u))
		}
		a.get("/api/me", a.refreshed(tokens.refresh).access).want(t, http.StatusOK, "")
		a.get("/api/me", a.foreign("access", `"`+of(u)+`"`, nil)).want(t, http.StatusOK, "")
		a.refusals("Bearer "+a.foreign("access", u.ID, nil), refusedBody(invalidText))
		a.refusals("Bearer "+a.foreign("access", `"`+u.ID+`"`, nil), userNotFoundBody)
		a.refusals("Bearer "+a.foreign("access", `"`+strings.Repeat("x", 255)+`"`, nil), refusedBody(invalidText))
	}
}

func otherClaimNames(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		c := &s.Claims
		c.UserID, c.Kind, c.ID, c.CheckRevoke, c.Revoke = "uid", "kind", "tid", true, "pwd"
	})
	u := a.user(ann)
	tokens := a.login(ann)
	c := claims(t, tokens.access)
	for name, there := range map[string]bool{
		"uid": true, "kind": true, "tid": true, "pwd": true, "user_id": false, "token_type": false, "jti": false,
		"hash_password": false,
	} {
		if (c[name] != nil) != there {
			t.Errorf("claim %s is %v", name, c[name])
		}
	}
	a.get("/api/me", a.refreshed(tokens.refresh).access).want(t, http.StatusOK, "")
	a.pass(time.Second)
	a.refusals("Bearer "+a.foreign("access", u.ID, nil), refusedBody("Token has no id"))
}
