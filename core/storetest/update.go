package storetest

import (
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

func update() []claim {
	return []claim{
		{"every field is saved and the version rises", updateAll},
		{"every field can be emptied", updateEmpty},
		{"id, UUID and date joined never change", updateFixed},
		{"a stale version is a conflict and changes nothing", updateStale},
		{"a version from the future is a conflict", updateFuture},
		{"a missing user is not found", updateMissing},
		{"a taken value is refused and changes nothing", updateTaken},
		{"the user's own values are not taken", updateOwn},
		{"a value given up is free", updateFrees},
	}
}

func updateAll(t *testing.T, s auth.Store) {
	u := create(t, s, plainUser(1))
	bystander := create(t, s, plainUser(2))
	want := fullUser()
	want.ID, want.UUID, want.DateJoined, want.Version = u.ID, u.UUID, u.DateJoined, u.Version
	isNil(t, s.UpdateUser(t.Context(), want))
	if want.Version <= u.Version {
		t.Errorf("the version went from %d to %d", u.Version, want.Version)
	}
	same(t, user(t, s, auth.UserKey{ID: u.ID}), want)
	same(t, user(t, s, auth.UserKey{Issuer: want.Issuer, Email: want.Email}), want)
	same(t, user(t, s, auth.UserKey{Issuer: want.Issuer, RemoteID: want.RemoteID}), want)
	same(t, user(t, s, auth.UserKey{ID: bystander.ID}), bystander)
}

func updateEmpty(t *testing.T, s auth.Store) {
	u := create(t, s, fullUser())
	want := &auth.User{ID: u.ID, UUID: u.UUID, DateJoined: u.DateJoined, Version: u.Version}
	isNil(t, s.UpdateUser(t.Context(), want))
	same(t, user(t, s, auth.UserKey{ID: u.ID}), want)
	nobody(t, s, auth.UserKey{Issuer: u.Issuer, Email: u.Email})
	nobody(t, s, auth.UserKey{Issuer: u.Issuer, RemoteID: u.RemoteID})
}

func updateFixed(t *testing.T, s auth.Store) {
	want := create(t, s, plainUser(1))
	u := want.Clone()
	u.UUID, u.DateJoined, u.FirstName = uuid(9), after(time.Hour), "Ada"
	isNil(t, s.UpdateUser(t.Context(), u))
	want.FirstName, want.Version = "Ada", u.Version
	same(t, user(t, s, auth.UserKey{ID: want.ID}), want)
	same(t, user(t, s, auth.UserKey{UUID: want.UUID}), want)
	nobody(t, s, auth.UserKey{UUID: uuid(9)})
}

func updateStale(t *testing.T, s auth.Store) {
	stale := create(t, s, plainUser(1))
	fresh := stale.Clone()
	fresh.FirstName = "fresh"
	isNil(t, s.UpdateUser(t.Context(), fresh))
	stale.FirstName, stale.Email = "stale", "stale@example.com"
	before := stale.Clone()
	is(t, s.UpdateUser(t.Context(), stale), auth.ErrConflict)
	same(t, stale, before)
	same(t, user(t, s, auth.UserKey{ID: fresh.ID}), fresh)
	nobody(t, s, auth.UserKey{Email: "stale@example.com"})
}

func updateFuture(t *testing.T, s auth.Store) {
	want := create(t, s, plainUser(1))
	u := want.Clone()
	u.Version++
	is(t, s.UpdateUser(t.Context(), u), auth.ErrConflict)
	same(t, user(t, s, auth.UserKey{ID: want.ID}), want)
}

func updateMissing(t *testing.T, s auth.Store) {
	gone := create(t, s, plainUser(1))
	isNil(t, s.DeleteUser(t.Context(), gone.ID))
	for _, id := range []string{gone.ID, "no such id", ""} {
		u := gone.Clone()
		u.ID = id
		before := u.Clone()
		is(t, s.UpdateUser(t.Context(), u), auth.ErrNotFound)
		same(t, u, before)
	}
	nobody(t, s, auth.UserKey{Email: gone.Email})
}

func updateTaken(t *testing.T, s auth.Store) {
	holder := create(t, s, mirroredUser(1, issuerA, "r1", "a@example.com"))
	mine := create(t, s, mirroredUser(2, issuerA, "r2", "b@example.com"))
	byEmail, byRemote := mine.Clone(), mine.Clone()
	byEmail.Email, byEmail.FirstName = holder.Email, "thief"
	byRemote.RemoteID, byRemote.FirstName = holder.RemoteID, "thief"
	for _, u := range []*auth.User{byEmail, byRemote} {
		before := u.Clone()
		is(t, s.UpdateUser(t.Context(), u), auth.ErrExists)
		same(t, u, before)
		same(t, user(t, s, auth.UserKey{ID: mine.ID}), mine)
		same(t, user(t, s, auth.UserKey{Issuer: issuerA, Email: holder.Email}), holder)
	}
	mine.Issuer, mine.Email = issuerB, holder.Email
	isNil(t, s.UpdateUser(t.Context(), mine))
}

func updateOwn(t *testing.T, s auth.Store) {
	u := create(t, s, mirroredUser(1, issuerA, "r1", "a@example.com"))
	for range 3 {
		isNil(t, s.UpdateUser(t.Context(), u))
		same(t, user(t, s, auth.UserKey{ID: u.ID}), u)
	}
}

func updateFrees(t *testing.T, s auth.Store) {
	u := create(t, s, plainUser(1))
	old := u.Email
	u.Email = "new@example.com"
	isNil(t, s.UpdateUser(t.Context(), u))
	nobody(t, s, auth.UserKey{Email: old})
	next := create(t, s, &auth.User{UUID: uuid(2), Email: old})
	same(t, user(t, s, auth.UserKey{Email: old}), next)
	same(t, user(t, s, auth.UserKey{Email: "new@example.com"}), u)
}
