package adaptertest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var sessionClaims = []claim{
	{"a user sees where it is logged in", sessionsListed},
	{"a user sees no session that is over", sessionsOver},
	{"a user logs out all others", sessionsOthers},
	{"a user logs out one session", sessionsOne},
	{"nobody ends the session of somebody else", sessionsOfStrangers},
	{"sessions are for those who are logged in", sessionsRefused},
	{"a token of an ended session sees and ends nothing", sessionsOfTheDead},
	{"who is known without a token has no sessions to see", sessionsWithoutToken},
	{"an outage is told, and nothing is half ended", sessionsOutage},
	{"an administrator sees and ends sessions", sessionsByAdministrator},
	{"whoever hangs up has logged out everywhere all the same", sessionsHungUp},
}

const (
	sessionsPath = "/sessions/"
	firefox      = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	noPathBody   = `{"detail":"Not found."}`
)

// drop asks to end sessions.
func (a *app) drop(path, access string) reply {
	return a.send(http.MethodDelete, a.path(path), nil, "Authorization", "Bearer "+access)
}

// listed returns what sessions/ answers.
func (a *app) listed(access string) (all []map[string]any) {
	a.t.Helper()
	p := a.get(a.path(sessionsPath), access)
	p.want(a.t, http.StatusOK, "")
	if err := json.Unmarshal([]byte(p.text), &all); err != nil || all == nil {
		a.t.Fatalf("sessions/ = %s (%v)", p.text, err)
	}
	return all
}

// ids returns the ids of the sessions that sessions/ lists.
func (a *app) ids(access string) []string {
	a.t.Helper()
	var ids []string
	for _, s := range a.listed(access) {
		id, _ := s["id"].(string)
		ids = append(ids, id)
	}
	return ids
}

func sessionsListed(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	a.user("bob@example.com")
	a.login("bob@example.com")
	old := a.login(ann, "User-Agent", firefox)
	a.pass(90 * time.Second)
	a.pass(time.Millisecond)
	latest := a.login(ann, "User-Agent", "shop/2.1 (build 7)")
	a.pass(time.Second)
	old = a.refresh(old.refresh).pair()

	p := a.get(a.path(sessionsPath), latest.access)
	p.want(t, http.StatusOK, `[{"id":"`+text(t, latest.access, "sid")+`","device":"shop/2.1","address":"192.0.2.1",`+
		`"created":"2026-01-01T00:01:30.001000Z","last_seen":"2026-01-01T00:01:30.001000Z","current":true},`+
		`{"id":"`+text(t, old.access, "sid")+`","device":"Firefox on Linux","address":"192.0.2.1",`+
		`"created":"2026-01-01T00:00:00Z","last_seen":"2026-01-01T00:01:31.001000Z","current":false}]`)
	if got := p.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control = %q", got)
	}
	a.get(a.path(sessionsPath), "").want(t, http.StatusUnauthorized, "")
	a.get(a.path(sessionsPath), old.refresh).want(t, http.StatusUnauthorized, "")
}

func sessionsOver(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	a.login(ann) // runs out
	a.pass(23 * time.Hour)
	ended := a.login(ann)
	a.post(logoutPath, object{"refresh": ended.refresh})
	before := a.login(ann)
	if err := a.service.EndSessions(context.Background(), auth.UserKey{ID: u.ID}); err != nil {
		t.Fatal(err)
	}
	a.pass(time.Hour)
	now := a.login(ann)
	if ids := a.ids(now.access); !slices.Equal(ids, []string{text(t, now.access, "sid")}) {
		t.Errorf("sessions = %v, want the last one alone; before it %s", ids, text(t, before.access, "sid"))
	}
}

