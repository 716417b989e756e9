package remote

import (
	"context"

	"golang.org/x/sync/singleflight"
)

// together asks what somebody else may be asking at the moment, once for all. A caller who hangs up
// leaves, and the question stays: others may wait for it.
func together[T any](ctx context.Context, g *singleflight.Group, key string, ask func(context.Context) (T, error)) (T, error) {
	var none T
	if err := context.Cause(ctx); err != nil {
		return none, unavailable(textRequest, err)
	}
	asked := g.DoChan(key, func() (any, error) { return ask(context.WithoutCancel(ctx)) })
	select {
	case r := <-asked:
		if r.Err != nil {
			return none, r.Err
		}
		return r.Val.(T), nil //nolint:errcheck,forcetypeassert // The group holds nothing else.
	case <-ctx.Done():
		return none, unavailable(textRequest, context.Cause(ctx))
	}
}
