package adaptertest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var mailClaims = []claim{
	{"a changed password is told to its user", mailTells},
	{"only what has happened is told", mailTellsTruth},
	{"who has no address or is mirrored is told nothing", mailToNobody},
	{"a mailer that fails changes no answer", mailFails},
	{"a client that hangs up does not stop a mail", mailOutlivesTheClient},
}

// outbox is a mailer that keeps mail.
type outbox struct {
	mu   sync.Mutex
	sent []auth.Mail
	fail func(ctx context.Context) error
}

// Send implements [auth.Mailer].
func (o *outbox) Send(ctx context.Context, m auth.Mail) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent = append(o.sent, m)
	if o.fail != nil {
		return o.fail(ctx)
	}
	return nil
}

// count returns how many mails were sent.
func (o *outbox) count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.sent)
}

// mailing is an application that sends mail.
func (h Harness) mailing(t *testing.T) (*app, *outbox) {
	t.Helper()
	o := &outbox{}
	return h.app(t, func(s *auth.Settings) { s.Mailer = o }), o
}

func mailTells(t *testing.T, h Harness) {
	a, o := h.mailing(t)
	u := a.user("Ann@Example.com")
	a.changePassword(ann, userPassword, freshPassword).want(t, http.StatusOK, "{}")
	if err := a.service.SetPassword(context.Background(), auth.UserKey{ID: u.ID}, userPassword); err != nil {
		t.Fatal(err)
	}
	want := auth.Mail{
		Kind: auth.MailPasswordChanged, To: ann, Subject: "Your password was changed",
		Text: "The password of your account ann@example.com was changed on 1 January 2026 at 00:00 UTC.\n" +
			"You have been logged out everywhere.\n\n" +
			"If it was not you, tell the operators of the service at once.\n",
	}
	if len(o.sent) != 2 || o.sent[0] != want || o.sent[1] != want {
		t.Fatalf("sent %+v", o.sent)
	}
	for _, secret := range []string{userPassword, freshPassword, "http", string(a.row(u.ID).PasswordHash)} {
		if strings.Contains(o.sent[0].Text, secret) {
			t.Errorf("the text has %q", secret)
		}
	}
}

func mailTellsTruth(t *testing.T, h Harness) {
	a, o := h.mailing(t)
	u := a.user(ann)
	a.login(ann)
	a.changePassword(ann, "wrong", freshPassword).want(t, http.StatusBadRequest, "")
	a.changePassword("bob@example.com", userPassword, freshPassword).want(t, http.StatusBadRequest, "")
	a.changePassword(ann, userPassword, "123").want(t, http.StatusBadRequest, "")
	a.store.fail("UpdateUser")
	a.changePassword(ann, userPassword, freshPassword).want(t, http.StatusServiceUnavailable, unavailableBody)
	if err := a.service.SetPassword(context.Background(), auth.UserKey{ID: u.ID}, freshPassword); err == nil {
		t.Error("SetPassword() without a store is no error")
	}
	a.store.heal()
	a.update(u.ID, func(u *auth.User) { u.FirstName = "Ann" })
	if n := o.count(); n != 0 {
		t.Errorf("sent %+v", o.sent)
	}
}

func mailToNobody(t *testing.T, h Harness) {
	a, o := h.mailing(t)
	for _, u := range []*auth.User{
		{UUID: "5a17c0de-0000-4000-8000-000000000001", Issuer: "https://id.example.com", RemoteID: "1", Email: ann, Active: true},
		{UUID: "5a17c0de-0000-4000-8000-000000000002", Active: true},
	} {
		u.DateJoined = start
		if err := a.store.CreateUser(context.Background(), u); err != nil {
			t.Fatal(err)
		}
		if err := a.service.SetPassword(context.Background(), auth.UserKey{ID: u.ID}, freshPassword); err != nil {
			t.Fatal(err)
		}
	}
	if n := o.count(); n != 0 {
		t.Errorf("sent %+v", o.sent)
	}
}

func mailFails(t *testing.T, h Harness) {
	for what, fail := range map[string]func(context.Context) error{
		"errs": func(context.Context) error { return errOutage }, "panics": func(context.Context) error { panic("broken") },
		"refuses": func(context.Context) error { return auth.ErrForbidden },
	} {
		a, o := h.mailing(t)
		a.user(ann)
		o.fail = fail
		a.changePassword(ann, userPassword, freshPassword).want(t, http.StatusOK, "{}")
		a.tryLogin(ann, freshPassword).want(t, http.StatusOK, "")
		if n := a.count(auth.EventFailure); n != 1 || o.count() != 1 {
			t.Errorf("%s: %d failures told of, %d mails", what, n, o.count())
		}
	}
}

func mailOutlivesTheClient(t *testing.T, h Harness) {
	a, o := h.mailing(t)
	a.user(ann)
	gone, hangUp := context.WithCancel(context.Background())
	a.during("UpdateUser", func() {
		o.fail = func(ctx context.Context) error {
			hangUp()
			if _, bounded := ctx.Deadline(); !bounded {
				return errors.New("it may take for ever")
			}
			return ctx.Err()
		}
	})
	r := httptest.NewRequestWithContext(gone, http.MethodPost, a.path("/password-change/"),
		strings.NewReader(encoded(t, object{"email": ann, "password": userPassword, "new_password": freshPassword})))
	r.Header.Set("Content-Type", "application/json")
	a.do(r).want(t, http.StatusOK, "{}")
	if n := a.count(auth.EventFailure); n != 0 || o.count() != 1 {
		t.Errorf("%d failures told of, %d mails", n, o.count())
	}
}
