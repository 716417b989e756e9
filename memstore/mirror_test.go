package memstore_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
)

const issuer = "https://auth.example.com"

// mirrored mirrors a remote user as another service shows it.
func mirrored(t *testing.T, s *auth.Service, remoteID string, change func(*auth.User)) (*auth.User, error) {
	t.Helper()
	return s.MirrorUser(t.Context(), auth.UserKey{Issuer: issuer, RemoteID: remoteID}, func(u *auth.User) error {
		change(u)
		return nil
	})
}

func mustMirror(t *testing.T, s *auth.Service, remoteID string, change func(*auth.User)) *auth.User {
	t.Helper()
	u, err := mirrored(t, s, remoteID, change)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func ptr(text string) *string { return &text }

func named(email string) func(*auth.User) { return func(u *auth.User) { u.Email = email } }

func TestAStrangerIsMirroredOnce(t *testing.T) {
	store := memstore.New()
	var made atomic.Int64
	s := newService(t, store, auth.Settings{Events: func(_ context.Context, e auth.Event) {
		if e.Kind == auth.EventUserMirrored {
			made.Add(1)
		}
	}})
	ids := make([]string, 20)
	var wait sync.WaitGroup
	for i := range ids {
		wait.Go(func() {
			u, err := mirrored(t, s, "7", named("Erin@Example.com"))
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = u.ID
		})
	}
	wait.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("users are %v", ids)
		}
	}
	u := stored(t, store, ids[0])
	if u.Email != "erin@example.com" || u.RemoteID != "7" || u.Issuer != issuer || !u.Active || u.Staff || u.PasswordHash != "" {
		t.Errorf("stored %+v", u)
	}
	if made.Load() != 1 {
		t.Errorf("%d were told of", made.Load())
	}
	if _, err := s.Login(t.Context(), auth.Credentials{Identifier: "erin@example.com"}, auth.Client{}); !errors.Is(err, auth.ErrLoginFailed) {
		t.Errorf("Login() without a password = %v", err)
	}
}

// meeting is a store in which the first two who look for somebody know of each other only later.
type meeting struct {
	auth.Store

	looking atomic.Int64
	both    chan struct{}
}

func (m *meeting) User(ctx context.Context, key auth.UserKey) (*auth.User, error) {
	u, err := m.Store.User(ctx, key)
	if key.RemoteID == "" {
		return u, err
	}
	switch m.looking.Add(1) {
	case 1:
		<-m.both
	case 2:
		close(m.both)
	}
	return u, err
}

