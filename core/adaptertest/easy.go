package adaptertest

import (
	"net/http"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var easyClaims = []claim{
	{"what ends everything ends a sliding token", everythingEndsSliding},
	{"what ends everything ends a sliding token of another service", everythingEndsForeignSliding},
	{"what ends everything ends a refresh token of another service", everythingEndsForeignRefresh},
	{"a dead refresh token of another service logs nobody out", deadForeignEndsNothing},
	{"a wide logout ends sessions after a change of rights too", wideLogoutAfterRights},
}

// endings end everything that a user has.
var endings = map[string]func(*app, *auth.User){
	"logout everywhere": func(a *app, _ *auth.User) {
		a.post(logoutPath, object{"token": a.slidingToken(), "scope": "all"}).
			want(a.t, http.StatusOK, loggedOutBody)
	},
	"password change": func(a *app, _ *auth.User) {
		a.changePassword(ann, userPassword, freshPassword).want(a.t, http.StatusOK, "{}")
	},
	"deactivation and back": func(a *app, u *auth.User) {
		a.update(u.ID, deactivate)
		a.update(u.ID, func(u *auth.User) { u.Active = true })
	},
}

// slidingModes are the settings under which sliding tokens authenticate requests.
var slidingModes = map[string]func(*auth.Settings){
	"strict": accepting,
	"easy": func(s *auth.Settings) {
		easy(s)
		s.Tokens.Kind = auth.KindSliding
	},
	"easy, stateless": func(s *auth.Settings) {
		easy(s)
		s.Tokens.Kind, s.Claims.Stateless = auth.KindSliding, true
	},
}

// eachEnding runs a check under each mode, around each ending: check looks at what
// must be good and returns the check that it is dead.
func eachEnding(t *testing.T, h Harness, check func(a *app, u *auth.User) (dead func())) {
	t.Helper()
	for mode, configure := range slidingModes {
		for what, end := range endings {
			t.Run(mode+", "+what, func(t *testing.T) {
				a := h.app(t, configure)
				u := a.user(ann)
				dead := check(a, u)
				end(a, u)
				dead()
			})
		}
	}
}

// slidingLives checks a sliding token and returns the check that it is dead.
func (a *app) slidingLives(sliding string) (dead func()) {
	a.t.Helper()
	a.get("/api/me", sliding).want(a.t, http.StatusOK, "")
	a.verify(sliding).want(a.t, http.StatusOK, "{}")
	a.slide(sliding).want(a.t, http.StatusOK, "")
	return func() {
		a.t.Helper()
		a.refusals("Bearer "+sliding, slidingRefusedBody(wrongKindText, revokedText))
		a.verify(sliding).want(a.t, http.StatusUnauthorized, revokedBody)
		a.slide(sliding).want(a.t, http.StatusUnauthorized, revokedBody)
	}
}

func everythingEndsSliding(t *testing.T, h Harness) {
	eachEnding(t, h, func(a *app, _ *auth.User) func() { return a.slidingLives(a.slidingToken()) })
}

func everythingEndsForeignSliding(t *testing.T, h Harness) {
	eachEnding(t, h, func(a *app, u *auth.User) func() {
		end := a.clock().Add(time.Hour).Unix()
		return a.slidingLives(a.foreign("sliding", u.ID, object{"refresh_exp": end}))
	})
}

func everythingEndsForeignRefresh(t *testing.T, h Harness) {
	eachEnding(t, h, func(a *app, u *auth.User) func() {
		refresh := a.foreign("refresh", u.ID, nil)
		a.verify(refresh).want(a.t, http.StatusOK, "{}")
		return func() {
			a.verify(refresh).want(a.t, http.StatusUnauthorized, revokedBody)
			epochs := a.row(u.ID).Epochs
			a.post(logoutPath, object{"refresh": refresh, "scope": "all"}).
				want(a.t, http.StatusOK, loggedOutBody)
			if after := a.row(u.ID).Epochs; after != epochs {
				a.t.Errorf("a dead token raised the epochs from %+v to %+v", epochs, after)
			}
		}
	})
}

func deadForeignEndsNothing(t *testing.T, h Harness) {
	for _, configure := range []func(*auth.Settings){nil, easy} {
		a := h.app(t, configure)
		u := a.user(ann)
		refresh := a.foreign("refresh", u.ID, nil)
		a.post(logoutPath, object{"refresh": a.login(ann).refresh, "scope": "all"}).
			want(t, http.StatusOK, loggedOutBody)
		v := a.user("bob@example.com")
		listed := a.foreign("refresh", v.ID, nil)
		a.post("/token/blacklist/", object{"refresh": listed}).want(t, http.StatusOK, "{}")
		a.post(logoutPath, object{"refresh": listed, "scope": "all"}).want(t, http.StatusOK, loggedOutBody)
		if e := a.row(v.ID).Epochs; e != (auth.Epochs{}) {
			t.Errorf("a blacklisted token raised the epochs to %+v", e)
		}
		victim := a.login(ann)
		for _, scope := range []string{"others", "all"} {
			a.post(logoutPath, object{"refresh": refresh, "scope": scope}).
				want(t, http.StatusOK, loggedOutBody)
		}
		a.refresh(refresh).want(t, http.StatusUnauthorized, revokedBody)
		a.alive(victim, true)
	}
}

func wideLogoutAfterRights(t *testing.T, h Harness) {
	a := h.app(t, easy)
	u := a.user(ann)
	a.update(u.ID, func(u *auth.User) { u.Roles = []string{"editor"} })
	phone, laptop := a.login(ann), a.login(ann)
	logout := func(scope string) {
		a.post(logoutPath, object{"scope": scope}, "Authorization", "Bearer "+laptop.access).
			want(t, http.StatusOK, loggedOutBody)
	}
	a.refresh(phone.refresh).want(t, http.StatusOK, "")
	logout("others")
	a.refresh(phone.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.refresh(laptop.refresh).want(t, http.StatusOK, "")
	phone = a.login(ann)
	logout("all")
	for _, token := range []string{phone.refresh, laptop.refresh} {
		a.refresh(token).want(t, http.StatusUnauthorized, revokedBody)
	}
}