func sessionsOthers(t *testing.T, h Harness) {
	for _, configure := range []func(*auth.Settings){nil, easy} {
		a := h.app(t, configure)
		a.user(ann)
		a.user("bob@example.com")
		bob := a.login("bob@example.com")
		mine, others := a.login(ann), []pair{a.login(ann), a.login(ann)}
		for range 2 {
			a.drop(sessionsPath, mine.access).want(t, http.StatusNoContent, "")
		}
		if n := a.count(auth.EventSessionEnded); n != 2 {
			t.Errorf("%d events, want 2", n)
		}
		for _, other := range others {
			a.refresh(other.refresh).want(t, http.StatusUnauthorized, revokedBody)
		}
		a.refresh(mine.refresh).want(t, http.StatusOK, "")
		a.refresh(bob.refresh).want(t, http.StatusOK, "")
	}
}

func sessionsOne(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	mine, other, third := a.login(ann), a.login(ann), a.login(ann)
	path := sessionsPath + text(t, other.access, "sid") + "/"
	for range 2 {
		a.drop(path, mine.access).want(t, http.StatusNoContent, "")
	}
	a.alive(other, false)
	a.alive(third, true)
	if n := a.count(auth.EventSessionEnded); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
	a.drop(sessionsPath+text(t, mine.access, "sid")+"/", mine.access).want(t, http.StatusNoContent, "")
	a.drop(sessionsPath, mine.access).want(t, http.StatusUnauthorized, "")
}

func sessionsOfStrangers(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	a.user("bob@example.com")
	mine, bob := a.login(ann), a.login("bob@example.com")
	unknown := []string{
		text(t, bob.access, "sid"), text(t, mine.access, "sid") + "x", strings.ToUpper(text(t, mine.access, "sid")),
		"4711", "%", "'; DROP TABLE auth_sessions; --", "\x1b[31m", strings.Repeat("x", 4000), "\u2028", text(t, mine.access, "jti"),
	}
	for _, id := range unknown {
		a.drop(sessionsPath+url.PathEscape(id)+"/", mine.access).want(t, http.StatusNotFound, noPathBody)
	}
	a.drop(sessionsPath+text(t, bob.access, "sid")+"/", "").want(t, http.StatusUnauthorized, "")
	a.alive(bob, true)
	a.alive(mine, true)
}

func sessionsRefused(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Claims.CheckRevoke = true })
	u, gone := a.user(ann), a.user("bob@example.com")
	a.update(gone.ID, deactivate)
	bad := map[string]string{
		"":       "Authentication credentials were not provided.",
		"Bearer": "Authorization header must contain two space-delimited values",
		"Bearer " + a.foreign("refresh", u.ID, nil):                      "Given token not valid for any token type",
		"Bearer " + a.foreign("access", u.ID, object{"user_id": absent}): "Token contained no recognizable user identification",
		"Bearer " + a.foreign("access", gone.ID, nil):                    "User is inactive",
		"Bearer " + a.foreign("access", "4711", nil):                     "User not found",
		"Bearer " + a.foreign("access", u.ID, nil):                       "The user's password has been changed.",
	}
	for header, detail := range bad {
		with := []string{"Authorization", header}
		if header == "" {
			with = nil
		}
		for _, p := range []reply{
			a.send(http.MethodGet, a.path(sessionsPath), nil, with...),
			a.send(http.MethodDelete, a.path(sessionsPath), nil, with...),
			a.send(http.MethodDelete, a.path(sessionsPath)+"4711/", nil, with...),
		} {
			if p.want(t, http.StatusUnauthorized, ""); p.field("detail") != detail {
				t.Errorf("%q: %s, want %q", header, p.text, detail)
			}
		}
	}
	a.send(http.MethodPost, a.path(sessionsPath), nil).want(t, http.StatusMethodNotAllowed, "")
	a.send(http.MethodGet, a.path(sessionsPath)+"4711/", nil).want(t, http.StatusMethodNotAllowed, "")
}

