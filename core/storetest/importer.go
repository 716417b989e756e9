package storetest

import (
	"testing"

	auth "github.com/authplug/authplug/core"
)

func importer() []claim {
	return []claim{
		{"an imported user has its id and every field", importWhole},
		{"users who come after an import get higher ids", importThenCreate},
		{"the first id can be imported, and the next one is behind it", importFirst},
		{"ids that are reserved are given to nobody, but can be imported", reserveIDs},
		{"an id is imported once, and so is all that is unique", importTaken},
		{"what is no id is not imported", importOdd},
	}
}

// importing returns s as an importer, or skips the test: the ability is optional.
func importing(t *testing.T, s auth.Store) auth.UserImporter {
	t.Helper()
	i, ok := s.(auth.UserImporter)
	if !ok {
		t.Skip("the store is no auth.UserImporter")
	}
	return i
}

func importWhole(t *testing.T, s auth.Store) {
	want := fullUser()
	want.ID = "4711"
	isNil(t, importing(t, s).ImportUser(t.Context(), want))
	if want.Version != 1 {
		t.Errorf("Version = %d, want 1", want.Version)
	}
	got, err := s.User(t.Context(), auth.UserKey{ID: "4711"})
	isNil(t, err)
	same(t, got, want)
}

func importThenCreate(t *testing.T, s auth.Store) {
	i := importing(t, s)
	for n, id := range []string{"70", "9", "71", "10"} {
		u := plainUser(n)
		u.ID = id
		isNil(t, i.ImportUser(t.Context(), u))
	}
	if u := create(t, s, plainUser(9)); u.ID != "72" {
		t.Errorf("the next user has the id %s, want 72", u.ID)
	}
	if l, ok := s.(auth.UserLister); ok {
		inOrder(t, page(t, l, "", 10), "9", "10", "70", "71", "72")
	}
}

func importFirst(t *testing.T, s auth.Store) {
	u := plainUser(1)
	u.ID = "1"
	isNil(t, importing(t, s).ImportUser(t.Context(), u))
	if u := create(t, s, plainUser(2)); u.ID != "2" {
		t.Errorf("the next user has the id %s, want 2", u.ID)
	}
}

func reserveIDs(t *testing.T, s auth.Store) {
	i := importing(t, s)
	for _, id := range []string{"70", "9", "70"} {
		isNil(t, i.ReserveUserIDs(t.Context(), id))
		is(t, second(s.User(t.Context(), auth.UserKey{ID: id})), auth.ErrNotFound)
	}
	for n, id := range []string{"69", "70"} {
		u := plainUser(n)
		u.ID = id
		isNil(t, i.ImportUser(t.Context(), u))
	}
	isNil(t, i.ReserveUserIDs(t.Context(), "70"))
	if u := create(t, s, plainUser(9)); u.ID != "71" {
		t.Errorf("the next user has the id %s, want 71", u.ID)
	}
}

func importTaken(t *testing.T, s auth.Store) {
	i := importing(t, s)
	holder := create(t, s, plainUser(1))
	for name, u := range map[string]*auth.User{
		"the id":      {ID: holder.ID, UUID: uuid(2), Email: "other@example.com"},
		"the UUID":    {ID: "50", UUID: holder.UUID, Email: "other@example.com"},
		"the address": {ID: "50", UUID: uuid(2), Email: holder.Email},
	} {
		u.DateJoined = now
		is(t, i.ImportUser(t.Context(), u), auth.ErrExists)
		if got, err := s.User(t.Context(), auth.UserKey{ID: holder.ID}); err != nil || got.Email != holder.Email {
			t.Errorf("%s: the holder is %v, %v", name, got, err)
		}
		_, err := s.User(t.Context(), auth.UserKey{ID: "50"})
		is(t, err, auth.ErrNotFound)
	}
}

func importOdd(t *testing.T, s auth.Store) {
	i := importing(t, s)
	for _, id := range []string{"", "0", "-1", "007", "x", "1.5", "99999999999999999999"} {
		u := plainUser(1)
		u.ID = id
		if err := i.ImportUser(t.Context(), u); err == nil {
			t.Errorf("the id %q was imported", id)
		}
		if err := i.ReserveUserIDs(t.Context(), id); err == nil {
			t.Errorf("the id %q was reserved", id)
		}
	}
	is(t, second(s.User(t.Context(), auth.UserKey{Email: plainUser(1).Email})), auth.ErrNotFound)
}

func second[T any](_ T, err error) error { return err }
