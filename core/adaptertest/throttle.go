package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var throttleClaims = []claim{
	{"wrong passwords for an account are counted, and after a while again", throttleAccount},
	{"accounts that there are not are slowed down alike", throttleUnknown},
	{"no password is hashed beyond the limit, whatever comes at once", throttleAtOnce},
	{"a success begins anew", throttleForgets},
	{"a password change counts as a login", throttlePasswordChange},
	{"a network is counted as one client", throttleNetwork},
	{"a header changes no network", throttleSpoofed},
	{"the owner is not locked out where it is logged in", throttleOwner},
	{"registrations are counted", throttleRegistration},
	{"exchanges of a session's tokens are counted", throttleRefresh},
	{"a limiter that fails opens nothing and keeps nobody out", throttleOutage},
	{"each endpoint that is slowed down says so alike", throttleEverywhere},
	{"who fails again and again waits for long", throttleConsecutive},
}

// throttling serves with the usual throttling.
func (h Harness) throttling(t *testing.T, configure func(*auth.Settings)) *app {
	t.Helper()
	a := h.app(t, func(s *auth.Settings) {
		s.Throttle.Account = auth.Rate{Limit: 10, Per: 15 * time.Minute}
		if configure != nil {
			configure(s)
		}
	})
	a.user(ann)
	return a
}

// wantThrottled checks the answer to one attempt too many.
func (p reply) wantThrottled(t *testing.T, most time.Duration) {
	t.Helper()
	seconds, err := strconv.Atoi(p.header.Get("Retry-After"))
	body := fmt.Sprintf(`{"detail":"Request was throttled. Expected available in %d seconds.","code":"throttled"}`, seconds)
	if p.want(t, http.StatusTooManyRequests, body); err != nil || seconds < 1 || seconds > int(most.Seconds()) {
		t.Errorf("Retry-After = %q (%v), want at most %v", p.header.Get("Retry-After"), err, most)
	}
}

const wrong = "not the password"

func throttleAccount(t *testing.T, h Harness) {
	a := h.throttling(t, nil)
	for range 10 {
		a.tryLogin(ann, wrong).want(t, http.StatusUnauthorized, "")
		a.pass(time.Second)
	}
	a.tryLogin(ann, wrong).wantThrottled(t, 15*time.Minute)
	a.tryLogin(" ANN@example.COM", userPassword).wantThrottled(t, 15*time.Minute) // one account in any spelling
	a.post("/token/sliding/", object{"email": ann, "password": userPassword}).wantThrottled(t, 15*time.Minute)
	if n := a.count(auth.EventThrottled); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
	p := a.tryLogin(ann, userPassword)
	seconds, _ := strconv.Atoi(p.header.Get("Retry-After"))
	a.pass(time.Duration(seconds) * time.Second)
	a.tryLogin(ann, userPassword).want(t, http.StatusOK, "")
}

// RG-02.
func throttleUnknown(t *testing.T, h Harness) {
	a := h.throttling(t, nil)
	for range 12 {
		one, other := a.tryLogin(ann, wrong), a.tryLogin("nobody@example.com", wrong)
		if one.status != other.status || one.text != other.text || one.header.Get("Retry-After") != other.header.Get("Retry-After") {
			t.Errorf("%d %s and %d %s", one.status, one.text, other.status, other.text)
		}
	}
	a.tryLogin("Nobody@EXAMPLE.com", wrong).wantThrottled(t, 15*time.Minute)
	a.tryLogin("somebody@example.com", wrong).want(t, http.StatusUnauthorized, "")
}

func throttleAtOnce(t *testing.T, h Harness) {
	a := h.throttling(t, nil)
	before := a.service.PasswordStats()
	replies := statuses(together(64, func(int) reply { return a.tryLogin(ann, wrong) }))
	if replies[http.StatusUnauthorized] != 10 || replies[http.StatusTooManyRequests] != 54 {
		t.Errorf("answers %v, want 10 wrong passwords", replies)
	}
	if n := a.service.PasswordStats().Computed - before.Computed; n != 10 {
		t.Errorf("%d passwords were hashed, want 10", n)
	}
}

func throttleForgets(t *testing.T, h Harness) {
	a := h.throttling(t, nil)
	for range 5 {
		for range 9 {
			a.tryLogin(ann, wrong).want(t, http.StatusUnauthorized, "")
		}
		a.tryLogin(ann, userPassword).want(t, http.StatusOK, "")
	}
}