func sessionsOfTheDead(t *testing.T, h Harness) {
	a := h.app(t, easy) // the access token lives on
	u := a.user(ann)
	dead, other := a.login(ann), a.login(ann)
	id := text(t, other.access, "sid")
	a.post(logoutPath, object{"refresh": dead.refresh})
	a.get("/api/me", dead.access).want(t, http.StatusOK, "")
	a.get(a.path(sessionsPath), dead.access).want(t, http.StatusUnauthorized, revokedBody)
	a.drop(sessionsPath, dead.access).want(t, http.StatusUnauthorized, revokedBody)
	a.drop(sessionsPath+id+"/", dead.access).want(t, http.StatusUnauthorized, revokedBody)
	a.refresh(other.refresh).want(t, http.StatusOK, "")

	// A token of a service that shares the key has no session, and may act for its user.
	foreign := a.foreign("access", u.ID, nil)
	if all := a.listed(foreign); len(all) != 1 || all[0]["id"] != id || all[0]["current"] != false {
		t.Errorf("sessions = %v, want that of the living", all)
	}
}

func sessionsWithoutToken(t *testing.T, h Harness) {
	a := h.withKeys(t, keyHolders(robots))
	a.withKey("/api/me").want(t, http.StatusOK, "")
	a.withKey(a.path(sessionsPath)).want(t, http.StatusForbidden, "")
	for _, path := range []string{sessionsPath, sessionsPath + "4711/"} {
		a.send(http.MethodDelete, a.path(path), nil, "X-API-Key", "k").want(t, http.StatusForbidden, "")
	}
}

func sessionsOutage(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	mine, other := a.login(ann), a.login(ann)
	path := sessionsPath + text(t, other.access, "sid") + "/"
	a.store.fail("LiveSessions", "EndSessions")
	a.get(a.path(sessionsPath), mine.access).want(t, http.StatusServiceUnavailable, "")
	a.drop(sessionsPath, mine.access).want(t, http.StatusServiceUnavailable, "")
	a.drop(path, mine.access).want(t, http.StatusServiceUnavailable, "")
	a.store.fail("Session")
	a.drop(path, mine.access).want(t, http.StatusServiceUnavailable, "")
	a.store.heal()
	a.alive(other, true)
	a.alive(mine, true)
}

func sessionsByAdministrator(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	keep, others := a.login(ann, "User-Agent", firefox), []pair{a.login(ann), a.login(ann)}
	ctx, key, id := context.Background(), auth.UserKey{Email: ann}, text(t, keep.access, "sid")
	all, err := a.service.Sessions(ctx, key)
	if err != nil || len(all) != 3 || all[0].UserID != u.ID {
		t.Fatalf("Sessions() = %v, %v, want 3", all, err)
	}
	done, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := a.service.EndOtherSessions(done, key, id); err != nil {
		t.Fatalf("EndOtherSessions() = %v", err)
	}
	for _, other := range others {
		a.alive(other, false)
	}
	if all, err = a.service.Sessions(ctx, key); err != nil || len(all) != 1 || all[0].ID != id || all[0].Label != "Firefox on Linux" {
		t.Errorf("Sessions() = %v, %v, want the one that was kept", all, err)
	}
	a.alive(keep, true)
	_, err = a.service.Sessions(ctx, auth.UserKey{ID: "4711"})
	if other := a.service.EndOtherSessions(ctx, auth.UserKey{ID: "4711"}, id); !errors.Is(err, auth.ErrNotFound) || !errors.Is(other, auth.ErrNotFound) {
		t.Errorf("of nobody: %v, %v, want ErrNotFound", err, other)
	}
}

func sessionsHungUp(t *testing.T, h Harness) {
	for scope, method := range map[string]string{"others": "EndSessions", "all": "UpdateUser"} {
		a := h.app(t, nil)
		a.user(ann)
		mine, others := a.login(ann), []pair{a.login(ann), a.login(ann)}
		a.interrupted(logoutPath, object{"refresh": mine.refresh, "scope": scope}, method)
		for _, other := range others {
			a.alive(other, false)
		}
		a.alive(mine, scope == "others")
	}
}
