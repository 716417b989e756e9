package adaptertest

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

// The fixture's key and the password of all its users.
const (
	signingKey   = "a key for tests, with more than 64 bytes, that nobody should use elsewhere"
	userPassword = "correct horse battery staple"
)

// start is when the fixture's clock begins.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// app is an application under test: a service on a movable clock behind an adapter.
type app struct {
	t       *testing.T
	harness Harness
	service *auth.Service
	store   *spy
	handler http.Handler

	mails *outbox
	call  func(context.Context) error // what the endpoint of an outage does

	challenge string // of each 401
	ownErrors bool   // failures do not look as the protocol wants it

	mu     sync.Mutex
	now    time.Time
	events []auth.Event
	hits   map[string]int
}

// bare returns an application without a service.
func (h Harness) bare(t *testing.T) *app {
	t.Helper()
	return &app{
		t: t, harness: h, now: start, store: newSpy(h.Store(t)),
		challenge: `Bearer realm="api"`, hits: map[string]int{},
	}
}

// observe puts the fixture's clock and records into settings, and makes hashing cheap.
func (a *app) observe(settings *auth.Settings) {
	settings.Now, settings.Events = a.clock, a.record
	if settings.Throttle.Account == (auth.Rate{}) { // tests log in more often than people
		settings.Throttle.Disabled = true
	}
	p := &settings.Passwords
	p.Weak = true
	if p.Permits == 0 {
		p.Permits, p.Queue, p.Wait = 8, 1000, time.Minute
	}
}

// app serves the settings, which configure may change.
func (h Harness) app(t *testing.T, configure func(*auth.Settings), opts ...auth.RouteOption) *app {
	t.Helper()
	a := h.bare(t)
	a.restart(configure, opts...)
	return a
}

// restart serves other settings over the same store.
func (a *app) restart(configure func(*auth.Settings), opts ...auth.RouteOption) {
	a.t.Helper()
	settings := auth.Settings{}
	if configure != nil {
		configure(&settings)
	}
	if c := &settings.Signing; c.Key == "" && len(c.Keys) == 0 {
		c.Key, c.AllowSampleKey = signingKey, true
	}
	a.observe(&settings)
	service, err := auth.New(settings, auth.In(a.store))
	if err != nil {
		a.t.Fatalf("New() = %v", err)
	}
	a.service = service
	a.serve(nil, opts...)
}

// serve registers everything anew, with more routes.
func (a *app) serve(more []Route, opts ...auth.RouteOption) {
	a.handler = a.harness.Serve(a.service, append(a.routes(), more...), opts...)
}

// easy are the looser settings: refresh tokens are used again and access tokens live on.
func easy(s *auth.Settings) { *s = auth.EasyJWT() }

func (a *app) clock() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
}

// pass moves the clock.
func (a *app) pass(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = a.now.Add(d)
}

func (a *app) record(_ context.Context, e auth.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.events = append(a.events, e)
}

// count returns how many events of a kind there were.
func (a *app) count(kind auth.EventKind) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 0
	for _, e := range a.events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// user adds a user with the fixture's password.
func (a *app) user(email string, change ...func(*auth.NewUser)) *auth.User {
	a.t.Helper()
	n := auth.NewUser{Email: email, Password: userPassword}
	for _, c := range change {
		c(&n)
	}
	u, err := a.service.CreateUser(context.Background(), n)
	if err != nil {
		a.t.Fatalf("CreateUser(%q) = %v", email, err)
	}
	return u
}

// update changes a user.
func (a *app) update(id string, change func(*auth.User)) {
	a.t.Helper()
	_, err := a.service.UpdateUser(context.Background(), auth.UserKey{ID: id}, func(u *auth.User) error {
		change(u)
		return nil
	})
	if err != nil {
		a.t.Fatalf("UpdateUser(%q) = %v", id, err)
	}
}

func deactivate(u *auth.User) { u.Active = false }

// remove deletes a user.
func (a *app) remove(id string) {
	a.t.Helper()
	if err := a.service.DeleteUser(context.Background(), id); err != nil {
		a.t.Fatalf("DeleteUser(%q) = %v", id, err)
	}
}

// row returns a user as it is stored.
func (a *app) row(id string) *auth.User {
	a.t.Helper()
	u, err := a.store.Store.User(context.Background(), auth.UserKey{ID: id})
	if err != nil {
		a.t.Fatalf("User(%q) = %v", id, err)
	}
	return u
}

// keepHash stores a password hash as another system could have left it.
func (a *app) keepHash(id, hash string) {
	a.t.Helper()
	u := a.row(id)
	u.PasswordHash = auth.Secret(hash)
	if err := a.store.Store.UpdateUser(context.Background(), u); err != nil {
		a.t.Fatal(err)
	}
}

// live returns how many sessions of a user are live.
func (a *app) live(id string) int {
	a.t.Helper()
	list, err := a.store.Store.LiveSessions(context.Background(), id, a.clock())
	if err != nil {
		a.t.Fatal(err)
	}
	return len(list)
}

// together runs f n times at once and returns what each call gave.
func together[T any](n int, f func(i int) T) []T {
	results := make([]T, n)
	begin := make(chan struct{})
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			<-begin
			results[i] = f(i)
		})
	}
	close(begin)
	wait.Wait()
	return results
}
