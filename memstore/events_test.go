package memstore_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
)

func TestEventsAreTheApplicationsAlone(t *testing.T) {
	var told sync.Map
	a := newFixture(t, func(s *auth.Settings) {
		s.Events = func(_ context.Context, e auth.Event) { told.Store(e.Kind, true) }
	})
	app, ann := site(a.Service, auth.HasRole("editor")), a.User("ann@example.com")
	a.Token(ann)
	a.ExpiredToken(ann)
	a.RefreshToken(ann)
	a.Update(ann, func(u *auth.User) { u.FirstName = "Ann" })
	a.Delete(a.User("bob@example.com"))
	if events := a.Events(); len(events) != 0 {
		t.Errorf("before any request: %+v", events)
	}

	a.Do(app, "GET", "/page", a.As(ann)).Want(403)
	a.Login(app, ann.Email, authtest.Password)
	a.Do(app, "POST", "/auth/token/", a.JSON(map[string]string{"email": ann.Email, "password": "wrong"})).Want(401)
	kinds := make([]auth.EventKind, 0, 3)
	for _, e := range a.Events() {
		kinds = append(kinds, e.Kind)
	}
	if want := []auth.EventKind{auth.EventDenied, auth.EventLogin, auth.EventLoginFailed}; !slices.Equal(kinds, want) {
		t.Errorf("events = %q, want %q", kinds, want)
	}
	if events := a.Events(auth.EventLoginFailed, auth.EventDenied); len(events) != 2 || events[0].Kind != auth.EventDenied {
		t.Errorf("of two kinds: %+v", events)
	}
	if events := a.Events(auth.EventRegistered); events != nil {
		t.Errorf("of a kind that was not: %+v", events)
	}
	if _, denied := told.Load(auth.EventDenied); !denied {
		t.Error("the application's own sink was not told")
	}
	if _, registered := told.Load(auth.EventRegistered); registered {
		t.Error("the application's own sink was told what the fixture did")
	}
}

func TestRequestsAndEventsAtTheSameTime(t *testing.T) {
	a := newFixture(t)
	app, raw := site(a.Service, auth.Staff), a.Token(a.User("ann@example.com"))
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			a.Do(app, "GET", "/page", a.Bearer(raw))
			a.Clock.Advance(time.Millisecond)
			a.Events()
		})
	}
	wait.Wait()
	if denied := a.Events(auth.EventDenied); len(denied) != 20 {
		t.Errorf("%d were denied", len(denied))
	}
}
