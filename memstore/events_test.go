package memstore_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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

// failingMailer sends nothing.
type failingMailer struct{ asked atomic.Int64 }

func (m *failingMailer) Send(context.Context, auth.Mail) error {
	m.asked.Add(1)
	return errors.New("the mail server is away")
}

func TestMailIsTheApplicationsAlone(t *testing.T) {
	var next failingMailer
	a := newFixture(t, func(s *auth.Settings) { s.Mailer = &next })
	app, ann, bob := site(a.Service, auth.Authenticated), a.User("ann@example.com"), a.User("bob@example.com")
	a.Update(ann, func(u *auth.User) { u.FirstName = "Ann" })
	a.Token(ann)
	if mail := a.Mail(); mail != nil {
		t.Errorf("before any request: %+v", mail)
	}

	for _, u := range []*auth.User{ann, bob} {
		a.Do(app, "POST", "/auth/password-change/", a.JSON(map[string]string{
			"email": u.Email, "password": authtest.Password, "new_password": "another horse 9",
		})).Want(200)
	}
	if mail := a.Mail(); len(mail) != 2 || mail[0].To != ann.Email || mail[1].To != bob.Email {
		t.Errorf("mail = %+v", mail)
	}
	if mail := a.Mail(bob.Email); len(mail) != 1 || !strings.Contains(mail[0].Subject, "password") {
		t.Errorf("mail to bob = %+v", mail)
	}
	if asked := next.asked.Load(); asked != 2 {
		t.Errorf("the application's own mailer was asked %d times", asked)
	}
	if failures := a.Events(auth.EventFailure); len(failures) != 2 {
		t.Errorf("failures = %+v", failures)
	}
	a.As(ann) // whatever the password is now
}

func TestMailNeedsNoMailer(t *testing.T) {
	a := newFixture(t)
	ann := a.User("ann@example.com")
	if err := a.Service.SetPassword(t.Context(), auth.UserKey{ID: ann.ID}, "another horse 9"); err != nil {
		t.Fatal(err)
	}
	if mail := a.Mail(); len(mail) != 1 || len(a.Events(auth.EventFailure)) != 0 {
		t.Errorf("mail = %+v, events = %+v", mail, a.Events())
	}
}
