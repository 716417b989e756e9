package auth

import (
	"context"
	"math/rand/v2"
	"time"
)

// purgeBatch bounds one removal, so that it holds up nobody for long.
const purgeBatch = 500

// Purge removes from a store what is past: sessions whose refresh token or absolute end is, and
// entries of single tokens that have run out, by the service's clock and not before its leeway is
// over. Nothing that was revoked becomes good by it. It works in batches, between which it rests for
// as long as the last one took, and may run in several processes at once. It returns how many rows
// went, also with an error, which is [ErrUnavailable].
func (s *Service) Purge(ctx context.Context, store Maintainer) (removed int, err error) {
	before := s.now().Add(-s.settings.Signing.Leeway)
	for {
		began := time.Now()
		n, err := deleteExpired(ctx, store, before)
		removed += n
		if err != nil {
			return removed, unavailable(err)
		}
		if n < purgeBatch {
			return removed, nil
		}
		if !rest(ctx, time.Since(began)) {
			return removed, unavailable(ctx.Err())
		}
	}
}

func deleteExpired(ctx context.Context, store Maintainer, before time.Time) (n int, err error) {
	defer caught("a store", &err)
	return store.DeleteExpired(ctx, before, purgeBatch)
}

// PurgeEvery purges a store at each interval, some of them up to a tenth later so that processes do
// not meet, until ctx is done: it is for a goroutine of its own. What went is told as [EventPurged],
// an error as [EventFailure], after which it goes on. It panics if the interval is not positive.
func (s *Service) PurgeEvery(ctx context.Context, store Maintainer, interval time.Duration) {
	if interval <= 0 {
		panic("auth: PurgeEvery needs an interval above 0")
	}
	for rest(ctx, interval+rand.N(interval/10+1)) { //nolint:gosec // Nobody must not guess it.
		n, err := s.Purge(ctx, store)
		if n > 0 {
			s.Emit(ctx, Event{Kind: EventPurged, Count: n})
		}
		if err != nil && ctx.Err() == nil {
			s.Emit(ctx, Event{Kind: EventFailure, Reason: "purge", Err: err})
		}
	}
}

// rest waits, and reports whether ctx lives on.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}
