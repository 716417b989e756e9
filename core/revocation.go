package auth

import (
	"context"
	"math"
	"sync/atomic"
	"time"

	"github.com/authplug/authplug/core/token"
)

// Cache remembers numbers by the ids of users and sessions. Numbers only rise: a user's access
// epoch, and whether a session lives or has ended. Methods are safe for concurrent use.
type Cache interface {
	// Get returns the number under key; not ok is that there is none, or none any more.
	Get(ctx context.Context, key string) (n int64, ok bool, err error)
	// Raise remembers n under key for ttl. If there is a larger number nothing changes, and if there
	// is the same the later end counts. The whole is atomic.
	Raise(ctx context.Context, key string, n int64, ttl time.Duration) error
}

// RevocationSettings say how a service that checks each access token finds out that it was revoked
// ([TokenSettings.AccessOutlivesSession] not set).
type RevocationSettings struct {
	// Cache spares the store most questions. What this process revokes is refused at once. What
	// another one revokes is refused at once if they share the Cache, such as one of package
	// rediscache, and otherwise after CacheTTL. While it fails the store is asked. Defaults to none:
	// the store is asked for each request.
	Cache Cache

	// CacheTTL is for how long an answer of the store counts. Defaults to 30 seconds, at most 5
	// minutes.
	CacheTTL time.Duration `env:"EPOCH_CACHE_TTL" default:"30s"`
}

func (r *RevocationSettings) setDefaults() { orDefault(&r.CacheTTL, 30*time.Second) }

func (r *RevocationSettings) check(ps *problems) {
	if r.CacheTTL < time.Millisecond || r.CacheTTL > 5*time.Minute {
		ps.add("Revocation.CacheTTL", "must be from 1ms to 5m: what was revoked elsewhere is accepted for so long")
	}
	if r.Cache != nil && missing(r.Cache) {
		ps.add("Revocation.Cache", "is nil behind its type: leave it out, or give one")
	}
}

const (
	// cacheTimeout bounds one look into a cache: the store is there as well.
	cacheTimeout = 100 * time.Millisecond
	// cachePause is for how long a cache that has failed is not asked.
	cachePause = time.Second
	// endedSession is the number of a session that has ended, larger than that of any live one.
	endedSession = math.MaxInt64
)

// revocations are what a service knows without asking its store.
type revocations struct {
	cache  Cache
	memory *MemoryCache // the same, without detours, where it is one
	ttl    time.Duration

	pausedUntil atomic.Int64 // Unix nanoseconds
	// own holds what could not be raised in the cache: this process refuses it all the same.
	own     *MemoryCache
	ownUsed atomic.Bool
}

func newRevocations(c *Settings) *revocations {
	if c.Revocation.Cache == nil || c.Tokens.AccessOutlivesSession {
		return nil
	}
	r := &revocations{cache: c.Revocation.Cache, ttl: c.Revocation.CacheTTL, own: NewMemoryCache(0, c.Now)}
	r.memory, _ = r.cache.(*MemoryCache)
	return r
}

// liveSession is the number of a live session: it is made of what tokens call its user, so that the
// token of another user is not taken for one of this session.
func liveSession(user string) int64 {
	hash := uint64(14695981039346656037) // FNV-1a: the same in every process
	for i := range len(user) {
		hash = (hash ^ uint64(user[i])) * 1099511628211
	}
	return int64(hash >> 2)
}

// verdict is what is known of a token.
type verdict int

const (
	verdictUnknown verdict = iota
	verdictGood
	verdictRevoked
)

// remembers reports whether what is known of a token may come from the cache. An e-mail address may
// be another user's by now, a session of no user has no number, and where tokens are bound their
// session is read anyway.
func (s *Service) remembers(claims *token.Claims) bool {
	return s.revocations != nil && claims.Session != "" && claims.HasEpoch && claims.User != "" &&
		s.settings.Claims.UserIDField != "email" && !s.settings.Devices.binds()
}

