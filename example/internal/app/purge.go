package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	auth "github.com/authplug/authplug/core"
)

// batch bounds one removal, so that it holds up nobody for long.
const batch = 500

// purge removes sessions and blacklist entries that are past, and returns how many.
func purge(ctx context.Context, store auth.Maintainer, before time.Time) (total int, err error) {
	for {
		n, err := store.DeleteExpired(ctx, before, batch)
		total += n
		if err != nil || n < batch {
			return total, err
		}
	}
}

// purger purges while the program serves.
type purger struct {
	store  auth.Maintainer
	leeway time.Duration // how late other clocks may be
	log    *slog.Logger
}

// run purges at every tick until ctx is done.
func (p purger) run(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticks:
			n, err := purge(ctx, p.store, now.Add(-p.leeway))
			if err != nil && ctx.Err() == nil {
				p.log.Error("purge", "removed", n, "error", err.Error())
			} else if n > 0 {
				p.log.Info("purge", "removed", n)
			}
		}
	}
}

func flushExpired(ctx context.Context, in *invocation) error {
	if err := in.parse(in.flags("flushexpiredtokens")); err != nil {
		return err
	}
	c, err := in.load()
	if err != nil {
		return err
	}
	_, store, err := c.Open(ctx)
	if err != nil {
		return err
	}
	n, err := purge(ctx, store, time.Now().Add(-c.Settings.Signing.Leeway))
	if err == nil {
		_, err = fmt.Fprintf(in.out, "%d removed: sessions and blacklist entries that were past\n", n)
	}
	return errors.Join(err, store.Close())
}
