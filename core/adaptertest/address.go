package adaptertest

import (
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var addressClaims = []claim{
	{"who gets a former address does not get its tokens", formerAddress},
	{"nor where access tokens outlive their session", formerAddressEasy},
	{"a token of a former address ends no session of its new holder", formerAddressEndsNothing},
}

const formerly, moved = "shared@example.com", "moved@example.com"

// handOver logs a user in whose tokens name it by its address, gives it another one and the
// former address to somebody else.
func (h Harness) handOver(t *testing.T, configure func(*auth.Settings)) (a *app, tokens pair, from, to *auth.User) {
	t.Helper()
	a = h.app(t, func(s *auth.Settings) {
		if configure != nil {
			configure(s)
		}
		s.Claims.UserIDField = "email"
	})
	from = a.user(formerly)
	tokens = a.login(formerly)
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	a.update(from.ID, func(u *auth.User) { u.Email = moved })
	return a, tokens, from, a.user(formerly)
}

func formerAddress(t *testing.T, h Harness) {
	a, tokens, from, _ := h.handOver(t, nil)
	a.refusals("Bearer "+tokens.access, refusedBody(revokedText))
	a.verify(tokens.access).want(t, http.StatusUnauthorized, revokedBody)
	next := a.refreshed(tokens.refresh)
	if p := a.get("/api/me", next.access); p.field("id") != from.ID || p.field("email") != moved {
		t.Errorf("the refreshed token is answered %d %s", p.status, p.text)
	}
}

func formerAddressEasy(t *testing.T, h Harness) {
	a, tokens, from, _ := h.handOver(t, easy)
	if p := a.get("/api/me", tokens.access); p.field("id") != from.ID {
		t.Errorf("the token of user %s is answered %d %s", from.ID, p.status, p.text)
	}
}

func formerAddressEndsNothing(t *testing.T, h Harness) {
	for _, configure := range []func(*auth.Settings){nil, easy} {
		a, tokens, _, to := h.handOver(t, configure)
		theirs := a.login(formerly)
		for _, scope := range []string{"others", "all"} {
			a.post(logoutPath, object{"scope": scope}, "Authorization", "Bearer "+tokens.access)
			a.post(logoutPath, object{"scope": scope, "refresh": tokens.refresh})
		}
		if e := a.row(to.ID).Epochs; e != (auth.Epochs{}) {
			t.Errorf("epochs of the new holder = %+v", e)
		}
		a.alive(theirs, true)
	}
}
