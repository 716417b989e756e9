package adaptertest

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

// wrapped is a cache that is not of this process, and that can fail or panic.
type wrapped struct {
	auth.Cache

	fails, panics atomic.Bool
}

func (w *wrapped) broken() error {
	if w.panics.Load() {
		panic("no numbers")
	}
	if w.fails.Load() {
		return errOutage
	}
	return nil
}

// Get implements [auth.Cache].
func (w *wrapped) Get(ctx context.Context, key string) (int64, bool, error) {
	if err := w.broken(); err != nil {
		return 0, false, err
	}
	return w.Cache.Get(ctx, key)
}

// Raise implements [auth.Cache].
func (w *wrapped) Raise(ctx context.Context, key string, n int64, ttl time.Duration) error {
	if err := w.broken(); err != nil {
		return err
	}
	return w.Cache.Raise(ctx, key, n, ttl)
}

// RV-03.
func cacheFails(t *testing.T, h Harness) {
	for _, fail := range []func(*wrapped) *atomic.Bool{
		func(w *wrapped) *atomic.Bool { return &w.fails }, func(w *wrapped) *atomic.Bool { return &w.panics },
	} {
		a := h.app(t, nil)
		a.user(ann)
		cache := wrapped{Cache: auth.NewMemoryCache(4096, a.clock)}
		a.restart(a.cached(&cache))
		tokens, other := a.login(ann), a.login(ann)
		a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
		fail(&cache).Store(true)
		a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
		a.post(logoutPath, object{"refresh": tokens.refresh}).want(t, http.StatusOK, loggedOutBody)
		a.get("/api/me", tokens.access).want(t, http.StatusUnauthorized, "")
		if n := a.count(auth.EventFailure); n == 0 {
			t.Error("nobody was told")
		}
		fail(&cache).Store(false) // it comes back and still has the live session
		a.pass(2 * time.Second)
		a.get("/api/me", tokens.access).want(t, http.StatusUnauthorized, "")
		a.get("/api/me", other.access).want(t, http.StatusOK, "")
	}
}

// RV-07.
func cacheAndStoreFail(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	cache := wrapped{Cache: auth.NewMemoryCache(4096, a.clock)}
	a.restart(a.cached(&cache))
	known, unknown := a.login(ann), a.login(ann)
	a.get("/api/me", known.access).want(t, http.StatusOK, "")
	a.store.fail("*")
	a.get("/api/me", known.access).want(t, http.StatusOK, "")
	for _, path := range []string{"/api/me", "/api/maybe"} {
		a.get(path, unknown.access).want(t, http.StatusServiceUnavailable, unavailableBody)
	}
	cache.fails.Store(true)
	a.get("/api/me", known.access).want(t, http.StatusServiceUnavailable, unavailableBody)
	cache.fails.Store(false)
	a.pass(30 * time.Second)
	a.get("/api/me", known.access).want(t, http.StatusServiceUnavailable, unavailableBody)
	a.store.heal()
	a.get("/api/me", known.access).want(t, http.StatusOK, "")
}
