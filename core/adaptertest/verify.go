package adaptertest

import (
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var verifyClaims = []claim{
	{"every kind of token is good", verifyTakesEveryKind},
	{"a deleted or inactive user's refresh token is not", verifyJudgesTheSession},
	{"blacklisting twice is no error", blacklistTwice},
	{"what is no refresh token cannot be blacklisted", blacklistRefuses},
}

func verifyTakesEveryKind(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	tokens := a.login(ann)
	sliding := a.post("/token/sliding/", object{"email": ann, "password": userPassword}).field("token")
	for i, token := range []string{
		tokens.access, tokens.refresh, sliding, a.foreign("access", u.ID, nil), a.foreign("refresh", u.ID, nil),
		a.foreign("sliding", u.ID, nil), a.foreign("of another kind", u.ID, nil),
		a.foreign("access", u.ID, object{"user_id": absent}), "  " + tokens.access + "\n",
	} {
		if p := a.verify(token); p.status != http.StatusOK || p.text != "{}" {
			t.Errorf("token %d: %d %s", i, p.status, p.text)
		}
	}
	a.verify(a.foreign("access", "999", nil)).want(t, http.StatusUnauthorized, revokedBody)
	b := h.app(t, easy)
	b.verify(b.foreign("access", "999", nil)).want(t, http.StatusOK, "{}")
}

func verifyJudgesTheSession(t *testing.T, h Harness) {
	a := h.app(t, easy)
	u, v := a.user(ann), a.user("bob@example.com")
	first, second := a.login(ann), a.login("bob@example.com")
	a.update(u.ID, deactivate)
	a.remove(v.ID)
	for _, tokens := range []pair{first, second} {
		a.verify(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
		a.verify(tokens.access).want(t, http.StatusOK, "{}")
	}
	b := h.app(t, nil)
	u = b.user(ann)
	tokens := b.login(ann)
	b.update(u.ID, func(u *auth.User) { u.Staff = true })
	b.verify(tokens.access).want(t, http.StatusUnauthorized, revokedBody)
	b.verify(tokens.refresh).want(t, http.StatusOK, "{}")
}

func blacklistTwice(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	tokens, other := a.login(ann), a.login(ann)
	for range 2 {
		a.post("/token/blacklist/", object{"refresh": tokens.refresh}).want(t, http.StatusOK, "{}")
	}
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.verify(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.refusals("Bearer "+tokens.access, refusedBody(revokedText))
	a.get("/api/me", other.access).want(t, http.StatusOK, "")
	if a.live(u.ID) != 1 || a.count(auth.EventSessionEnded) != 1 {
		t.Errorf("%d live sessions, %d events", a.live(u.ID), a.count(auth.EventSessionEnded))
	}
}

func blacklistRefuses(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	tokens := a.login(ann)
	a.post("/token/blacklist/", object{"refresh": tokens.access}).
		want(t, http.StatusUnauthorized, wrongKindBody)
	a.post("/token/blacklist/", object{"refresh": "garbage"}).want(t, http.StatusUnauthorized, invalidBody)
	a.refresh(tokens.refresh).want(t, http.StatusOK, "")
	a.pass(48 * 3600e9)
	a.post("/token/blacklist/", object{"refresh": tokens.refresh}).
		want(t, http.StatusUnauthorized, invalidBody)
}
