package adaptertest

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	auth "github.com/authplug/authplug/core"
)

var errOutage = errors.New("the disk is on fire: SELECT secret FROM users")

// spy is a store that counts its calls, looks at their contexts and can be made to fail.
type spy struct {
	auth.Store

	mu     sync.Mutex
	counts map[string]int
	waits  map[string]wait
	before func(method string) error // instead of the call, unless it returns nil
	after  func(method string) error // instead of the call's result, unless it returns nil
}

// fail makes methods fail from now on, by name; "*" is all of them.
func (s *spy) fail(methods ...string) {
	s.hook(func(method string) error {
		for _, m := range methods {
			if m == method || m == "*" {
				return errOutage
			}
		}
		return nil
	}, nil)
}

// failCall makes the n-th call from now on do something else, and fail. What it returns tells the
// name of the method that failed, or nothing if there were fewer calls.
func (s *spy) failCall(n int, instead func()) (failed func() string) {
	var mu sync.Mutex
	var name string
	s.hook(func(method string) error {
		mu.Lock()
		defer mu.Unlock()
		n--
		if n != 0 {
			return nil
		}
		name = method
		instead()
		return errOutage
	}, nil)
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		return name
	}
}

// heal ends all failures.
func (s *spy) heal() { s.hook(nil, nil) }

// hook sets what happens before and after each call.
func (s *spy) hook(before, after func(method string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before, s.after = before, after
}

// meet lets the next n calls of a method wait for each other before they return: what is read there
// is read by all of them before anybody goes on to write. Nobody waits for ever.
func (s *spy) meet(method string, n int) {
	var mu sync.Mutex
	met := make(chan struct{})
	s.hook(nil, func(reached string) error {
		if reached != method {
			return nil
		}
		mu.Lock()
		n--
		if n == 0 {
			close(met)
		}
		mu.Unlock()
		select {
		case <-met:
		case <-time.After(10 * time.Second):
		}
		return nil
	})
}

// calls returns how often each method was called since the last time.
func (s *spy) calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := maps.Clone(s.counts)
	s.counts, s.waits = nil, nil
	return counts
}

// wait is what the context of a call said when the call was made.
type wait struct {
	left time.Duration // of the time; 0: for ever
	err  error
}

// wait returns that of the last call of a method since calls were counted.
func (s *spy) wait(method string) wait {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waits[method]
}

func (s *spy) look(ctx context.Context, method string) {
	w := wait{err: ctx.Err()}
	if end, ok := ctx.Deadline(); ok {
		w.left = time.Until(end)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waits == nil {
		s.waits = map[string]wait{}
	}
	s.waits[method] = w
}

func (s *spy) enter(method string) (before, after func(string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = map[string]int{}
	}
	s.counts[method]++
	return s.before, s.after
}

func watch[T any](ctx context.Context, s *spy, method string, call func() (T, error)) (T, error) {
	var none T
	before, after := s.enter(method)
	if before != nil {
		if err := before(method); err != nil {
			return none, err
		}
	}
	s.look(ctx, method)
	v, err := call()
	if after != nil {
		if err := after(method); err != nil {
			return none, err
		}
	}
	return v, err
}

func watchErr(ctx context.Context, s *spy, method string, call func() error) error {
	_, err := watch(ctx, s, method, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

// User implements [auth.UserStore].
func (s *spy) User(ctx context.Context, key auth.UserKey) (*auth.User, error) {
	method := "User"
	if key == (auth.UserKey{Issuer: key.Issuer}) {
		method = "User of no key" // a store may answer that without a look
	}
	return watch(ctx, s, method, func() (*auth.User, error) { return s.Store.User(ctx, key) })
}

// CreateUser implements [auth.UserStore].
func (s *spy) CreateUser(ctx context.Context, u *auth.User) error {
	return watchErr(ctx, s, "CreateUser", func() error { return s.Store.CreateUser(ctx, u) })
}

// UpdateUser implements [auth.UserStore].
func (s *spy) UpdateUser(ctx context.Context, u *auth.User) error {
	return watchErr(ctx, s, "UpdateUser", func() error { return s.Store.UpdateUser(ctx, u) })
}

// DeleteUser implements [auth.UserStore].
func (s *spy) DeleteUser(ctx context.Context, id string) error {
	return watchErr(ctx, s, "DeleteUser", func() error { return s.Store.DeleteUser(ctx, id) })
}

// CreateSession implements [auth.SessionStore].
func (s *spy) CreateSession(ctx context.Context, n *auth.Session, a auth.Admission) ([]string, error) {
	return watch(ctx, s, "CreateSession", func() ([]string, error) { return s.Store.CreateSession(ctx, n, a) })
}

// Session implements [auth.SessionStore].
func (s *spy) Session(ctx context.Context, id string) (*auth.Session, error) {
	return watch(ctx, s, "Session", func() (*auth.Session, error) { return s.Store.Session(ctx, id) })
}

// LiveSessions implements [auth.SessionStore].
func (s *spy) LiveSessions(ctx context.Context, userID string, at time.Time) ([]*auth.Session, error) {
	return watch(ctx, s, "LiveSessions", func() ([]*auth.Session, error) {
		return s.Store.LiveSessions(ctx, userID, at)
	})
}

// RotateSession implements [auth.SessionStore].
func (s *spy) RotateSession(ctx context.Context, id, from string, r auth.Rotation) error {
	return watchErr(ctx, s, "RotateSession", func() error { return s.Store.RotateSession(ctx, id, from, r) })
}

// EndSessions implements [auth.SessionStore].
func (s *spy) EndSessions(ctx context.Context, e auth.Ending) ([]string, error) {
	return watch(ctx, s, "EndSessions", func() ([]string, error) { return s.Store.EndSessions(ctx, e) })
}

// RevokeToken implements [auth.TokenStore].
func (s *spy) RevokeToken(ctx context.Context, id string, until time.Time) error {
	return watchErr(ctx, s, "RevokeToken", func() error { return s.Store.RevokeToken(ctx, id, until) })
}

// TokenRevoked implements [auth.TokenStore].
func (s *spy) TokenRevoked(ctx context.Context, id string) (bool, error) {
	return watch(ctx, s, "TokenRevoked", func() (bool, error) { return s.Store.TokenRevoked(ctx, id) })
}
