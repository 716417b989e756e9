package adaptertest

import (
	"context"
	"errors"
	"testing"

	auth "github.com/authplug/authplug/core"
)

func resetMailer(t *testing.T, h Harness) {
	a, o := h.paged(t)
	a.user(ann)
	b := a.browser()
	for i, fail := range []func(context.Context) error{
		func(context.Context) error { return errors.New("the mail server is down") },
		func(context.Context) error { panic("the mailer") },
	} {
		o.fail = fail
		b.ask(ann).leads(t, "/auth/password-reset/sent/")
		if a.drain(); a.count(auth.EventFailure) != i+1 {
			t.Errorf("%d failures are told", a.count(auth.EventFailure))
		}
	}
}

// RG-04: the time of an answer cannot tell what is not done before it.
func resetWaitsForNothing(t *testing.T, h Harness) {
	a, o := h.paged(t)
	a.user(ann)
	b := a.browser()
	b.visit("/auth/password-reset/")
	for _, email := range []string{ann, "unknown@example.com"} {
		answered := make(chan struct{})
		a.store.hook(func(string) error { <-answered; return nil }, nil)
		b.ask(email).leads(t, "/auth/password-reset/sent/")
		close(answered)
		a.drain()
	}
	if o.count() != 1 {
		t.Errorf("%d mails", o.count())
	}
}
