package memstore

import (
	"context"
	"sync"
	"time"

	auth "github.com/authplug/authplug/core"
)

var (
	_ auth.Store      = (*Store)(nil)
	_ auth.UserLister = (*Store)(nil)
)

// Store keeps users, sessions and revoked tokens in maps. It implements [auth.Store] and
// [auth.UserLister], returns copies and keeps none of its arguments. Times are kept in UTC and in
// whole milliseconds, as databases keep them. Make one with [New]. All methods are safe for
// concurrent use; a method whose context is done changes nothing and returns the context's error.
//
// Memory grows with the users, and with the sessions and revoked tokens until
// [Store.DeleteExpired] removes those that are past.
type Store struct {
	mu       sync.RWMutex
	users    userTable
	sessions sessionTable
	tokens   map[string]time.Time
}

// New returns an empty store.
func New() *Store {
	return &Store{users: newUserTable(), sessions: newSessionTable(), tokens: map[string]time.Time{}}
}

// Ping reports whether the context is still good: memory always answers.
func (s *Store) Ping(ctx context.Context) error { return ctx.Err() }

// write runs f with the store to itself, unless ctx is done.
func (s *Store) write(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return f()
}

// read runs f beside other readers, unless ctx is done.
func (s *Store) read(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return f()
}

// millis returns t as a database keeps it: in UTC, in whole milliseconds, without the reading of
// the monotonic clock.
func millis(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMilli(t.UnixMilli()).UTC()
}
