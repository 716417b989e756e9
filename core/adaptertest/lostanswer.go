package adaptertest

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authplug/authplug/core/storetest"
)

// fault is what becomes of one call of a request.
type fault struct {
	how string
	storetest.Fault
}

// at returns the fault for the n-th call of a request, and says so.
func (f fault) at(what, method string, n int) fault {
	f.how = fmt.Sprintf("%s where %s, call %d, %s", what, method, n, f.how)
	f.Call = n
	return f
}

// lost are the faults of a call that takes effect, and whose answer nobody gets.
func lost() []fault {
	return []fault{
		{"fails afterwards", storetest.Fault{After: true, Do: storetest.Fail(errOutage)}},
		{"panics afterwards", storetest.Fault{After: true, Do: storetest.Panic(errOutage)}},
	}
}

// hanging are the faults of a call that hangs for as long as anybody waits, before it takes effect
// or behind.
func hanging() []fault {
	return []fault{
		{"hangs", storetest.Fault{Do: storetest.Pause(nil)}},
		{"hangs afterwards", storetest.Fault{After: true, Do: storetest.Pause(nil)}},
	}
}

// A panic is to a service what an error is: turn and turn about is enough.
func eachLostAnswer(t *testing.T, h Harness) {
	for what, o := range outages() {
		c := o.faultless(t, h)
		for n, method := range c.calls {
			if slices.Contains(writes, method) {
				f := lost()[n%2]
				o.survives(t, h, c, f.at(what, method, n+1))
			}
		}
	}
}

func eachHang(t *testing.T, h Harness) {
	for what, o := range outages() {
		c := o.faultless(t, h)
		for n, method := range c.calls {
			for _, f := range hanging() {
				if !f.After || slices.Contains(writes, method) {
					o.hangs(t, h, c, f.at(what, method, n+1))
				}
			}
		}
	}
}

// hangs is survives where no clock ticks but that of the bubble, which ends only when nothing is
// left that waits in it.
func (o outage) hangs(t *testing.T, h Harness, c course, f fault) {
	t.Helper()
	if h.Remote {
		return
	}
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		o.survives(t, h, c, f)
		if took := time.Since(began); took > 15*time.Second {
			t.Errorf("%s: answered after %v", f.how, took)
		}
	})
}

// survives runs a request with a fault, and requires that it is answered, that nothing is half done
// and that the request can be repeated.
func (o outage) survives(t *testing.T, h Harness, c course, f fault) {
	t.Helper()
	a := h.served(t)
	send, known := o.prepare(a), a.known()
	a.drain()
	a.store.Inject(f.Fault)
	p := send()
	a.drain()
	a.store.heal()
	if p.status >= http.StatusBadRequest {
		a.isOutage(f.how, p)
	}
	got := a.state(known)
	if got != c.after && (got != c.before || p.status < http.StatusBadRequest) {
		t.Errorf("%s: %d %s\n%s\nbefore: %s\nafter: %s", f.how, p.status, p.text, got, c.before, c.after)
	}
	p = send()
	a.repeated(f.how, p, a.state(known), c.after)
	if c.before != c.after {
		a.reachable(f.how, ann)
	}
}

// repeated checks a request that was made once more: it succeeds, or is refused because it was done
// the first time. Of what it opened, the first time there may be another one. A token that may have
// been used was used twice, as it looks: then its session is over.
func (a *app) repeated(at string, p reply, got, after string) {
	a.t.Helper()
	users, live := apart(got)
	wantUsers, want := apart(after)
	fewer := !slices.ContainsFunc(live, func(s string) bool { return !slices.Contains(want, s) })
	refused := p.status >= http.StatusBadRequest && p.status < http.StatusInternalServerError && fewer
	done := p.status < http.StatusBadRequest && slices.Equal(live, want)
	if users != wantUsers || !refused && !done {
		a.t.Errorf("%s, and again: %d %s\n%s\nwant: %s", at, p.status, p.text, got, after)
	}
}

var (
	quoted = regexp.MustCompile(`"[^"]*"`)
	listed = regexp.MustCompile(`\[("[^"]*" ?)*\]`)
)

// apart returns a state without its sessions, and them, each once.
func apart(state string) (users string, sessions []string) {
	return listed.ReplaceAllString(state, ""), slices.Compact(quoted.FindAllString(state, -1))
}

// reachable requires that a person can log in with one password, or register.
func (a *app) reachable(at, email string) {
	a.t.Helper()
	old, fresh := a.tryLogin(email, userPassword), a.tryLogin(email, freshPassword)
	if old.status >= http.StatusInternalServerError || fresh.status >= http.StatusInternalServerError || old.status == fresh.status &&
		a.register(object{"email": email, "password": userPassword}).status != http.StatusCreated {
		a.t.Errorf("%s: the old password gives %d, the new one %d, and nobody can register", at, old.status, fresh.status)
	}
}
