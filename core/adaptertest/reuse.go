package adaptertest

import (
	"net/http"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var reuseClaims = []claim{
	{"without rotation a refresh gives an access token alone", reuseGivesAccess},
	{"without rotation a refresh token is good until it expires", reuseUntilExpiry},
	{"without rotation 40 at once all get a token", reuseTogether},
	{"without rotation a logout ends the refresh token", reuseAfterLogout},
	{"without rotation access tokens never outlive the session's absolute end", reuseIsCapped},
	{"without sessions being asked access tokens live on", accessLivesOn},
}

func reuseGivesAccess(t *testing.T, h Harness) {
	a := h.app(t, easy)
	u := a.user(ann)
	tokens := a.login(ann)
	a.pass(time.Minute)
	p := a.refresh(tokens.refresh)
	p.want(t, http.StatusOK, `{"access":"`+p.field("access")+`"}`)
	access := p.field("access")
	want := `{"token_type":"access","exp":1767225960,"iat":1767225660,"jti":"` + text(t, access, "jti") +
		`","user_id":` + u.ID + `,"sid":"` + text(t, access, "sid") + `"}`
	if got := payload(t, p.field("access")); got != want {
		t.Errorf("access = %s\nwant     %s", got, want)
	}
}

func reuseUntilExpiry(t *testing.T, h Harness) {
	a := h.app(t, easy)
	a.user(ann)
	tokens := a.login(ann)
	for range 23 {
		a.pass(time.Hour)
		a.get("/api/me", a.refreshed(tokens.refresh).access).want(t, http.StatusOK, "")
	}
	a.pass(time.Hour)
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, invalidBody)
}

func reuseTogether(t *testing.T, h Harness) {
	a := h.app(t, easy)
	u := a.user(ann)
	tokens := a.login(ann)
	a.store.meet("Session", 40)
	replies := together(40, func(int) reply { return a.refresh(tokens.refresh) })
	if n := statuses(replies); n[http.StatusOK] != 40 {
		t.Errorf("statuses = %v", n)
	}
	if n := a.live(u.ID); n != 1 {
		t.Errorf("%d live sessions", n)
	}
}

func reuseAfterLogout(t *testing.T, h Harness) {
	a := h.app(t, easy)
	a.user(ann)
	tokens := a.login(ann)
	a.post("/token/blacklist/", object{"refresh": tokens.refresh}).want(t, http.StatusOK, "{}")
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.verify(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
}

func reuseIsCapped(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		easy(s)
		s.Tokens.SessionLifetime = 24*time.Hour + time.Second
	})
	a.user(ann)
	tokens := a.login(ann)
	a.pass(24*time.Hour - time.Second)
	if got, end := moment(t, a.refreshed(tokens.refresh).access, "exp"),
		start.Add(24*time.Hour+time.Second); !got.Equal(end) {
		t.Errorf("exp = %v, want %v", got, end)
	}
}

func accessLivesOn(t *testing.T, h Harness) {
	a := h.app(t, easy)
	u := a.user(ann)
	tokens := a.login(ann)
	a.post(logoutPath, object{"refresh": tokens.refresh}).want(t, http.StatusOK, loggedOutBody)
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	a.verify(tokens.access).want(t, http.StatusOK, "{}")

	tokens = a.login(ann)
	a.update(u.ID, func(u *auth.User) { u.Roles = []string{"editor"} })
	a.get("/api/editor", tokens.access).want(t, http.StatusOK, "")
	a.changePassword(ann, userPassword, freshPassword).
		want(t, http.StatusOK, "{}")
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
}
