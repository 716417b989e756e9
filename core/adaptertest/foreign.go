package adaptertest

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var foreignClaims = []claim{
	{"an access token of another service is accepted", foreignAccess},
	{"a refresh token of another service is taken in once", foreignIsTakenIn},
	{"of 40 at once one takes it in", foreignHasOneWinner},
	{"of two at once on one device the winner's tokens work", foreignOnOneDevice},
	{"without rotation it is good until it expires", foreignIsReused},
	{"it can be blacklisted", foreignIsBlacklisted},
	{"a password change ends it", foreignEndsWithThePassword},
}

func foreignAccess(t *testing.T, h Harness) {
	for _, configure := range []func(*auth.Settings){nil, easy} {
		a := h.app(t, configure)
		u := a.user(ann)
		access := a.foreign("access", u.ID, nil)
		p := a.get("/api/me", access)
		if p.field("email") != ann || p.field("session") != "" {
			t.Errorf("%d %s", p.status, p.text)
		}
		a.get("/api/me", a.foreign("access", `"`+u.ID+`"`, nil)).want(t, http.StatusOK, "")
		a.verify(access).want(t, http.StatusOK, "{}")
		a.post(logoutPath, nil, "Authorization", "Bearer "+access).want(t, http.StatusOK, loggedOutBody)
	}
}

func foreignIsTakenIn(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	refresh := a.foreign("refresh", u.ID, nil)
	a.verify(refresh).want(t, http.StatusOK, "{}")
	tokens := a.refreshed(refresh)
	if a.live(u.ID) != 1 || claims(t, tokens.refresh)["sid"] == nil {
		t.Error("no session began")
	}
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	a.verify(refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.refresh(refresh).want(t, http.StatusUnauthorized, revokedBody)
	tokens = a.refreshed(tokens.refresh)
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
}

func foreignHasOneWinner(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	refresh := a.foreign("refresh", u.ID, nil)
	a.store.meet("TokenRevoked", 40)
	replies := together(40, func(int) reply { return a.refresh(refresh) })
	if n := statuses(replies); n[http.StatusOK] != 1 || n[http.StatusUnauthorized] != 39 {
		t.Errorf("statuses = %v, want one winner", n)
	}
	if n := a.live(u.ID); n != 1 {
		t.Errorf("%d live sessions, want the winner's", n)
	}
	for _, p := range replies {
		if p.status == http.StatusOK {
			a.refreshed(p.field("refresh"))
		}
	}
}

func foreignIsReused(t *testing.T, h Harness) {
	a := h.app(t, easy)
	u := a.user(ann)
	refresh := a.foreign("refresh", u.ID, nil)
	for range 3 {
		p := a.refresh(refresh)
		p.want(t, http.StatusOK, `{"access":"`+p.field("access")+`"}`)
		if claims(t, p.field("access"))["sid"] != nil {
			t.Error("a session came of it")
		}
		a.get("/api/me", p.field("access")).want(t, http.StatusOK, "")
	}
	if n := a.live(u.ID); n != 0 {
		t.Errorf("%d live sessions", n)
	}
	a.pass(24 * time.Hour)
	a.refresh(refresh).want(t, http.StatusUnauthorized, invalidBody)
}

func foreignIsBlacklisted(t *testing.T, h Harness) {
	for _, configure := range []func(*auth.Settings){nil, easy} {
		a := h.app(t, configure)
		u := a.user(ann)
		first, second := a.foreign("refresh", u.ID, nil), a.foreign("refresh", u.ID, nil)
		for range 2 {
			a.post("/token/blacklist/", object{"refresh": first}).want(t, http.StatusOK, "{}")
		}
		a.post(logoutPath, object{"refresh": second}).want(t, http.StatusOK, loggedOutBody)
		for _, token := range []string{first, second} {
			a.refresh(token).want(t, http.StatusUnauthorized, revokedBody)
			a.verify(token).want(t, http.StatusUnauthorized, revokedBody)
		}
		a.refresh(a.foreign("refresh", u.ID, nil)).want(t, http.StatusOK, "")
	}
}

func foreignEndsWithThePassword(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	refresh, access := a.foreign("refresh", u.ID, nil), a.foreign("access", u.ID, nil)
	a.changePassword(ann, userPassword, freshPassword).
		want(t, http.StatusOK, "{}")
	a.refresh(refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.refusals("Bearer "+access, refusedBody(revokedText))
}

func foreignOnOneDevice(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	refresh := a.foreign("refresh", u.ID, nil)
	exchange := func() reply {
		return a.post("/token/refresh/", object{"refresh": refresh}, "X-Device-ID", "device-0123456789abcdef")
	}
	// The second request opens its session after the first, but the first one wins.
	var begin, hold atomic.Bool
	reached, won, second := make(chan struct{}), make(chan struct{}), make(chan reply, 1)
	a.store.hook(func(method string) error {
		if method == "RevokeToken" && hold.CompareAndSwap(false, true) {
			close(reached)
			<-won
		}
		return nil
	}, func(method string) error {
		if method == "CreateSession" && begin.CompareAndSwap(false, true) {
			go func() { second <- exchange() }()
			<-reached
		}
		return nil
	})
	winner := exchange()
	close(won)
	(<-second).want(t, http.StatusUnauthorized, revokedBody)
	a.store.heal()
	winner.want(t, http.StatusOK, "")
	a.alive(winner.pair(), true)
	if n := a.live(u.ID); n != 1 {
		t.Errorf("%d live sessions, want the winner's", n)
	}
}
