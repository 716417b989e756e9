package authtest

import (
	"context"
	"slices"
	"sync"

	auth "github.com/authplug/authplug/core"
)

// record keeps what a service told.
type record struct {
	mu   sync.Mutex
	seen []auth.Event
}

// events returns a sink that keeps the application's events and hands them on.
func (r *record) events(next func(context.Context, auth.Event)) func(context.Context, auth.Event) {
	return func(ctx context.Context, e auth.Event) {
		if ctx.Value(ownKey{}) != nil {
			return
		}
		r.mu.Lock()
		r.seen = append(r.seen, e)
		r.mu.Unlock()
		if next != nil {
			next(ctx, e)
		}
	}
}

// Events returns the events that requests and calls of the application caused, the earliest first:
// those of the kinds, or all if none is named.
func (f *Fixture) Events(kinds ...auth.EventKind) []auth.Event {
	f.record.mu.Lock()
	defer f.record.mu.Unlock()
	var events []auth.Event
	for _, e := range f.record.seen {
		if len(kinds) == 0 || slices.Contains(kinds, e.Kind) {
			events = append(events, e)
		}
	}
	return events
}
