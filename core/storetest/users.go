package storetest

import (
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

func users() []claim {
	return []claim{
		{"every field comes back by every key", userRoundTrip},
		{"what was never given stays so", userBare},
		{"an empty phone is not a missing one", userEmptyPointers},
		{"texts come back byte for byte", userTexts},
		{"the longest values fit", userLongest},
		{"times are UTC to the millisecond", userTimes},
		{"an empty key names nobody", userEmptyKey},
		{"only the first field of a key counts", userKeyOrder},
		{"keys match byte for byte", userKeyBytes},
		{"what is returned or passed is a copy", userCopies},
		{"a deleted user is gone, twice is no error", userDelete},
		{"ids are never used again", userIDs},
	}
}

func userRoundTrip(t *testing.T, s auth.Store) {
	want := create(t, s, fullUser())
	complete(t, want)
	create(t, s, plainUser(2))
	keys := []auth.UserKey{
		{ID: want.ID},
		{UUID: want.UUID},
		{Issuer: want.Issuer, Email: want.Email},
		{Issuer: want.Issuer, RemoteID: want.RemoteID},
	}
	for _, key := range keys {
		same(t, user(t, s, key), want)
	}
}

func userBare(t *testing.T, s auth.Store) {
	want := create(t, s, &auth.User{UUID: uuid(1)})
	got := user(t, s, auth.UserKey{ID: want.ID})
	same(t, got, want)
	if got.Extra != nil {
		t.Errorf("Extra is %q, want nil", got.Extra)
	}
}

func userEmptyPointers(t *testing.T, s auth.Store) {
	want := plainUser(1)
	want.Phone, want.Location = new(string), new(string)
	create(t, s, want)
	same(t, user(t, s, auth.UserKey{ID: want.ID}), want)
}

func userTexts(t *testing.T, s auth.Store) {
	for i, text := range hostile {
		u := mirroredUser(i, text, text, text)
		u.FirstName, u.LastName = text, text
		u.Phone, u.Location = &text, &text
		u.Roles, u.Permissions = []string{text, "", text}, []string{text}
		u.PasswordHash = auth.Secret(text)
		u.Codes = map[string]auth.Secret{text: auth.Secret(text)}
		create(t, s, u)
	}
	for i, text := range hostile {
		got := user(t, s, auth.UserKey{Issuer: text, Email: text})
		if got.UUID != uuid(i) {
			t.Fatalf("the e-mail %q found %s, want %s", text, got.UUID, uuid(i))
		}
		want := mirroredUser(i, text, text, text)
		want.ID, want.Version, want.FirstName, want.LastName = got.ID, got.Version, text, text
		want.Phone, want.Location = &text, &text
		want.Roles, want.Permissions = []string{text, "", text}, []string{text}
		want.PasswordHash = auth.Secret(text)
		want.Codes = map[string]auth.Secret{text: auth.Secret(text)}
		same(t, got, want)
		same(t, user(t, s, auth.UserKey{Issuer: text, RemoteID: text}), want)
	}
}

func userLongest(t *testing.T, s auth.Store) {
	wide := func(n int) string { return strings.Repeat("🦉", n) }
	want := mirroredUser(1, "https://"+strings.Repeat("i", 192), strings.Repeat("r", 255), wide(auth.MaxEmail))
	want.FirstName, want.LastName = wide(auth.MaxName), wide(auth.MaxName)
	phone, location := wide(auth.MaxPhone), wide(10_000)
	want.Phone, want.Location = &phone, &location
	want.PasswordHash = auth.Secret(strings.Repeat("h", 1000))
	for range 200 {
		want.Roles = append(want.Roles, wide(50))
	}
	create(t, s, want)
	same(t, user(t, s, auth.UserKey{Issuer: want.Issuer, Email: want.Email}), want)

	// An address cut short before it is compared would be taken.
	create(t, s, mirroredUser(2, want.Issuer, "", wide(auth.MaxEmail-1)+"🦊"))
}

func userTimes(t *testing.T, s auth.Store) {
	east := time.FixedZone("east", 5*60*60+30*60)
	for i, at := range []time.Time{
		now, now.In(east), now.Add(999 * time.Microsecond),
		time.Date(1969, 12, 31, 23, 59, 59, 1e6, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC),
	} {
		u := plainUser(i)
		u.DateJoined, u.LastLogin = at, at
		create(t, s, u)
		got := user(t, s, auth.UserKey{ID: u.ID})
		for name, g := range map[string]time.Time{"DateJoined": got.DateJoined, "LastLogin": got.LastLogin} {
			if g.UnixMilli() != at.UnixMilli() || g.Location() != time.UTC {
				t.Errorf("%s: %#v came back as %#v: times must come back in time.UTC, exact to the millisecond", name, at, g)
			}
		}
	}
}

func userEmptyKey(t *testing.T, s auth.Store) {
	create(t, s, &auth.User{UUID: uuid(1)})
	create(t, s, mirroredUser(2, "https://id.example.com", "", ""))
	nobody(t, s, auth.UserKey{})
	nobody(t, s, auth.UserKey{Issuer: "https://id.example.com"})
}

func userKeyOrder(t *testing.T, s auth.Store) {
	a := create(t, s, mirroredUser(1, "", "r1", "a@example.com"))
	b := create(t, s, mirroredUser(2, "", "r2", "b@example.com"))
	for _, key := range []auth.UserKey{
		{ID: a.ID, UUID: b.UUID, Issuer: "https://other.example.com", Email: b.Email, RemoteID: b.RemoteID},
		{UUID: a.UUID, Issuer: "https://other.example.com", Email: b.Email, RemoteID: b.RemoteID},
		{Email: a.Email, RemoteID: b.RemoteID},
	} {
		same(t, user(t, s, key), a)
	}
	nobody(t, s, auth.UserKey{ID: a.ID + "0", UUID: a.UUID, Email: a.Email})
	nobody(t, s, auth.UserKey{Email: "missing@example.com", RemoteID: "r1"})
}

func userKeyBytes(t *testing.T, s auth.Store) {
	u := create(t, s, mirroredUser(1, "https://id.example.com", "Remote", "a@example.com"))
	for _, id := range []string{
		"0" + u.ID, "+" + u.ID, "-" + u.ID, " " + u.ID, u.ID + " ", u.ID + ".0", "x", "%", strings.Repeat("9", 40),
	} {
		nobody(t, s, auth.UserKey{ID: id})
	}
	for _, email := range []string{
		"A@example.com", "a@example.com ", "%@example.com", "_@example.com", "á@example.com",
	} {
		nobody(t, s, auth.UserKey{Issuer: u.Issuer, Email: email})
	}
	for _, remote := range []string{"remote", "Remote ", "%", "0"} {
		nobody(t, s, auth.UserKey{Issuer: u.Issuer, RemoteID: remote})
	}
	for _, issuer := range []string{"", "HTTPS://id.example.com", "https://id.example.com/"} {
		nobody(t, s, auth.UserKey{Issuer: issuer, Email: u.Email})
		nobody(t, s, auth.UserKey{Issuer: issuer, RemoteID: u.RemoteID})
	}
}

func userCopies(t *testing.T, s auth.Store) {
	u := create(t, s, fullUser())
	want, key := u.Clone(), auth.UserKey{ID: u.ID}
	scribble(u)
	same(t, user(t, s, key), want)
	scribble(user(t, s, key))
	got := user(t, s, key)
	same(t, got, want)
	isNil(t, s.UpdateUser(t.Context(), got))
	want.Version = got.Version
	scribble(got)
	same(t, user(t, s, key), want)
}

// scribble changes everything that u holds, in place.
func scribble(u *auth.User) {
	u.Email, u.Active = "scribble@example.com", !u.Active
	*u.Phone, *u.Location = "scribble", "scribble"
	u.Roles[0], u.Permissions[0], u.Extra[1] = "scribble", "scribble", '!'
	u.Codes["reset"], u.Codes["scribble"] = "scribble", "scribble"
}

func userDelete(t *testing.T, s auth.Store) {
	gone := create(t, s, mirroredUser(1, "https://id.example.com", "r", "a@example.com"))
	stays := create(t, s, plainUser(2))
	for _, id := range []string{gone.ID, gone.ID, "no such id", ""} {
		isNil(t, s.DeleteUser(t.Context(), id))
	}
	nobody(t, s, auth.UserKey{ID: gone.ID})
	nobody(t, s, auth.UserKey{UUID: gone.UUID})
	nobody(t, s, auth.UserKey{Issuer: gone.Issuer, Email: gone.Email})
	nobody(t, s, auth.UserKey{Issuer: gone.Issuer, RemoteID: gone.RemoteID})
	same(t, user(t, s, auth.UserKey{ID: stays.ID}), stays)
	create(t, s, mirroredUser(1, gone.Issuer, gone.RemoteID, gone.Email))
}

func userIDs(t *testing.T, s auth.Store) {
	seen := map[string]bool{}
	for n := range 5 {
		u := create(t, s, plainUser(n))
		if u.ID == "" || seen[u.ID] {
			t.Fatalf("the id %q is empty or used again", u.ID)
		}
		seen[u.ID] = true
		isNil(t, s.DeleteUser(t.Context(), u.ID))
	}
}
