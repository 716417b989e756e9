package auth

import (
	"context"
	"fmt"
	"time"
)

// storeTimeout bounds one call of a store: nobody hangs with a database that does not answer.
const storeTimeout = 2 * time.Second

// calmly returns the stores in a form in which each call ends in time, and a panic is a failure like
// any other: what has to be undone or told after a failure is done after a panic as well.
func (s Stores) calmly() Stores {
	return Stores{Users: calmUsers{s.Users}, Sessions: calmSessions{s.Sessions}, Tokens: calmTokens{s.Tokens}}
}

// caught makes an error of a panic. It is deferred.
func caught(who string, err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("auth: %s panicked: %v", who, v)
	}
}

type calmUsers struct{ UserStore }

// User implements [UserStore].
func (c calmUsers) User(ctx context.Context, key UserKey) (u *User, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer caught("a store", &err)
	return c.UserStore.User(ctx, key)
}

// CreateUser implements [UserStore].
func (c calmUsers) CreateUser(ctx context.Context, u *User) (err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer caught("a store", &err)
	return c.UserStore.CreateUser(ctx, u)
}

// UpdateUser implements [UserStore].
func (c calmUsers) UpdateUser(ctx context.Context, u *User) (err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer caught("a store", &err)
	return c.UserStore.UpdateUser(ctx, u)
}

// DeleteUser implements [UserStore].
func (c calmUsers) DeleteUser(ctx context.Context, id string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer caught("a store", &err)
	return c.UserStore.DeleteUser(ctx, id)
}

type calmImporter struct{ UserImporter }

// ImportUser implements [UserImporter].
func (c calmImporter) ImportUser(ctx context.Context, u *User) (err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer caught("a store", &err)
	return c.UserImporter.ImportUser(ctx, u)
}

// ReserveUserIDs implements [UserImporter].
func (c calmImporter) ReserveUserIDs(ctx context.Context, last string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer caught("a store", &err)
	return c.UserImporter.ReserveUserIDs(ctx, last)
}

type calmSessions struct{ SessionStore }

// CreateSession implements [SessionStore].
func (c calmSessions) CreateSession(ctx context.Context, s *Session, a Admission) (ended []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer caught("a store", &err)
	return c.SessionStore.CreateSession(ctx, s, a)
}

// Session implements [SessionStore].
func (c calmSessions) Session(ctx context.Context, id string) (s *Session, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer caught("a store", &err)
	return c.SessionStore.Session(ctx, id)
}

// LiveSessions implements [SessionStore].
func (c calmSessions) LiveSessions(ctx context.Context, userID string, t time.Time) (all []*Session, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer caught("a store", &err)
	return c.SessionStore.LiveSessions(ctx, userID, t)
}

// RotateSession implements [SessionStore].
func (c calmSessions) RotateSession(ctx context.Context, id, from string, r Rotation) (err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer caught("a store", &err)
	return c.SessionStore.RotateSession(ctx, id, from, r)
}

// EndSessions implements [SessionStore].
func (c calmSessions) EndSessions(ctx context.Context, e Ending) (ended []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer caught("a store", &err)
	return c.SessionStore.EndSessions(ctx, e)
}

type calmCache struct{ Cache }

// Get implements [Cache].
func (c calmCache) Get(ctx context.Context, key string) (n int64, ok bool, err error) {
	defer caught("a cache", &err)
	return c.Cache.Get(ctx, key)
}

// Raise implements [Cache].
func (c calmCache) Raise(ctx context.Context, key string, n int64, ttl time.Duration) (err error) {
	defer caught("a cache", &err)
	return c.Cache.Raise(ctx, key, n, ttl)
}

type calmLimiter struct{ Limiter }

// Hit implements [Limiter].
func (c calmLimiter) Hit(ctx context.Context, key string, r Rate, now time.Time) (wait time.Duration, err error) {
	defer caught("a limiter", &err)
	return c.Limiter.Hit(ctx, key, r, now)
}

// Forget implements [Limiter].
func (c calmLimiter) Forget(ctx context.Context, key string) (err error) {
	defer caught("a limiter", &err)
	return c.Limiter.Forget(ctx, key)
}

type calmTokens struct{ TokenStore }

// RevokeToken implements [TokenStore].
func (c calmTokens) RevokeToken(ctx context.Context, id string, until time.Time) (err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer caught("a store", &err)
	return c.TokenStore.RevokeToken(ctx, id, until)
}

// TokenRevoked implements [TokenStore].
func (c calmTokens) TokenRevoked(ctx context.Context, id string) (revoked bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer caught("a store", &err)
	return c.TokenStore.TokenRevoked(ctx, id)
}
