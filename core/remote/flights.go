package remote

import (
	"context"
	"fmt"
	"sync"
	"time"

	auth "github.com/authplug/authplug/core"
)

// flights are questions that are being asked at the moment, by what they are about: equal ones are
// asked once. The zero value is ready. It is safe for concurrent use.
type flights[T any] struct {
	mu  sync.Mutex
	air map[string]*flight[T]
}

// flight is a question that several callers wait for.
type flight[T any] struct {
	cancel  context.CancelFunc
	began   time.Time
	waiting int           // under the lock of the flights
	done    chan struct{} // closed when there is an answer
	answer  T
	err     error
}

// together asks what somebody else may be asking already, once for all. A caller who hangs up
// leaves, and the question stays for the others; with the last one it ends, so that nobody can leave
// work behind.
func (g *flights[T]) together(ctx context.Context, key string, ask func(context.Context) (T, error)) (T, error) {
	var none T
	if err := context.Cause(ctx); err != nil {
		return none, unavailable(textRequest, err)
	}
	f := g.join(ctx, key, ask)
	select {
	case <-f.done:
		return f.answer, f.err
	case <-ctx.Done():
		g.leave(key, f)
		return none, unavailable(textRequest, context.Cause(ctx))
	}
}

// glance asks as together does, but waits only until a question has been asked for so long. Then it
// goes on without those who asked, to its own end: what it finds out is for the next.
func (g *flights[T]) glance(
	ctx context.Context, key string, most time.Duration, ask func(context.Context) (T, error),
) (T, error) {
	var none T
	f := g.join(ctx, key, ask) // never to leave: it does not end when its callers have gone
	// An answer that is there already counts, however long it took.
	timer := time.NewTimer(max(most-time.Since(f.began), time.Millisecond))
	defer timer.Stop()
	select {
	case <-f.done:
		return f.answer, f.err
	case <-timer.C:
		return none, unavailable(textTimeout, errTimeout)
	case <-ctx.Done():
		return none, unavailable(textRequest, context.Cause(ctx))
	}
}

// join finds the flight of a question, or starts one.
func (g *flights[T]) join(ctx context.Context, key string, ask func(context.Context) (T, error)) *flight[T] {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f := g.air[key]; f != nil {
		f.waiting++
		return f
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) //nolint:gosec // The flight calls it at its end.
	f := &flight[T]{cancel: cancel, began: time.Now(), waiting: 1, done: make(chan struct{})}
	if g.air == nil {
		g.air = map[string]*flight[T]{}
	}
	g.air[key] = f
	go g.fly(ctx, key, f, ask)
	return f
}

func (g *flights[T]) fly(ctx context.Context, key string, f *flight[T], ask func(context.Context) (T, error)) {
	f.answer, f.err = calmly(ctx, ask)
	g.mu.Lock()
	g.land(key, f)
	g.mu.Unlock()
	close(f.done)
	f.cancel()
}

// leave ends a flight that nobody waits for. Who comes next asks anew.
func (g *flights[T]) leave(key string, f *flight[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f.waiting--; f.waiting == 0 {
		g.land(key, f)
		f.cancel()
	}
}

// land needs the lock.
func (g *flights[T]) land(key string, f *flight[T]) {
	if g.air[key] == f {
		delete(g.air, key)
	}
}

// calmly makes an outage of a panic, such as one of an application's hook: nobody else would catch
// it.
func calmly[T any](ctx context.Context, ask func(context.Context) (T, error)) (answer T, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = auth.ErrUnavailable.Because(fmt.Errorf("remote: panic: %v", v))
		}
	}()
	return ask(ctx)
}
