package sqlstore

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// defaultPatience is how long a write is tried while others are in the way.
const defaultPatience = 5 * time.Second

// The waits between two tries: short ones, since whoever is in the way is there for a transaction.
const (
	firstWait = time.Millisecond
	longWait  = 8 * time.Millisecond
)

// retrier tries again what failed only because others were in the way.
type retrier struct {
	inTheWay func(error) bool // [Dialect.Retry]
	patience time.Duration
}

// do runs f until it succeeds, fails for a reason of its own, or ctx or the patience ends.
func (r retrier) do(ctx context.Context, f func() error) error {
	var deadline time.Time
	for wait := firstWait; ; wait = min(2*wait, longWait) {
		err := f()
		if err == nil || !r.inTheWay(err) {
			return err
		}
		now := time.Now()
		if deadline.IsZero() {
			deadline = now.Add(r.patience)
		}
		if now.After(deadline) {
			return err
		}
		if late := sleep(ctx, wait); late != nil {
			return errors.Join(late, err)
		}
	}
}

// sleep waits for about d, so that those who failed together do not come back together.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d/2 + rand.N(d)) //nolint:gosec // Nobody gains by foreseeing it.
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
