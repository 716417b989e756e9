package adaptertest

import (
	"net/http"
	"slices"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var outageClaims = []claim{
	{"a store that is down is 503 everywhere", outageOfAll},
	{"a store that panics is an outage", panicOfAll},
	{"a write that may have happened is no success", outageAfterTheWrite},
}

// each runs f with every outage, on an application of its own.
func each(t *testing.T, h Harness, f func(what string, a *app, send func() reply)) {
	for what, o := range outages() {
		a := h.served(t)
		send := o.prepare(a)
		f(what, a, send)
	}
}

// isOutage checks the answer of an outage, and that no handler ran.
func (a *app) isOutage(what string, p reply) {
	a.t.Helper()
	if p.status != http.StatusServiceUnavailable || p.text != unavailableBody ||
		p.header.Get("Retry-After") == "" {
		a.t.Errorf("%s: %d %s %v", what, p.status, p.text, p.header)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.hits) != 0 {
		a.t.Errorf("%s: handlers ran: %v", what, a.hits)
	}
}

// RV-07.
func outageOfAll(t *testing.T, h Harness) {
	each(t, h, func(what string, a *app, send func() reply) {
		a.store.fail("*")
		a.isOutage(what, send())
		if n := a.count(auth.EventUnavailable); n != 1 {
			t.Errorf("%s: operators were told %d times, want once", what, n)
		}
		a.store.heal()
		if p := send(); p.status >= 400 {
			t.Errorf("%s: %d %s after the store came back", what, p.status, p.text)
		}
	})
}

// RV-07.
func panicOfAll(t *testing.T, h Harness) {
	each(t, h, func(what string, a *app, send func() reply) {
		a.store.hook(func(string) error { panic(errOutage) }, nil)
		a.isOutage(what, send())
		a.store.heal()
		if p := send(); p.status >= 400 {
			t.Errorf("%s: %d %s after the store came back", what, p.status, p.text)
		}
	})
}

// RV-03.
func outageAfterTheWrite(t *testing.T, h Harness) {
	each(t, h, func(what string, a *app, send func() reply) {
		wrote := false
		a.store.hook(nil, func(method string) error {
			if slices.Contains(writes, method) {
				wrote = true
				return errOutage
			}
			return nil
		})
		p := send()
		if wrote {
			a.isOutage(what, p)
		} else if p.status >= 400 {
			t.Errorf("%s: %d %s", what, p.status, p.text)
		}
	})
}