// sessionVerdict returns what is known of a token's session.
func (s *Service) sessionVerdict(ctx context.Context, claims *token.Claims) verdict {
	n, ok := s.number(ctx, claims.Session)
	switch {
	case !ok:
		return verdictUnknown
	case n == endedSession:
		return verdictRevoked
	case n == liveSession(claims.User):
		return verdictGood
	}
	return verdictUnknown
}

// tokenVerdict returns what is known of a token: of its session, and of its user's rights.
func (s *Service) tokenVerdict(ctx context.Context, claims *token.Claims) verdict {
	v := s.sessionVerdict(ctx, claims)
	if v != verdictGood {
		return v
	}
	epoch, ok := s.number(ctx, claims.User)
	switch {
	case !ok || claims.Epoch > epoch:
		return verdictUnknown
	case claims.Epoch < epoch:
		return verdictRevoked
	}
	return verdictGood
}

// number returns the number of a user or a session, not ok if nobody knows it but the store.
func (s *Service) number(ctx context.Context, key string) (n int64, ok bool) {
	r := s.revocations
	if r.ownUsed.Load() {
		if n, ok := r.own.get(key); ok {
			return n, true
		}
	}
	if r.memory != nil {
		return r.memory.get(key)
	}
	if r.pauses(s.now()) {
		return 0, false
	}
	ctx, cancel := context.WithTimeout(ctx, cacheTimeout)
	defer cancel()
	n, ok, err := calmCache{r.cache}.Get(ctx, key)
	if err != nil {
		s.cacheFailed(ctx, err)
		return 0, false
	}
	return n, ok
}

// cacheFailed lets a cache rest, so that one that hangs does not slow down every request.
func (s *Service) cacheFailed(ctx context.Context, err error) {
	r, now := s.revocations, s.now()
	told := r.pauses(now)
	r.pausedUntil.Store(now.Add(cachePause).UnixNano())
	if !told {
		s.Emit(ctx, Event{Kind: EventFailure, Reason: "cache", Err: err})
	}
}

// pauses reports whether the cache is not asked now. A clock that was set back makes no long pause.
func (r *revocations) pauses(now time.Time) bool {
	left := time.Duration(r.pausedUntil.Load() - now.UnixNano())
	return left > 0 && left <= cachePause
}

// raise moves a number forward for as long as an older answer of the store can be around.
func (s *Service) raise(ctx context.Context, key string, n int64) {
	r := s.revocations
	if r == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cacheTimeout)
	defer cancel()
	if err := (calmCache{r.cache}).Raise(ctx, key, n, r.ttl); err != nil {
		_ = r.own.Raise(ctx, key, n, r.ttl)
		r.ownUsed.Store(true)
		s.cacheFailed(ctx, err)
	}
}

// raiseEnded notes that sessions have ended.
func (s *Service) raiseEnded(ctx context.Context, ids []string) {
	for _, id := range ids {
		s.raise(ctx, id, endedSession)
	}
}

// raiseEpoch notes that a user's rights have changed.
func (s *Service) raiseEpoch(ctx context.Context, u *User) {
	if s.settings.Claims.UserIDField != "email" {
		s.raise(ctx, s.userClaim(u), u.Epochs.Access)
	}
}

// remember notes what the store has said of a token since a time. It counts from then: what was
// revoked meanwhile must not be believed for longer than by anybody else.
func (s *Service) remember(ctx context.Context, st standing, claims *token.Claims, since time.Time) {
	if !s.remembers(claims) {
		return
	}
	r, now := s.revocations, s.now()
	left := r.ttl - now.Sub(since)
	if st.session != nil { // else the cache knows of it
		left = min(left, st.session.ExpiresAt.Sub(now), st.session.EndsAt.Sub(now))
	}
	if now.Before(since) || left <= 0 || r.pauses(now) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cacheTimeout)
	defer cancel()
	cache := calmCache{r.cache}
	err := cache.Raise(ctx, claims.User, st.user.Epochs.Access, left)
	if err == nil && st.session != nil {
		err = cache.Raise(ctx, claims.Session, liveSession(claims.User), left)
	}
	if err != nil {
		s.cacheFailed(ctx, err)
	}
}
