package adaptertest

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var contextClaims = []claim{
	{"a logout everywhere waits for a store for a bounded time", logoutIsBounded},
	{"a logout everywhere is done even if the client has gone", logoutOutlivesTheRequest},
	{"a guard waits for a store for a bounded time", guardIsBounded},
}

// contexts is a store that looks at the contexts it is called with.
type contexts struct {
	auth.Store

	mu     sync.Mutex
	bounds map[string]time.Duration // what was left of the time; 0: for ever
	errs   map[string]error
}

// withContexts returns a harness whose store looks at contexts.
func (h Harness) withContexts(t *testing.T) (Harness, *contexts) {
	t.Helper()
	c := &contexts{Store: h.Store(t), bounds: map[string]time.Duration{}, errs: map[string]error{}}
	h.Store = func(*testing.T) auth.Store { return c }
	return h, c
}

func (c *contexts) look(ctx context.Context, method string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bounds[method], c.errs[method] = 0, ctx.Err()
	if end, ok := ctx.Deadline(); ok {
		c.bounds[method] = time.Until(end)
	}
}

// bounded fails unless the last call of a method had at most a time to wait.
func (c *contexts) bounded(t *testing.T, method string, most time.Duration) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if got := c.bounds[method]; got <= 0 || got > most {
		t.Errorf("%s may wait for %v, want at most %v", method, got, most)
	}
}

// err returns what the context of the last call of a method said.
func (c *contexts) err(method string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.errs[method]
}

// User implements [auth.UserStore].
func (c *contexts) User(ctx context.Context, key auth.UserKey) (*auth.User, error) {
	c.look(ctx, "User")
	return c.Store.User(ctx, key)
}

// UpdateUser implements [auth.UserStore].
func (c *contexts) UpdateUser(ctx context.Context, u *auth.User) error {
	c.look(ctx, "UpdateUser")
	return c.Store.UpdateUser(ctx, u)
}

// Session implements [auth.SessionStore].
func (c *contexts) Session(ctx context.Context, id string) (*auth.Session, error) {
	c.look(ctx, "Session")
	return c.Store.Session(ctx, id)
}

func logoutIsBounded(t *testing.T, h Harness) {
	h, seen := h.withContexts(t)
	a := h.app(t, nil)
	a.user(ann)
	a.post(logoutPath, object{"refresh": a.login(ann).refresh, "scope": "all"}).
		want(t, http.StatusOK, loggedOutBody)
	seen.bounded(t, "UpdateUser", 15*time.Second)
}

func logoutOutlivesTheRequest(t *testing.T, h Harness) {
	h, seen := h.withContexts(t)
	a := h.app(t, nil)
	a.user(ann)
	tokens, other := a.login(ann), a.login(ann)
	a.interrupted(logoutPath, object{"refresh": tokens.refresh, "scope": "all"}, "UpdateUser")
	if err := seen.err("UpdateUser"); err != nil {
		t.Errorf("the client that hung up stopped the logout: %v", err)
	}
	a.alive(tokens, false)
	a.alive(other, false)
}

// RV-07.
func guardIsBounded(t *testing.T, h Harness) {
	h, seen := h.withContexts(t)
	a := h.app(t, nil)
	a.user(ann)
	access := a.login(ann).access
	a.get("/api/me", access).want(t, http.StatusOK, "")
	seen.bounded(t, "User", 5*time.Second)
	seen.bounded(t, "Session", 5*time.Second)
	clear(seen.bounds)
	a.verify(access).want(t, http.StatusOK, "{}")
	seen.bounded(t, "User", 5*time.Second)
	seen.bounded(t, "Session", 5*time.Second)
}
