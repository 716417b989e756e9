package adaptertest

import (
	"net/http"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest"
)

// losing lets the next call of a method take effect, and nobody gets the answer.
func (a *app) losing(method string) {
	a.store.Inject(storetest.Fault{Method: method, Call: 1, After: true, Do: storetest.Fail(errOutage)})
}

// F-4: a client that presents the old token again gets the successor within the grace period. Else
// it looks like a thief, and the session ends. Tokens that are used again are.
func lostRotation(t *testing.T, h Harness) {
	for what, c := range map[string]struct {
		configure func(*auth.Settings)
		lives     bool
	}{
		"strict": {nil, false},
		"grace":  {func(s *auth.Settings) { s.Tokens.GracePeriod = 10 * time.Second }, true},
		"easy":   {easy, true},
	} {
		a := h.app(t, c.configure)
		u := a.user(ann)
		tokens, other := a.login(ann), a.login(ann)
		a.losing("RotateSession")
		a.isOutage(what, a.refresh(tokens.refresh))
		p := a.refresh(tokens.refresh)
		if !c.lives {
			p.want(t, http.StatusUnauthorized, revokedBody)
			a.alive(tokens, false)
			if a.live(u.ID) != 1 {
				t.Errorf("%s: %d sessions live, want the other one", what, a.live(u.ID))
			}
		} else {
			p.want(t, http.StatusOK, "")
			if next := p.pair(); next.refresh != "" { // of a rotation
				tokens.refresh = next.refresh
			}
			a.refreshed(tokens.refresh)
		}
		a.refreshed(other.refresh)
	}
}

// A login that was recorded, or its password rehashed, is good whether the record is known to be
// there or not.
func lostRecord(t *testing.T, h Harness) {
	for _, after := range []bool{false, true} {
		a := h.app(t, func(s *auth.Settings) { s.Users.UpdateLastLogin = true })
		a.user(ann)
		for _, do := range []fault{
			{"fails", storetest.Fault{Do: storetest.Fail(errOutage)}},
			{"panics", storetest.Fault{Do: storetest.Panic(errOutage)}},
		} {
			do.Method, do.Call, do.After = "UpdateUser", 1, after
			a.store.Inject(do.Fault)
			tokens := a.login(ann)
			a.alive(tokens, true)
			if n := a.count(auth.EventFailure); n == 0 {
				t.Errorf("%s, after %v: operators are not told", do.how, after)
			}
		}
	}
}

// The session that nobody holds takes no place, whatever the policy.
func lostDevice(t *testing.T, h Harness) {
	for _, policy := range []string{auth.PolicyEvictOldest, auth.PolicyRevokeAll, auth.PolicyReject} {
		a := h.limited(t, 1, policy)
		for range 2 {
			a.losing("CreateSession")
			a.isOutage(policy, a.tryLogin(ann, userPassword))
			if n := a.live("1"); n != 0 {
				t.Errorf("%s: %d sessions live that nobody holds", policy, n)
			}
		}
		a.alive(a.login(ann), true)
	}
}
