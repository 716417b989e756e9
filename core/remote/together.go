package remote

import (
	"context"
	"fmt"

	"golang.org/x/sync/singleflight"

	auth "github.com/authplug/authplug/core"
)

// together asks what somebody else may be asking at the moment, once for all. A caller who hangs up
// leaves, and the question stays: others may wait for it.
func together[T any](ctx context.Context, g *singleflight.Group, key string, ask func(context.Context) (T, error)) (T, error) {
	var none T
	if err := context.Cause(ctx); err != nil {
		return none, unavailable(textRequest, err)
	}
	asked := g.DoChan(key, func() (answer any, err error) {
		defer func() {
			if v := recover(); v != nil { // such as one of an application's hook: nobody else would catch it
				err = auth.ErrUnavailable.Because(fmt.Errorf("remote: panic: %v", v))
			}
		}()
		return ask(context.WithoutCancel(ctx))
	})
	select {
	case r := <-asked:
		if r.Err != nil {
			return none, r.Err
		}
		answer, _ := r.Val.(T) // the group holds nothing else
		return answer, nil
	case <-ctx.Done():
		return none, unavailable(textRequest, context.Cause(ctx))
	}
}
