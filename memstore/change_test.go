package memstore_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
)

func update(t *testing.T, s *auth.Service, id string, change func(*auth.User)) (*auth.User, error) {
	t.Helper()
	return s.UpdateUser(t.Context(), auth.UserKey{ID: id}, func(u *auth.User) error {
		change(u)
		return nil
	})
}

func updated(t *testing.T, s *auth.Service, id string, change func(*auth.User)) *auth.User {
	t.Helper()
	u, err := update(t, s, id, change)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func stored(t *testing.T, store auth.Store, id string) *auth.User {
	t.Helper()
	u, err := store.User(t.Context(), auth.UserKey{ID: id})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAChangeThatEndsTokensDropsCodes(t *testing.T) {
	s := newService(t, memstore.New(), auth.Settings{})
	u := newUser(t, s, ann)
	for what, c := range map[string]struct {
		change func(*auth.User)
		codes  int
	}{
		"password":     {func(u *auth.User) { u.PasswordHash += "x" }, 0},
		"address":      {func(u *auth.User) { u.Email = "new@example.com" }, 0},
		"deactivation": {func(u *auth.User) { u.Active = false }, 0},
		"name":         {func(u *auth.User) { u.FirstName += "x" }, 1},
	} {
		updated(t, s, u.ID, func(u *auth.User) {
			u.Active, u.Email, u.Codes = true, ann, nil
		})
		updated(t, s, u.ID, func(u *auth.User) { u.Codes = map[string]auth.Secret{"reset": "hash"} })
		if got := updated(t, s, u.ID, c.change); len(got.Codes) != c.codes {
			t.Errorf("%s: %d codes, want %d", what, len(got.Codes), c.codes)
		}
	}
}

func TestAChangeKeepsWhatIsNotItsBusiness(t *testing.T) {
	store := memstore.New()
	s := newService(t, store, auth.Settings{})
	u := newUser(t, s, ann)
	got := updated(t, s, u.ID, func(u *auth.User) {
		u.ID, u.UUID, u.Issuer, u.RemoteID = "77", "uuid", "https://elsewhere.example", "7"
		u.Epochs, u.DateJoined, u.Version = auth.Epochs{Access: 9, Refresh: 9}, time.Unix(0, 0), 99
		u.FirstName = "Ann"
	})
	if row := stored(t, store, u.ID); !reflect.DeepEqual(got, row) {
		t.Errorf("returned %+v\nstored   %+v", got, row)
	}
	u.FirstName, u.Version = "Ann", got.Version
	if !reflect.DeepEqual(got, u) {
		t.Errorf("after  %+v\nbefore %+v", got, u)
	}
	login(t, s, ann)
}

func TestAUserWhoseFieldsFitIntoNoTokenIsRefused(t *testing.T) {
	store := memstore.New()
	s := newService(t, store, auth.Settings{Claims: auth.ClaimSettings{Access: []string{"permissions", "extra"}}})
	u := newUser(t, s, ann)
	before := stored(t, store, u.ID)
	many := make([]string, 400)
	for i := range many {
		many[i] = fmt.Sprintf("app.permission_number_%d", i)
	}
	for what, c := range map[string]struct {
		change func(*auth.User)
		user   auth.NewUser
	}{
		"400 permissions": {
			func(u *auth.User) { u.Permissions = many }, auth.NewUser{Permissions: many},
		},
		"a name twice": {
			func(u *auth.User) { u.Extra = []byte(`{"a":1,"a":2}`) },
			auth.NewUser{Extra: rawJSON(`{"a":1,"a":2}`)},
		},
	} {
		if _, err := update(t, s, u.ID, c.change); err == nil {
			t.Errorf("%s: UpdateUser() takes it", what)
		}
		c.user.Email, c.user.Password = "bob@example.com", plain
		if _, err := s.CreateUser(t.Context(), c.user); err == nil {
			t.Errorf("%s: CreateUser() takes it", what)
		}
		if _, err := s.User(t.Context(), auth.UserKey{Email: "bob@example.com"}); !errors.Is(err, auth.ErrNotFound) {
			t.Errorf("%s: User() = %v, want nobody", what, err)
		}
	}
	if after := stored(t, store, u.ID); !reflect.DeepEqual(after, before) {
		t.Errorf("the user became %+v", after)
	}
	login(t, s, ann)
}

func TestAUserWhoseFieldsFitIntoNoTokenCanBeDeactivated(t *testing.T) {
	store := memstore.New()
	u := newUser(t, newService(t, store, auth.Settings{}), ann)
	row := stored(t, store, u.ID)
	row.Roles = strings.Split(strings.Repeat("role ", 2000)+"last", " ")
	row.FirstName = strings.Repeat("x", auth.MaxName+1)
	if err := store.UpdateUser(t.Context(), row); err != nil {
		t.Fatal(err)
	}
	s := newService(t, store, auth.Settings{Claims: auth.ClaimSettings{Access: []string{"roles"}}})
	updated(t, s, u.ID, func(u *auth.User) { u.Active = false })
	if stored(t, store, u.ID).Active {
		t.Error("the user is still active")
	}
}

func TestWhatIsAcceptedFitsIntoAToken(t *testing.T) {
	store := memstore.New()
	s := newService(t, store, auth.Settings{Claims: auth.ClaimSettings{Access: []string{"roles"}, CheckRevoke: true}})
	u := newUser(t, s, ann)
	refused, accepted := 8000, 0
	for refused-accepted > 1 {
		n := (refused + accepted) / 2
		if _, err := update(t, s, u.ID, func(u *auth.User) { u.Roles = []string{strings.Repeat("r", n)} }); err != nil {
			refused = n
		} else {
			accepted = n
		}
	}
	updated(t, s, u.ID, func(u *auth.User) { u.Roles = []string{strings.Repeat("r", accepted)} })
	login(t, s, ann)
}

// vanishing is a store in which a user is gone when it is written.
type vanishing struct{ *memstore.Store }

func (v vanishing) UpdateUser(context.Context, *auth.User) error { return auth.ErrNotFound }

func TestAUserWhoVanishesIsNoFailure(t *testing.T) {
	s := newService(t, vanishing{memstore.New()}, auth.Settings{})
	newUser(t, s, ann)
	tokens := login(t, s, ann)
	if err := s.Logout(t.Context(), auth.Logout{Refresh: tokens.Refresh, Scope: auth.ScopeAll}); err != nil {
		t.Errorf("Logout() = %v", err)
	}
	err := s.ChangePassword(t.Context(), auth.PasswordChange{Identifier: ann, Password: plain, NewPassword: plain + " anew"})
	if !errors.Is(err, auth.ErrPasswordWrong) {
		t.Errorf("ChangePassword() = %v", err)
	}
}

// rawJSON is encoded as it is.
type rawJSON string

// MarshalJSON implements [json.Marshaler].
func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }
