package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var atomicClaims = []claim{
	// ST-04, RV-03, RV-05.
	{"a call that fails or panics changes nothing or everything", eachFault},
	{"a client that hangs up at any call changes nothing or everything", eachHangUp},
}

// state is what a store holds, in a form in which two runs of the same request are equal: users
// with their hash and epochs, and which of their sessions are live with which token.
func (a *app) state(known map[string]string) string {
	a.t.Helper()
	var b strings.Builder
	for i := 1; ; i++ {
		u, err := a.store.Store.User(context.Background(), auth.UserKey{ID: fmt.Sprint(i)})
		if errors.Is(err, auth.ErrNotFound) {
			return b.String()
		}
		if err != nil {
			a.t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %v %v password %s", u.Email, u.Active, u.Epochs, known[string(u.PasswordHash)])
		list, err := a.store.Store.LiveSessions(context.Background(), u.ID, a.clock())
		if err != nil {
			a.t.Fatal(err)
		}
		var sessions []string
		for _, s := range list {
			if s.Epoch == u.Epochs.Refresh {
				sessions = append(sessions, known[s.ID]+" "+known[s.TokenID])
			}
		}
		slices.Sort(sessions)
		fmt.Fprintf(&b, " sessions %q\n", sessions)
	}
}

// known names the hashes, sessions and tokens that there are; whatever comes later has no name.
func (a *app) known() map[string]string {
	a.t.Helper()
	names := map[string]string{}
	for i := 1; ; i++ {
		u, err := a.store.Store.User(context.Background(), auth.UserKey{ID: fmt.Sprint(i)})
		if err != nil {
			return names
		}
		names[string(u.PasswordHash)] = "old"
		list, err := a.store.Store.LiveSessions(context.Background(), u.ID, a.clock())
		if err != nil {
			a.t.Fatal(err)
		}
		for _, s := range list {
			names[s.ID], names[s.TokenID] = "old", "old"
		}
	}
}

// faultless runs a request without a fault on an application of its own, and returns how the store
// looked before and after, and how often it was called.
func (o outage) faultless(t *testing.T, h Harness) (before, after string, calls int) {
	t.Helper()
	a := h.served(t)
	send, known := o.prepare(a), a.known()
	before = a.state(known)
	a.store.calls()
	if p := send(); p.status >= http.StatusBadRequest {
		t.Fatalf("%d %s", p.status, p.text)
	}
	for _, n := range a.store.calls() {
		calls += n
	}
	return before, a.state(known), calls
}

// eachFault fails each call of each request in turn, in two ways, and then lets the request
// through.
func eachFault(t *testing.T, h Harness) {
	faults := map[string]func(){"fails": func() {}, "panics": func() { panic(errOutage) }}
	for what, o := range outages() {
		before, after, calls := o.faultless(t, h)
		a := h.served(t)
		send, known := o.prepare(a), a.known()
		for n := range calls {
			for how, fault := range faults {
				failed := a.store.failCall(n+1, fault)
				p := send()
				at := what + " where " + failed() + " " + how
				a.isOutage(at, p)
				if got := a.state(known); got != before {
					t.Errorf("%s: %s\nwant what was before: %s", at, got, before)
				}
			}
		}
		a.store.heal()
		p := send()
		if got := a.state(known); p.status >= http.StatusBadRequest || got != after || calls == 0 {
			t.Errorf("%s, after %d faults: %d %s\n%s\nwant: %s", what, calls, p.status, p.text, got, after)
		}
	}
}

// eachHangUp sends each request once for each of its calls, and its client hangs up there. What has
// begun to be written may be finished; else the request is good when it is sent again.
func eachHangUp(t *testing.T, h Harness) {
	for what, o := range outages() {
		before, after, calls := o.faultless(t, h)
		if before == after {
			continue // it writes nothing
		}
		a := h.served(t)
		send, known := o.prepare(a), a.known()
		inner, got := a.handler, before
		for n := 1; n <= calls+1 && got != after; n++ {
			a.handler = a.hangingUp(inner, n)
			p := send()
			a.store.heal()
			got = a.state(known)
			if half := got != before && got != after; half || got == before && p.status != http.StatusServiceUnavailable {
				t.Errorf("%s, gone at call %d: %d %s: %s\nbefore: %s\nafter: %s", what, n, p.status, p.text, got, before, after)
			}
		}
		if got != after {
			t.Errorf("%s, in the end: %s\nwant: %s", what, got, after)
		}
	}
}

// hangingUp returns a handler whose client hangs up when the n-th call of the store is reached.
func (a *app) hangingUp(inner http.Handler, n int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, hangUp := context.WithCancel(r.Context())
		defer hangUp()
		at := 0
		a.store.hook(func(string) error {
			if at++; at == n {
				hangUp()
			}
			return nil
		}, nil)
		inner.ServeHTTP(w, r.WithContext(ctx))
	})
}