func throttlePasswordChange(t *testing.T, h Harness) {
	a := h.throttling(t, nil)
	change := func(old string) reply {
		return a.post("/password-change/", object{"email": ann, "password": old, "new_password": "another horse battery"})
	}
	for i := range 10 {
		if i%2 == 0 {
			change(wrong).want(t, http.StatusBadRequest, "")
		} else {
			a.tryLogin(ann, wrong).want(t, http.StatusUnauthorized, "")
		}
	}
	change(userPassword).wantThrottled(t, 15*time.Minute)
	a.tryLogin(ann, userPassword).wantThrottled(t, 15*time.Minute)
	a.pass(15 * time.Minute)
	change(userPassword).want(t, http.StatusOK, "{}")
}

func (a *app) tryFrom(remote, email string, header ...string) reply {
	a.t.Helper()
	return a.from(remote, http.MethodPost, a.path("/token/"), object{"email": email, "password": wrong}, header...)
}

func throttleNetwork(t *testing.T, h Harness) {
	a := h.throttling(t, func(s *auth.Settings) {
		s.Throttle.Network = auth.Rate{Limit: 20, Per: 15 * time.Minute}
		s.Throttle.Exempt = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
	})
	for i := range 20 {
		a.tryFrom("203.0.113.5:1", fmt.Sprintf("user%d@example.com", i)).want(t, http.StatusUnauthorized, "")
		a.tryFrom(fmt.Sprintf("[2001:db8:1:2::%x]:1", i), fmt.Sprintf("user%d@example.org", i)).want(t, http.StatusUnauthorized, "")
	}
	a.tryFrom("203.0.113.5:2", "more@example.com").wantThrottled(t, 15*time.Minute)
	a.tryFrom("[::ffff:203.0.113.5]:2", "more@example.com").wantThrottled(t, 15*time.Minute)
	a.tryFrom("[2001:db8:1:2:ffff::]:1", "more@example.com").wantThrottled(t, 15*time.Minute)
	a.tryFrom("203.0.113.6:2", "more@example.com").want(t, http.StatusUnauthorized, "")
	a.tryFrom("[2001:db8:1:3::]:1", "more@example.com").want(t, http.StatusUnauthorized, "")
	for i := range 25 {
		a.tryFrom("198.51.100.7:1", fmt.Sprintf("user%d@example.net", i)).want(t, http.StatusUnauthorized, "")
	}
}

