package adaptertest

import (
	"net/http"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var logoutClaims = []claim{
	{"a logout ends the session of its token", logoutEnds},
	{"a logout twice is no error", logoutTwice},
	{"a logout without a good token ends nothing", logoutOfNothing},
	{"a token in the body comes before the header", logoutPrefersTheBody},
	{"the scope says which sessions end", logoutScopes},
	{"an unknown scope is refused", logoutUnknownScope},
	{"a wide scope takes a live token", logoutWideScopeNeedsLife},
	{"a wide scope takes no rights", logoutWithOldRights},
}

func logoutEnds(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	for _, by := range []func(pair) reply{
		func(p pair) reply { return a.post(logoutPath, object{"refresh": p.refresh}) },
		func(p pair) reply { return a.post(logoutPath, nil, "Authorization", "Bearer "+p.access) },
		func(p pair) reply { return a.post(logoutPath, "{}", "Authorization", "bearer  "+p.access) },
		func(p pair) reply { return a.post(logoutPath, object{"refresh": p.refresh, "scope": "this"}) },
		func(p pair) reply {
			return a.post(logoutPath, "refresh="+p.refresh, "Content-Type", "application/x-www-form-urlencoded")
		},
	} {
		tokens, other := a.login(ann), a.login(ann)
		by(tokens).want(t, http.StatusOK, loggedOutBody)
		a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
		a.refusals("Bearer "+tokens.access, refusedBody(revokedText))
		a.get("/api/me", other.access).want(t, http.StatusOK, "")
		a.refresh(other.refresh).want(t, http.StatusOK, "")
	}
	if n := a.count(auth.EventSessionEnded); n != 5 {
		t.Errorf("%d events, want 5", n)
	}
}

// RV-01.
func logoutTwice(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	tokens := a.login(ann)
	for range 2 {
		a.post(logoutPath, object{"refresh": tokens.refresh}).want(t, http.StatusOK, loggedOutBody)
		a.post(logoutPath, nil, "Authorization", "Bearer "+tokens.access).
			want(t, http.StatusOK, loggedOutBody)
	}
	if n := a.count(auth.EventSessionEnded); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}

// RV-01.
func logoutOfNothing(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	old := a.login(ann)
	a.pass(23 * time.Hour)
	tokens := a.login(ann)
	a.pass(2 * time.Hour)
	for _, body := range []any{
		nil, "{}",
		object{"refresh": ""},
		object{"refresh": nil},
		object{"refresh": "garbage"},
		object{"refresh": 5},
		object{"refresh": true},
		object{"token": []string{tokens.refresh}},
		object{"refresh": old.refresh},
		object{"refresh": tokens.access},
		object{"token": tokens.refresh},
		object{"token": "x", "refresh": " "},
		"[]", `["` + tokens.refresh + `"]`, `"` + tokens.refresh + `"`, "5", "null",
		object{"access": tokens.access},
		object{"refresh": sign("k", hs256, payload(t, tokens.refresh))},
		object{"session": claims(t, tokens.refresh)["sid"]},
	} {
		a.post(logoutPath, body).want(t, http.StatusOK, loggedOutBody)
	}
	for _, header := range []string{
		"Bearer", "Bearer x", "Bearer a b", "Basic YTpi", "Bearer " + tokens.access, "Bearer " + tokens.refresh,
	} {
		a.post(logoutPath, nil, "Authorization", header).want(t, http.StatusOK, loggedOutBody)
	}
	if n := a.live(u.ID); n != 1 {
		t.Errorf("%d live sessions, want 1", n)
	}
	a.refresh(tokens.refresh).want(t, http.StatusOK, "")
}

// RV-01.
func logoutPrefersTheBody(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	a.user("bob@example.com")
	mine, bobs := a.login(ann), a.login("bob@example.com")
	a.post(logoutPath, object{"refresh": mine.refresh}, "Authorization", "Bearer "+bobs.access).
		want(t, http.StatusOK, loggedOutBody)
	a.refresh(mine.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.get("/api/me", bobs.access).want(t, http.StatusOK, "")
}

func logoutScopes(t *testing.T, h Harness) {
	for _, configure := range []func(*auth.Settings){nil, easy} {
		for _, scope := range []string{"this", "others", "all"} {
			h.scope(t, configure, scope, func(a *app, p pair) reply {
				return a.post(logoutPath, object{"refresh": p.refresh, "scope": scope})
			})
			h.scope(t, configure, scope, func(a *app, p pair) reply {
				return a.post(logoutPath, object{"scope": scope}, "Authorization", "Bearer "+p.access)
			})
		}
	}
}

// scope logs the first of three sessions out and checks which of them live.
func (h Harness) scope(
	t *testing.T, configure func(*auth.Settings), scope string, logout func(*app, pair) reply,
) {
	t.Helper()
	a := h.app(t, configure)
	a.user(ann)
	a.user("bob@example.com")
	tokens := []pair{a.login(ann), a.login(ann), a.login(ann)}
	bob := a.login("bob@example.com")
	logout(a, tokens[0]).want(t, http.StatusOK, loggedOutBody)
	for i, p := range tokens {
		a.alive(p, scope == "this" && i > 0 || scope == "others" && i == 0)
	}
	a.alive(bob, true)
}

// alive checks whether a session lives, and its access token where the service asks.
func (a *app) alive(p pair, want bool) {
	a.t.Helper()
	status, access := http.StatusUnauthorized, http.StatusUnauthorized
	if want {
		status = http.StatusOK
	}
	if want || a.service.Settings().Tokens.AccessOutlivesSession {
		access = http.StatusOK
	}
	if got := a.get("/api/me", p.access); got.status != access {
		a.t.Errorf("access: %d %s, want %d", got.status, got.text, access)
	}
	if got := a.refresh(p.refresh); got.status != status {
		a.t.Errorf("refresh: %d %s, want %d", got.status, got.text, status)
	}
}

func logoutWithOldRights(t *testing.T, h Harness) {
	for _, scope := range []string{"others", "all"} {
		a := h.app(t, nil)
		u := a.user(ann)
		mine, other := a.login(ann), a.login(ann)
		a.update(u.ID, func(u *auth.User) { u.Roles = []string{"editor"} })
		a.post(logoutPath, object{"scope": scope}, "Authorization", "Bearer "+mine.access).want(t, http.StatusOK, "")
		a.refresh(other.refresh).want(t, http.StatusUnauthorized, revokedBody)
	}
}

func logoutUnknownScope(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	tokens := a.login(ann)
	for value, problem := range map[string]string{
		`"everything"`: `\"everything\" is not a valid choice.`, `"ALL"`: `\"ALL\" is not a valid choice.`,
		`true`: "Not a valid string.", `["all"]`: "Not a valid string.", `null`: "This field may not be null.",
		`""`: "This field may not be blank.",
	} {
		a.post(logoutPath, `{"refresh":"`+tokens.refresh+`","scope":`+value+`}`).
			want(t, http.StatusBadRequest, fieldBody("scope", problem))
	}
	a.alive(tokens, true)
}

func logoutWideScopeNeedsLife(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	dead, tokens := a.login(ann), a.login(ann)
	a.post(logoutPath, object{"refresh": dead.refresh}).want(t, http.StatusOK, loggedOutBody)
	for _, scope := range []string{"all", "others"} {
		a.post(logoutPath, object{"refresh": dead.refresh, "scope": scope}).
			want(t, http.StatusOK, loggedOutBody)
		a.post(logoutPath, object{"scope": scope}, "Authorization", "Bearer "+dead.access).
			want(t, http.StatusOK, loggedOutBody)
		a.post(logoutPath, object{"scope": scope}).want(t, http.StatusOK, loggedOutBody)
	}
	if n := a.live(u.ID); n != 1 {
		t.Errorf("%d live sessions, want 1", n)
	}
	a.alive(tokens, true)
}
