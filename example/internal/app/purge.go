package app

import (
	"context"
	"errors"
	"fmt"
)

func flushExpired(ctx context.Context, in *invocation) error {
	if err := in.parse(in.flags("flushexpiredtokens")); err != nil {
		return err
	}
	c, err := in.load()
	if err != nil {
		return err
	}
	service, store, err := c.Open(ctx)
	if err != nil {
		return err
	}
	n, err := service.Purge(ctx, store)
	if err == nil {
		_, err = fmt.Fprintf(in.out, "%d removed: sessions and blacklist entries that were past\n", n)
	}
	return errors.Join(err, store.Close())
}
