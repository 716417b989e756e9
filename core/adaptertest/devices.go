package adaptertest

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var deviceClaims = []claim{
	{"twelve logins at once leave as many sessions as the limit", devicesAtOnce},
	{"a login beyond the limit ends the oldest session", devicesEvicted},
	{"a login beyond the limit is refused", devicesRejected},
	{"a login that is refused is not recorded as one", devicesUnrecorded},
	{"a login beyond the limit ends all other sessions", devicesRevoked},
	{"a login on a known device takes no place", devicesKnown},
	{"what a client calls its device counts within its user alone", devicesOfOthers},
	{"a device id that is none is no device", devicesOdd},
	{"a refresh takes no place", devicesRefreshed},
	{"sessions that are over take no place", devicesOver},
	{"each user may have a limit of its own", devicesPerUser},
	{"whatever a program calls itself, a login works", devicesAgents},
	{"a store that cannot end sessions admits none", devicesOutage},
}

const (
	deviceOne = "0123456789abcdef"
	deviceTwo = "fedcba9876543210"
	fullBody  = `{"detail":"Too many devices are logged in.","code":"device_limit"}`
)

// limited serves a limit.
func (h Harness) limited(t *testing.T, limit int, policy string) *app {
	t.Helper()
	a := h.app(t, func(s *auth.Settings) { s.Devices.Limit, s.Devices.Policy = limit, policy })
	a.user(ann)
	return a
}

// loginOn logs in on a device, or on an unknown one.
func (a *app) loginOn(device string) reply {
	a.t.Helper()
	a.pass(time.Millisecond) // so that there is an oldest session
	var header []string
	if device != "" {
		header = []string{"X-Device-ID", device}
	}
	return a.post("/token/", object{"email": ann, "password": userPassword}, header...)
}

func devicesAtOnce(t *testing.T, h Harness) {
	const logins, limit = 12, 2
	for _, policy := range []string{"", auth.PolicyReject, auth.PolicyRevokeAll} {
		a := h.limited(t, limit, policy)
		replies := together(logins, func(int) reply { return a.tryLogin(ann, userPassword) })
		good := statuses(replies)[http.StatusOK]
		if policy == auth.PolicyReject && (good != limit || statuses(replies)[http.StatusForbidden] != logins-limit) ||
			policy != auth.PolicyReject && good != logins {
			t.Errorf("%q: answers %v", policy, statuses(replies))
		}
		live := a.living(replies)
		if live < 1 || live > limit || policy != auth.PolicyRevokeAll && live != limit {
			t.Errorf("%q: %d sessions live, want %d", policy, live, limit)
		}
	}
}

// living returns how many logins have led to a session that lives.
func (a *app) living(logins []reply) (n int) {
	for _, p := range logins {
		if p.status == http.StatusOK && a.refresh(p.pair().refresh).status == http.StatusOK {
			n++
		}
	}
	return n
}

func devicesEvicted(t *testing.T, h Harness) {
	a := h.limited(t, 2, "")
	first, second := a.loginOn("").pair(), a.loginOn("").pair()
	third := a.loginOn("").pair()
	a.alive(first, false)
	a.alive(second, true)
	a.alive(third, true)
	a.endedBecause(auth.ReasonEvicted, text(t, first.access, "sid"))
}

// endedBecause wants one event of an ended session.
func (a *app) endedBecause(reason, id string) {
	a.t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 0
	for _, e := range a.events {
		if e.Kind != auth.EventSessionEnded || e.SessionID != id {
			continue
		}
		n++
		if e.Reason != reason || e.UserID == "" || e.Address == "" {
			a.t.Errorf("event %+v, want the reason %q, a user and an address", e, reason)
		}
	}
	if n != 1 {
		a.t.Errorf("%d events of the session, want 1", n)
	}
}