func TestOfTwoWhoAreSureThatAUserIsAStrangerBothGetIt(t *testing.T) {
	for _, known := range []bool{false, true} {
		store := memstore.New()
		if known { // and both want to change it
			mustMirror(t, newService(t, store, auth.Settings{}), "7", named("erin@example.com"))
		}
		s := newService(t, &meeting{Store: store, both: make(chan struct{})}, auth.Settings{})
		users := make([]*auth.User, 2)
		var wait sync.WaitGroup
		for i := range users {
			wait.Go(func() {
				var err error
				users[i], err = mirrored(t, s, "7", func(u *auth.User) {
					u.Email = "erin@example.com"
					u.FirstName += "x"
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if t.Failed() {
			t.FailNow()
		}
		if users[0].ID != users[1].ID || stored(t, store, users[0].ID).FirstName != "xx" {
			t.Errorf("users %+v and %+v", users[0], users[1])
		}
	}
}

func TestAMirroredUserIsSavedOnlyWhenItHasBecomeAnother(t *testing.T) {
	store := memstore.New()
	s := newService(t, store, auth.Settings{})
	erin := func(u *auth.User) {
		u.Email, u.FirstName, u.Roles = "erin@example.com", "Erin", []string{"reader"}
		u.Extra = []byte(`{ "group": "a" }`)
	}
	first := mustMirror(t, s, "7", erin)
	if again := mustMirror(t, s, "7", erin); again.Version != first.Version {
		t.Errorf("version %d, want %d", again.Version, first.Version)
	}
	for name, change := range map[string]func(*auth.User){
		"name":  func(u *auth.User) { u.FirstName += "x" },
		"phone": func(u *auth.User) { u.Phone = ptr("1" + u.FirstName) },
		"extra": func(u *auth.User) { u.Extra = fmt.Appendf(nil, `{"group":%d}`, u.Version) },
	} {
		before := stored(t, store, first.ID)
		if u := mustMirror(t, s, "7", change); u.Version != before.Version+1 || u.Epochs != before.Epochs {
			t.Errorf("%s: version %d, epochs %v; was %d, %v", name, u.Version, u.Epochs, before.Version, before.Epochs)
		}
	}
	before := stored(t, store, first.ID)
	if u := mustMirror(t, s, "7", func(u *auth.User) { u.Roles = nil }); u.Epochs.Access != before.Epochs.Access+1 {
		t.Errorf("other rights: epochs %v, were %v", u.Epochs, before.Epochs)
	}
}

func TestAMirrorCannotTouchWhatIsTheServicesOwn(t *testing.T) {
	store := memstore.New()
	s := newService(t, store, auth.Settings{})
	u := mustMirror(t, s, "7", named("erin@example.com"))
	updated(t, s, u.ID, func(u *auth.User) { u.Active = false })
	before := stored(t, store, u.ID)
	got := mustMirror(t, s, "7", func(u *auth.User) {
		u.ID, u.Issuer, u.RemoteID, u.Active, u.PasswordHash = "99", "", "8", true, "hash"
		u.Epochs, u.Version, u.Codes = auth.Epochs{}, 0, map[string]auth.Secret{"reset": "x"}
	})
	if got.Active || got.Version != before.Version || got.PasswordHash != "" || got.ID != u.ID || got.Codes != nil {
		t.Errorf("became %+v", got)
	}
}

func TestALocalAccountIsNeverAdopted(t *testing.T) {
	store := memstore.New()
	s := newService(t, store, auth.Settings{})
	root := newUser(t, s, "root@example.com")
	before := stored(t, store, root.ID)
	if _, err := mirrored(t, s, "7", named("Root@example.com")); !errors.Is(err, auth.ErrAccountConflict) {
		t.Errorf("MirrorUser() = %v, want ErrAccountConflict", err)
	}
	erin := mustMirror(t, s, "8", named("erin@example.com"))
	if _, err := mirrored(t, s, "8", named("root@example.com")); !errors.Is(err, auth.ErrAccountConflict) {
		t.Errorf("MirrorUser() of another address = %v, want ErrAccountConflict", err)
	}
	if now := stored(t, store, root.ID); now.Version != before.Version {
		t.Errorf("the local account became %+v", now)
	}
	if now := stored(t, store, erin.ID); now.Email != "erin@example.com" {
		t.Errorf("the mirrored user became %+v", now)
	}
	if _, err := store.User(t.Context(), auth.UserKey{Issuer: issuer, RemoteID: "7"}); !errors.Is(err, auth.ErrNotFound) {
		t.Errorf("a stranger was made all the same: %v", err)
	}
}

func TestAnAddressMovesToTheUserThatPresentsIt(t *testing.T) {
	store := memstore.New()
	s := newService(t, store, auth.Settings{})
	old := mustMirror(t, s, "7", named("erin@example.com"))
	heir := mustMirror(t, s, "8", named("erin@example.com"))
	if heir.ID == old.ID || heir.Email != "erin@example.com" {
		t.Errorf("the heir is %+v", heir)
	}
	if now := stored(t, store, old.ID); now.Email != "" || now.Epochs.Access != old.Epochs.Access+1 {
		t.Errorf("the former holder is %+v", now)
	}
	if now := mustMirror(t, s, "7", named("erin.b@example.com")); now.ID != old.ID || now.Email != "erin.b@example.com" {
		t.Errorf("the former holder became %+v", now)
	}
}

func TestWhatCannotBeMirroredChangesNothing(t *testing.T) {
	store := memstore.New()
	s := newService(t, store, auth.Settings{})
	u := mustMirror(t, s, "7", named("erin@example.com"))
	wrong := errors.New("wrong")
	for _, own := range []error{auth.ErrNotFound, auth.ErrConflict, auth.ErrExists} { // of a look-up of the application's
		calls := 0
		_, err := s.MirrorUser(t.Context(), auth.UserKey{Issuer: issuer, RemoteID: "7"}, func(*auth.User) error {
			calls++
			return own
		})
		if !errors.Is(err, own) || errors.Is(err, auth.ErrUnavailable) || calls != 1 {
			t.Errorf("change returns %v: MirrorUser() = %v after %d calls", own, err, calls)
		}
	}
	for name, change := range map[string]func(*auth.User) error{
		"no address": func(u *auth.User) error { u.Email = "erin"; return nil },
		"a name":     func(u *auth.User) error { u.LastName = string(make([]byte, auth.MaxName+1)); return nil },
		"no JSON":    func(u *auth.User) error { u.Extra = []byte("{"); return nil },
		"an error":   func(u *auth.User) error { u.FirstName = "x"; return wrong },
	} {
		for _, id := range []string{"7", "8"} {
			if _, err := s.MirrorUser(t.Context(), auth.UserKey{Issuer: issuer, RemoteID: id}, change); err == nil {
				t.Errorf("%s of %s is taken", name, id)
			}
		}
	}
	if now := stored(t, store, u.ID); now.Version != u.Version {
		t.Errorf("became %+v", now)
	}
	for _, key := range []auth.UserKey{{}, {RemoteID: "7"}, {Issuer: issuer}, {ID: u.ID}} {
		if _, err := s.MirrorUser(t.Context(), key, func(*auth.User) error { return nil }); !errors.Is(err, auth.ErrInternal) {
			t.Errorf("MirrorUser(%+v) = %v", key, err)
		}
	}
}