func throttleSpoofed(t *testing.T, h Harness) {
	a := h.throttling(t, func(s *auth.Settings) { s.Throttle.Network = auth.Rate{Limit: 5, Per: time.Minute} })
	for i := range 5 {
		a.tryFrom("203.0.113.5:1", fmt.Sprintf("user%d@example.com", i), "X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i)).
			want(t, http.StatusUnauthorized, "")
	}
	a.tryFrom("203.0.113.5:1", "more@example.com", "X-Forwarded-For", "198.51.100.99").wantThrottled(t, time.Minute)
}

func throttleOwner(t *testing.T, h Harness) {
	a := h.throttling(t, nil)
	const home, away = "203.0.113.5:1", "198.51.100.7:1"
	a.loginFrom(home)
	for range 10 {
		a.tryFrom(away, ann)
	}
	a.tryFrom(away, ann).wantThrottled(t, 15*time.Minute)
	a.loginFrom(home) // which also begins anew
	for range 10 {
		a.tryFrom(away, ann)
	}
	for range 10 { // at home there are attempts as well, and not more
		a.tryFrom(home, ann).want(t, http.StatusUnauthorized, "")
	}
	a.tryFrom(home, ann).wantThrottled(t, 15*time.Minute)

	everybodys := h.throttling(t, func(s *auth.Settings) { s.Throttle.Exempt = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")} })
	everybodys.loginFrom(home)
	for range 10 {
		everybodys.tryFrom(home, ann).want(t, http.StatusUnauthorized, "")
	}
	everybodys.tryFrom(home, ann).wantThrottled(t, 15*time.Minute)
}

func throttleRegistration(t *testing.T, h Harness) {
	a := h.throttling(t, func(s *auth.Settings) { s.Throttle.Registration = auth.Rate{Limit: 3, Per: time.Hour} })
	register := func(i int) reply {
		return a.post("/create-user/", object{"email": fmt.Sprintf("new%d@example.com", i), "password": userPassword})
	}
	a.post("/create-user/", object{"email": "no address", "password": userPassword}).want(t, http.StatusBadRequest, "")
	for i := range 3 {
		register(i).want(t, http.StatusCreated, "")
	}
	register(3).wantThrottled(t, time.Hour)
	if _, err := a.service.User(context.Background(), auth.UserKey{Email: "new3@example.com"}); !errors.Is(err, auth.ErrNotFound) {
		t.Errorf("the user is there: %v", err)
	}
	a.pass(time.Hour)
	register(3).want(t, http.StatusCreated, "")
}

func throttleRefresh(t *testing.T, h Harness) {
	a := h.throttling(t, func(s *auth.Settings) { s.Throttle.Refresh = auth.Rate{Limit: 3, Per: time.Minute} })
	tokens, other, sliding := a.login(ann), a.login(ann), a.slidingToken()
	for range 3 {
		tokens = a.refreshed(tokens.refresh)
		a.slide(sliding).want(t, http.StatusOK, "")
	}
	a.refresh(tokens.refresh).wantThrottled(t, time.Minute)
	a.slide(sliding).wantThrottled(t, time.Minute)
	a.refresh(other.refresh).want(t, http.StatusOK, "")
	a.pass(time.Minute)
	a.refresh(tokens.refresh).want(t, http.StatusOK, "") // it was not consumed
}

// brokenLimiter fails or panics.
type brokenLimiter struct{ panics bool }

// Hit implements [auth.Limiter].
func (b brokenLimiter) Hit(context.Context, string, auth.Rate, time.Time) (time.Duration, error) {
	if b.panics {
		panic("no counts")
	}
	return 0, errOutage
}

// Forget implements [auth.Limiter].
func (b brokenLimiter) Forget(context.Context, string) error { return errOutage }

func throttleOutage(t *testing.T, h Harness) {
	for _, panics := range []bool{true, false} {
		a := h.throttling(t, func(s *auth.Settings) { s.Throttle.Limiter = brokenLimiter{panics} })
		for range 3 {
			a.tryLogin(ann, userPassword).want(t, http.StatusOK, "")
		}
		for range 20 { // half of them as somebody who is at home here
			a.tryLogin(ann, wrong).want(t, http.StatusUnauthorized, "")
		}
		a.tryLogin(ann, wrong).wantThrottled(t, 15*time.Minute)
		if n := a.count(auth.EventFailure); n == 0 {
			t.Error("nobody was told")
		}
	}
}

func throttleConsecutive(t *testing.T, h Harness) {
	a := h.throttling(t, func(s *auth.Settings) { s.Throttle.Network = auth.Rate{Limit: 10_000, Per: time.Minute} })
	for range 10 {
		for range 10 {
			a.tryLogin(ann, wrong).want(t, http.StatusUnauthorized, "")
		}
		a.pass(15 * time.Minute)
	}
	p := a.tryLogin(ann, userPassword)
	p.wantThrottled(t, 24*time.Hour)
	if strings.Contains(p.text, " 900 seconds") {
		t.Errorf("answer %s", p.text)
	}
	a.pass(24 * time.Hour)
	a.tryLogin(ann, userPassword).want(t, http.StatusOK, "")
}

func throttleEverywhere(t *testing.T, h Harness) {
	once := auth.Rate{Limit: 1, Per: time.Minute}
	a := h.throttling(t, func(s *auth.Settings) { s.Throttle.Account, s.Throttle.Registration = once, once })
	a.user("bob@example.com")
	credentials := object{"email": "bob@example.com", "password": wrong}
	a.post("/token/sliding/", credentials).want(t, http.StatusUnauthorized, "")
	a.post("/token/sliding/", credentials).wantThrottled(t, time.Minute)
	change := object{"email": ann, "password": wrong, "new_password": "another horse battery"}
	a.post("/password-change/", change).want(t, http.StatusBadRequest, "")
	a.post("/password-change/", change).wantThrottled(t, time.Minute)
	registration := object{"email": "carl@example.com", "password": userPassword}
	a.post("/create-user/", registration).want(t, http.StatusCreated, "")
	registration["email"] = "dora@example.com"
	a.post("/create-user/", registration).wantThrottled(t, time.Minute)
}