func devicesRejected(t *testing.T, h Harness) {
	a := h.limited(t, 2, auth.PolicyReject)
	first, second := a.loginOn("").pair(), a.loginOn("").pair()
	a.loginOn("").want(t, http.StatusForbidden, fullBody)
	a.post("/token/sliding/", object{"email": ann, "password": userPassword}).want(t, http.StatusForbidden, fullBody)
	_, err := a.service.OpenSession(context.Background(), auth.UserKey{Email: ann}, auth.Client{}, nil)
	if !errors.Is(err, auth.ErrDeviceLimit) {
		t.Errorf("OpenSession() = %v, want ErrDeviceLimit", err)
	}
	// Who does not know the password does not learn that there is a limit.
	a.tryLogin(ann, "another password").want(t, http.StatusUnauthorized, "")
	if n := a.count(auth.EventLoginFailed); n != 4 {
		t.Errorf("%d failed logins told of, want 4", n)
	}
	a.alive(first, true)
	a.drop(sessionsPath+text(t, second.access, "sid")+"/", second.access).want(t, http.StatusNoContent, "")
	a.alive(a.loginOn("").pair(), true)
}

func devicesUnrecorded(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		s.Devices.Limit, s.Devices.Policy, s.Users.UpdateLastLogin = 1, auth.PolicyReject, true
	})
	a.user(ann)
	a.loginOn(deviceOne).want(t, http.StatusOK, "")
	last := func() time.Time {
		u, err := a.service.User(context.Background(), auth.UserKey{Email: ann})
		if err != nil {
			t.Fatal(err)
		}
		return u.LastLogin
	}
	before := last()
	a.pass(time.Minute)
	a.loginOn(deviceTwo).want(t, http.StatusForbidden, fullBody)
	_, err := a.service.OpenSession(context.Background(), auth.UserKey{Email: ann}, auth.Client{}, nil)
	if !errors.Is(err, auth.ErrDeviceLimit) || !last().Equal(before) || before.IsZero() {
		t.Errorf("OpenSession() = %v, the last login is %v, want %v", err, last(), before)
	}
	a.loginOn(deviceOne).want(t, http.StatusOK, "")
	if !last().After(before) {
		t.Error("a login on the known device is not recorded")
	}
}

func devicesRevoked(t *testing.T, h Harness) {
	a := h.limited(t, 2, auth.PolicyRevokeAll)
	first, second := a.loginOn("").pair(), a.loginOn("").pair()
	third := a.loginOn("").pair()
	a.alive(first, false)
	a.alive(second, false)
	a.alive(third, true)
}

// A device keeps its place.
func devicesKnown(t *testing.T, h Harness) {
	for _, policy := range []string{"", auth.PolicyReject, auth.PolicyRevokeAll} {
		a := h.limited(t, 2, policy)
		first, second := a.loginOn(deviceOne).pair(), a.loginOn(deviceTwo).pair()
		again := a.loginOn(deviceOne).pair()
		a.alive(first, false)
		a.endedBecause(auth.ReasonReplaced, text(t, first.access, "sid"))
		a.alive(second, true)
		a.alive(again, true)
	}
	a := h.limited(t, 1, "")
	first := a.loginOn(deviceOne).pair()
	a.loginOn(deviceTwo)
	a.endedBecause(auth.ReasonEvicted, text(t, first.access, "sid"))
}

func devicesOfOthers(t *testing.T, h Harness) {
	a := h.limited(t, 1, "")
	a.user("bob@example.com")
	mine := a.loginOn(deviceOne).pair()
	bob := a.login("bob@example.com", "X-Device-ID", deviceOne)
	a.alive(mine, true)
	a.alive(bob, true)
}

// DV-06.
func devicesOdd(t *testing.T, h Harness) {
	a := h.limited(t, 0, "")
	for _, device := range []string{
		"admin", strings.Repeat("x", 65), strings.Repeat("x", 1<<20), "0123456789 abcdef", "0123456789abcdé",
		"0123456789abcde\x7f", "0123456789abcde\t",
	} {
		first := a.loginOn(device)
		second := a.loginOn(device)
		if first.status != http.StatusOK { // some servers refuse a header before anybody sees it
			t.Errorf("%.30q: %d %s", device, first.status, first.text)
			continue
		}
		a.alive(first.pair(), true)
		a.alive(second.pair(), true)
	}
}

