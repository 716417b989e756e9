package memstore_test

import (
	"errors"
	"fmt"
	"reflect"
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

// rawJSON is encoded as it is.
type rawJSON string

// MarshalJSON implements [json.Marshaler].
func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }
