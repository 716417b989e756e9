package storetest

import (
	"testing"

	auth "github.com/authplug/authplug/core"
)

const (
	issuerA = "https://a.example.com"
	issuerB = "https://b.example.com"
)

func unique() []claim {
	return []claim{
		{"an e-mail exists once in an issuer", uniqueEmail},
		{"a remote id exists once in an issuer", uniqueRemote},
		{"a UUID exists once anywhere", uniqueUUID},
		{"issuers do not share e-mails or remote ids", uniqueAcrossIssuers},
		{"e-mails are compared byte for byte", uniqueBytes},
		{"empty e-mails and remote ids are no duplicates", uniqueEmpty},
		{"a refused user leaves no trace", uniqueRefused},
	}
}

// refused fails the test unless u is refused as a duplicate and stays as it was.
func refused(t *testing.T, s auth.Store, u *auth.User) {
	t.Helper()
	want := u.Clone()
	is(t, s.CreateUser(t.Context(), u), auth.ErrExists)
	same(t, u, want)
}

func uniqueEmail(t *testing.T, s auth.Store) {
	first := create(t, s, plainUser(1))
	create(t, s, mirroredUser(2, issuerA, "r2", "a@example.com"))
	refused(t, s, &auth.User{UUID: uuid(3), Email: first.Email})
	refused(t, s, mirroredUser(4, issuerA, "r4", "a@example.com"))
	nobody(t, s, auth.UserKey{UUID: uuid(3)})
	nobody(t, s, auth.UserKey{Issuer: issuerA, RemoteID: "r4"})
}

func uniqueRemote(t *testing.T, s auth.Store) {
	create(t, s, mirroredUser(1, issuerA, "r", "a@example.com"))
	refused(t, s, mirroredUser(2, issuerA, "r", "b@example.com"))
	refused(t, s, mirroredUser(3, issuerA, "r", ""))
	nobody(t, s, auth.UserKey{Issuer: issuerA, Email: "b@example.com"})
}

func uniqueUUID(t *testing.T, s auth.Store) {
	create(t, s, mirroredUser(1, issuerA, "r", "a@example.com"))
	refused(t, s, &auth.User{UUID: uuid(1), Email: "b@example.com"})
	nobody(t, s, auth.UserKey{Email: "b@example.com"})
}

func uniqueAcrossIssuers(t *testing.T, s auth.Store) {
	local := create(t, s, &auth.User{UUID: uuid(1), Email: "a@example.com"})
	a := create(t, s, mirroredUser(2, issuerA, "r", "a@example.com"))
	b := create(t, s, mirroredUser(3, issuerB, "r", "a@example.com"))
	same(t, user(t, s, auth.UserKey{Email: "a@example.com"}), local)
	same(t, user(t, s, auth.UserKey{Issuer: issuerA, Email: "a@example.com"}), a)
	same(t, user(t, s, auth.UserKey{Issuer: issuerA, RemoteID: "r"}), a)
	same(t, user(t, s, auth.UserKey{Issuer: issuerB, Email: "a@example.com"}), b)
	same(t, user(t, s, auth.UserKey{Issuer: issuerB, RemoteID: "r"}), b)
	nobody(t, s, auth.UserKey{RemoteID: "r"})
}

func uniqueBytes(t *testing.T, s auth.Store) {
	emails := []string{
		"a@x", "A@x", "a@X", "a@x ", " a@x", "á@x", "a\u0301@x", "ｱ@x", "ss@x", "ß@x", "i@x", "ı@x", "İ@x",
	}
	for i, email := range emails {
		create(t, s, &auth.User{UUID: uuid(i), Email: email})
	}
	for i, email := range emails {
		if got := user(t, s, auth.UserKey{Email: email}).UUID; got != uuid(i) {
			t.Errorf("%q found %s, want %s", email, got, uuid(i))
		}
	}
}

func uniqueEmpty(t *testing.T, s auth.Store) {
	for n := range 3 {
		create(t, s, &auth.User{UUID: uuid(n)})
		create(t, s, mirroredUser(10+n, issuerA, "", ""))
	}
}

func uniqueRefused(t *testing.T, s auth.Store) {
	first := create(t, s, mirroredUser(1, issuerA, "r", "a@example.com"))
	refused(t, s, mirroredUser(2, issuerA, "r2", "a@example.com"))
	second := create(t, s, mirroredUser(2, issuerA, "r2", "b@example.com"))
	same(t, user(t, s, auth.UserKey{ID: first.ID}), first)
	same(t, user(t, s, auth.UserKey{Issuer: issuerA, RemoteID: "r2"}), second)
}