func devicesRefreshed(t *testing.T, h Harness) {
	a := h.limited(t, 2, auth.PolicyReject)
	first, second := a.loginOn("").pair(), a.loginOn(deviceOne).pair()
	for range 3 {
		first, second = a.refreshed(first.refresh), a.refreshed(second.refresh)
	}
	a.alive(first, true)
	a.alive(second, true)
}

func devicesOver(t *testing.T, h Harness) {
	a := h.limited(t, 1, auth.PolicyReject)
	u, err := a.service.User(context.Background(), auth.UserKey{Email: ann})
	if err != nil {
		t.Fatal(err)
	}
	a.loginOn("")
	a.pass(24 * time.Hour) // it runs out
	ended := a.loginOn("").pair()
	a.post(logoutPath, object{"refresh": ended.refresh})
	a.loginOn("").want(t, http.StatusOK, "")
	if err := a.service.EndSessions(context.Background(), auth.UserKey{ID: u.ID}); err != nil {
		t.Fatal(err)
	}
	a.loginOn("").want(t, http.StatusOK, "")
	a.loginOn("").want(t, http.StatusForbidden, fullBody)
}

func devicesPerUser(t *testing.T, h Harness) {
	limits := map[string]int{ann: 1, "bob@example.com": 0, "carl@example.com": -1}
	a := h.app(t, func(s *auth.Settings) {
		s.Devices.Limit, s.Devices.Policy = 2, auth.PolicyReject
		s.Devices.LimitFor = func(_ context.Context, u *auth.User) (int, error) {
			switch limit, ok := limits[u.Email]; {
			case u.PasswordHash != "":
				return 0, errors.New("the hook sees a secret")
			case u.Email == "dora@example.com":
				return 0, auth.ErrDeviceLimit
			case u.Email == "emil@example.com":
				panic("no such user")
			case ok:
				return limit, nil
			}
			return 0, errors.New("who is that?")
		}
	})
	for email, want := range map[string][]int{
		ann: {200, 403, 403}, "bob@example.com": {200, 200, 200}, "carl@example.com": {500, 500}, "dora@example.com": {403, 403},
		"emil@example.com": {500}, "fred@example.com": {500},
	} {
		u := a.user(email)
		for i, status := range want {
			if p := a.tryLogin(email, userPassword); p.status != status {
				t.Errorf("login %d of %s: %d %s, want %d", i, email, p.status, p.text, status)
			}
		}
		if n := a.live(u.ID); n != count(want, http.StatusOK) {
			t.Errorf("%s has %d sessions", email, n)
		}
	}
}

// DV-06, LG-02.
func devicesAgents(t *testing.T, h Harness) {
	a := h.limited(t, 0, "")
	for agent, want := range map[string]string{
		firefox: "Firefox on Linux", "": "Unknown device", strings.Repeat("x", 64<<10): strings.Repeat("x", 64),
		"a\x1b[31m\u2028/1 b": "a[31m", "\xff\xfe": "Unknown device",
	} {
		tokens := a.login(ann, "User-Agent", agent)
		if got := a.listed(tokens.access)[0]["device"]; got != want {
			t.Errorf("%.30q is called %q, want %q", agent, got, want)
		}
		a.pass(time.Second)
	}
}

// RV-03.
func devicesOutage(t *testing.T, h Harness) {
	a := h.limited(t, 1, "")
	first := a.loginOn("").pair()
	a.store.fail("CreateSession")
	a.loginOn("").want(t, http.StatusServiceUnavailable, unavailableBody)
	a.store.heal()
	a.alive(first, true)
}
