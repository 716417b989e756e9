package authtest

import (
	"context"
	"slices"
	"sync"
	"time"

	auth "github.com/authplug/authplug/core"
)

// record keeps what a service told of the application's doing.
type record struct {
	mu     sync.Mutex
	events []auth.Event
	mail   []auth.Mail
}

// sink returns a sink that keeps the application's events and hands them on.
func (r *record) sink(next func(context.Context, auth.Event)) func(context.Context, auth.Event) {
	return func(ctx context.Context, e auth.Event) {
		if ctx.Value(ownKey{}) != nil {
			return
		}
		r.mu.Lock()
		r.events = append(r.events, e)
		r.mu.Unlock()
		if next != nil {
			next(ctx, e)
		}
	}
}

// mailPatience is for how long mails are waited for.
const mailPatience = 10 * time.Second

// mailer keeps the application's mail and hands it on.
type mailer struct {
	record *record
	next   auth.Mailer
}

// Send implements [auth.Mailer].
func (m mailer) Send(ctx context.Context, mail auth.Mail) error {
	m.record.mu.Lock()
	m.record.mail = append(m.record.mail, mail)
	m.record.mu.Unlock()
	if m.next == nil {
		return nil
	}
	return m.next.Send(ctx, mail)
}

// Events returns the events that requests and calls of the application caused, the earliest first:
// those of the kinds, or all if none is named.
func (f *Fixture) Events(kinds ...auth.EventKind) []auth.Event {
	f.record.mu.Lock()
	defer f.record.mu.Unlock()
	return named(f.record.events, kinds, func(e auth.Event) auth.EventKind { return e.Kind })
}

// Mail returns the mail that requests and calls of the application caused, the earliest first: that
// to the addresses, or all if none is named. A mail whose sending failed is part of it, and what a service
// still sends behind its answers is waited for.
func (f *Fixture) Mail(to ...string) []auth.Mail {
	ctx, cancel := context.WithTimeout(context.Background(), mailPatience)
	defer cancel()
	_ = f.Service.Drain(ctx)
	f.record.mu.Lock()
	defer f.record.mu.Unlock()
	return named(f.record.mail, to, func(m auth.Mail) string { return m.To })
}

// named returns a copy of those of all whose name is one of the names, or of all if there is none.
func named[T any, N comparable](all []T, names []N, name func(T) N) []T {
	var some []T
	for _, v := range all {
		if len(names) == 0 || slices.Contains(names, name(v)) {
			some = append(some, v)
		}
	}
	return some
}
