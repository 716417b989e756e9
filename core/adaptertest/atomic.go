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
	// D2-4.
	{"a call whose answer is lost changes nothing or everything, and the request can be repeated", eachLostAnswer},
	{"a rotation whose answer is lost never leaves two live tokens", lostRotation},
	{"a login is none the worse for a record that fails", lostRecord},
	{"a login whose answer is lost takes no place of the device limit", lostDevice},
	// D2-2.
	{"a call that hangs is an outage in time, and leaves nobody waiting", eachHang},
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
		fmt.Fprintf(&b, "%s %v %v %v %d codes %v password %s",
			u.Email, u.Active, u.Unconfirmed, u.Roles, len(u.Codes), u.Epochs, known[string(u.PasswordHash)])
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

// course is how a store looks before and after a request, and how it is called.
type course struct {
	before, after string
	calls         []string
}

// faultless runs a request without a fault on an application of its own.
func (o outage) faultless(t *testing.T, h Harness) course {
	t.Helper()
	a := h.served(t)
	send, known := o.prepare(a), a.known()
	before := a.state(known)
	a.drain()
	a.store.Calls()
	if p := send(); p.status >= http.StatusBadRequest {
		t.Fatalf("%d %s", p.status, p.text)
	}
	return course{calls: a.store.Calls(), before: before, after: a.state(known)}
}

// eachFault fails each call of each request in turn, in two ways, and then lets the request
// through.
func eachFault(t *testing.T, h Harness) {
	faults := map[string]func(){"fails": func() {}, "panics": func() { panic(errOutage) }}
	for what, o := range outages() {
		c := o.faultless(t, h)
		a := h.served(t)
		send, known := o.prepare(a), a.known()
		for n := range len(c.calls) {
			for how, fault := range faults {
				failed := a.store.failCall(n+1, fault)
				p := send()
				at := what + " where " + failed() + " " + how
				a.isOutage(at, p)
				if got := a.state(known); got != c.before && (!o.inSteps || got != c.after) {
					t.Errorf("%s: %s\nwant what was before: %s", at, got, c.before)
				}
			}
		}
		a.store.heal()
		p := send()
		if got := a.state(known); p.status >= http.StatusBadRequest || got != c.after || len(c.calls) == 0 {
			t.Errorf("%s, after %d faults: %d %s\n%s\nwant: %s", what, len(c.calls), p.status, p.text, got, c.after)
		}
	}
}

// eachHangUp sends each request once for each of its calls, and its client hangs up there. What has
// begun to be written may be finished; else the request is good when it is sent again.
func eachHangUp(t *testing.T, h Harness) {
	for what, o := range outages() {
		c := o.faultless(t, h)
		if c.before == c.after {
			continue // it writes nothing
		}
		a := h.served(t)
		send, known := o.prepare(a), a.known()
		inner, got := a.handler, c.before
		for n := 1; n <= len(c.calls)+1 && got != c.after; n++ {
			a.handler = a.hangingUp(inner, n)
			p := send()
			a.store.heal()
			got = a.state(known)
			if half := got != c.before && got != c.after; half || got == c.before && p.status != http.StatusServiceUnavailable {
				t.Errorf("%s, gone at call %d: %d %s: %s\nbefore: %s\nafter: %s", what, n, p.status, p.text, got, c.before, c.after)
			}
		}
		if got != c.after {
			t.Errorf("%s, in the end: %s\nwant: %s", what, got, c.after)
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
