package storetest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

// The clock of the suite. Milliseconds are set, so that a store which drops them is caught.
var now = time.Date(2031, 2, 3, 4, 5, 6, 789e6, time.UTC)

// after returns the time d behind now.
func after(d time.Duration) time.Time { return now.Add(d) }

// uuid returns the nth UUID of the suite.
func uuid(n int) string { return fmt.Sprintf("5a17c0de-0000-4000-8000-%012d", n) }

// plainUser returns a local user with nothing but an address.
func plainUser(n int) *auth.User {
	return &auth.User{UUID: uuid(n), Email: fmt.Sprintf("user%d@example.com", n), DateJoined: now}
}

// mirroredUser returns a user of another issuer.
func mirroredUser(n int, issuer, remoteID, email string) *auth.User {
	return &auth.User{UUID: uuid(n), Issuer: issuer, RemoteID: remoteID, Email: email, DateJoined: now}
}

// fullUser returns a user of whom every field is set, to values unlike each other.
func fullUser() *auth.User {
	phone, location := "+15550100", "Zürich 🏔"
	return &auth.User{
		UUID: uuid(1), Issuer: "https://id.example.com", RemoteID: "r-7",
		Email: "Full.User@example.com", FirstName: "Ada", LastName: "O'Neil \"x\"; --",
		Phone: &phone, Location: &location,
		Active: true, Unconfirmed: true, Staff: true, Superuser: true,
		DateJoined: after(-time.Hour - time.Millisecond), LastLogin: after(-3 * time.Millisecond),
		Roles: []string{"writer", "editor", "admin"}, Permissions: []string{"b.add", "a.view"},
		Extra:        json.RawMessage(`{"b": 1,  "a": [1.0, "<é>\u0000"]}`),
		PasswordHash: "argon2id$hash", Epochs: auth.Epochs{Access: 3, Refresh: 1 << 40},
		Codes: map[string]auth.Secret{"reset": "reset-hash", "confirm": "confirm-hash"},
	}
}

// create adds u and returns it.
func create(t *testing.T, s auth.Store, u *auth.User) *auth.User {
	t.Helper()
	if err := s.CreateUser(t.Context(), u); err != nil {
		t.Fatalf("CreateUser(%s): %v", u.UUID, err)
	}
	return u
}

// owner adds the nth plain user and returns the id, to hang sessions on.
func owner(t *testing.T, s auth.Store, n int) string {
	t.Helper()
	return create(t, s, plainUser(n)).ID
}

// login returns a session that is live now, with the token "<id>-token".
func login(id, userID string) *auth.Session {
	return &auth.Session{
		ID: id, UserID: userID, TokenID: id + "-token",
		CreatedAt: now, LastSeen: now, ExpiresAt: after(time.Hour), EndsAt: after(24 * time.Hour),
	}
}

// fullSession returns the session "s1", of which every field is set, to values unlike each other.
func fullSession(userID string) *auth.Session {
	return &auth.Session{
		ID: "s1", UserID: userID, Epoch: 1<<40 + 1, Device: "phone 📱", Agent: "agent-hash", Label: "Ada's phone",
		Address:   "2001:db8::1",
		Claims:    json.RawMessage(`{"by": "ldap",  "n": [1.0, "<é>"]}`),
		CreatedAt: after(1 * time.Millisecond), LastSeen: after(2 * time.Millisecond),
		ExpiresAt: after(3 * time.Millisecond), EndsAt: after(4 * time.Millisecond),
		TokenID: "current", PreviousID: "previous", ReplacedAt: after(5 * time.Millisecond),
		EndedAt: after(6 * time.Millisecond), EndReason: "logout",
	}
}

// admit adds n without a limit, and requires that no session ends by it.
func admit(t *testing.T, s auth.Store, n *auth.Session) *auth.Session {
	t.Helper()
	ended, err := s.CreateSession(t.Context(), n, auth.Admission{At: now})
	if err != nil || len(ended) != 0 {
		t.Fatalf("CreateSession(%s) = %q, %v; want nothing ended", n.ID, ended, err)
	}
	return n
}
