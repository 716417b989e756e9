package authtest

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// Fixture is a service to test with, on a clock of its own. Its methods end the test if something
// is wrong with what they are told, so call them from the test's own goroutine; the service, the
// clock, [Fixture.Events] and [Fixture.Mail] are safe for concurrent use.
//
// What a fixture does by itself, such as adding a user or minting a token, makes no event and no
// mail: those that it reports are the application's.
type Fixture struct {
	Service *auth.Service
	Clock   *Clock

	// LoginPath is where [Fixture.Login] logs in. [New] sets it to the endpoint token/ of the service;
	// where the application has moved that, or a test logs in by another one, set it.
	LoginPath string

	t        testing.TB
	settings auth.Settings
	stores   auth.Stores
	record   *record
}

// New returns a fixture whose service runs with the zero settings, a random key and hashes that
// cost nothing, over empty stores, such as auth.In(memstore.New()). Each configure may change the
// settings, in its order; an event sink and a mailer of theirs are still told. Settings that the
// service refuses end the test with the service's own error.
//
// The key is a secret: for an algorithm with key pairs, configure gives one.
func New(t testing.TB, stores auth.Stores, configure ...func(*auth.Settings)) *Fixture {
	t.Helper()
	f := &Fixture{Clock: &Clock{}, t: t, stores: stores, record: &record{}}
	for _, c := range configure {
		c(&f.settings)
	}
	f.complete(&f.settings)
	f.Service = f.service(func(*auth.Settings) {})
	f.LoginPath = strings.TrimRight(f.Service.Settings().Mount, "/") + "/token/"
	return f
}

// With returns the same fixture for a subtest: what it finds wrong, it tells t.
func (f *Fixture) With(t testing.TB) *Fixture {
	other := *f
	other.t = t
	return &other
}

// complete adds to settings what makes them a fixture's.
func (f *Fixture) complete(s *auth.Settings) {
	f.t.Helper()
	if s.Now != nil {
		f.t.Fatal("authtest: Settings.Now is the fixture's: move Fixture.Clock instead")
	}
	s.Now = f.Clock.Now
	s.Events = f.record.sink(s.Events)
	s.Mailer = mailer{f.record, s.Mailer}
	s.Passwords.Weak = true
	if s.Throttle.Account == (auth.Rate{}) { // tests log in more often than people
		s.Throttle.Disabled = true
	}
	signing := &s.Signing
	if signing.Key == "" && len(signing.Keys) == 0 && (signing.Algorithm == "" || signing.Algorithm.Symmetric()) {
		signing.Key = auth.Secret(rand.Text() + rand.Text() + rand.Text()) // long enough for HS512
	}
}

// service returns a service like the fixture's, over the same stores, but for a change.
func (f *Fixture) service(change func(*auth.Settings)) *auth.Service {
	f.t.Helper()
	settings := f.settings
	change(&settings)
	service, err := auth.New(settings, f.stores)
	if err != nil {
		f.t.Fatal(err)
	}
	return service
}

// own returns the context of what the fixture does by itself.
func (f *Fixture) own() context.Context { return context.WithValue(f.t.Context(), ownKey{}, true) }

// ownKey marks the contexts of a fixture.
type ownKey struct{}
