package adaptertest

import (
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var epochClaims = []claim{
	{"a change of rights ends access tokens and the next refresh brings them", epochOfRights},
	{"a deactivation ends everything at once", epochOfDeactivation},
	{"a deletion ends everything at once", epochOfDeletion},
	{"another user is not touched", epochOfOthers},
	{"a change of no rights ends nothing", epochOfNoRights},
	{"a token cannot claim an epoch to come for nothing", epochIsSigned},
	{"the store is asked once for each row", epochCosts},
}

func epochOfRights(t *testing.T, h Harness) {
	for what, change := range map[string]func(*auth.User){
		"role":       func(u *auth.User) { u.Roles = []string{"editor"} },
		"permission": func(u *auth.User) { u.Permissions = []string{"posts.view", "posts.list"} },
		"staff":      func(u *auth.User) { u.Staff = true },
		"superuser":  func(u *auth.User) { u.Superuser = true },
		"address":    func(u *auth.User) { u.Email = "bob@example.com" },
	} {
		a := h.app(t, func(s *auth.Settings) { s.Claims.Access = []string{"roles"} })
		u := a.user(ann)
		tokens, sliding := a.login(ann), a.slidingToken()
		a.update(u.ID, change)
		if p := a.get("/api/me", tokens.access); p.status != http.StatusUnauthorized ||
			p.text != refusedBody(revokedText) {
			t.Errorf("%s: %d %s", what, p.status, p.text)
		}
		fresh := a.refreshed(tokens.refresh)
		a.get("/api/me", fresh.access).want(t, http.StatusOK, "")
		a.slide(sliding).want(t, http.StatusOK, "")
		if what == "role" {
			a.get("/api/editor", fresh.access).want(t, http.StatusOK, "")
		}
	}
}

// RV-02.
func epochOfDeactivation(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	tokens := a.login(ann)
	a.update(u.ID, deactivate)
	a.refusals("Bearer "+tokens.access, userInactiveBody)
	a.refusals("Bearer "+a.foreign("access", u.ID, nil), userInactiveBody)
	a.verify(tokens.access).want(t, http.StatusUnauthorized, revokedBody)
	a.verify(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, noAccountBody)
}

func epochOfDeletion(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	tokens := a.login(ann)
	a.remove(u.ID)
	a.remove(u.ID)
	a.refusals("Bearer "+tokens.access, refusedBody(revokedText))
	a.refusals("Bearer "+a.foreign("access", u.ID, nil), userNotFoundBody)
	a.verify(tokens.access).want(t, http.StatusUnauthorized, revokedBody)
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, noAccountBody)
	a.post(logoutPath, object{"refresh": tokens.refresh, "scope": "all"}).
		want(t, http.StatusOK, loggedOutBody)
	v := a.user(ann)
	a.refusals("Bearer "+tokens.access, refusedBody(revokedText))
	if v.ID == u.ID {
		t.Errorf("id %s was given out again", u.ID)
	}
}

func epochOfOthers(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u, v := a.user(ann), a.user("bob@example.com")
	bob := a.login("bob@example.com")
	a.login(ann)
	a.update(u.ID, func(u *auth.User) { u.Roles = []string{"editor"} })
	a.update(u.ID, deactivate)
	a.remove(u.ID)
	a.alive(bob, true)
	if e := a.row(v.ID).Epochs; e != (auth.Epochs{}) {
		t.Errorf("epochs = %+v", e)
	}
}

func epochOfNoRights(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	tokens := a.login(ann)
	a.update(u.ID, func(u *auth.User) { u.FirstName, u.Extra = "Ann", []byte(`{"plan":"paid"}`) })
	a.alive(tokens, true)
}

func epochIsSigned(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	a.get("/api/me", a.foreign("access", u.ID, nil)).want(t, http.StatusOK, "")
	a.update(u.ID, func(u *auth.User) { u.Staff = true })
	a.refusals("Bearer "+a.foreign("access", u.ID, nil), refusedBody(revokedText))
	a.refusals("Bearer "+a.foreign("access", u.ID, object{"epoch": 0}), refusedBody(revokedText))
	a.get("/api/me", a.foreign("access", u.ID, object{"epoch": 1})).want(t, http.StatusOK, "")
}

func epochCosts(t *testing.T, h Harness) {
	for _, c := range []struct {
		configure func(*auth.Settings)
		users     int
		sessions  int
	}{
		{nil, 1, 1},
		{easy, 1, 0},
		{func(s *auth.Settings) { s.Claims.Stateless = true }, 1, 1},
		{func(s *auth.Settings) { easy(s); s.Claims.Stateless = true }, 0, 0},
	} {
		a := h.app(t, c.configure)
		a.user(ann)
		access := a.login(ann).access
		a.store.calls()
		a.get("/api/me", access).want(t, http.StatusOK, "")
		if calls := a.store.calls(); calls["User"] != c.users || calls["Session"] != c.sessions ||
			calls["TokenRevoked"] != 0 {
			t.Errorf("calls = %v, want %d users and %d sessions", calls, c.users, c.sessions)
		}
	}
}
