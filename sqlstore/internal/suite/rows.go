package suite

import (
	"errors"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

// Rows is about what lies in the tables.
func (d Database) Rows(t *testing.T) {
	t.Run("a deleted user leaves no lock", d.aDeletedUserLeavesNoLock)
	t.Run("one that cannot be read is not missing", d.anUnreadableRow)
	t.Run("attempts that count no more are removed", d.attemptsAreRemoved)
	t.Run("the database itself refuses duplicates", d.refusesDuplicates)
	t.Run("a closed store fails", d.aClosedStoreFails)
	t.Run("a refresh that changes nothing is none that lost", d.aRefreshThatChangesNothing)
}

var someone = auth.User{UUID: "5a17c0de-0000-4000-8000-000000000001"}

func (d Database) aDeletedUserLeavesNoLock(t *testing.T) {
	name, now := d.New(t), time.Now()
	s, u := d.Store(t, name), someone
	if err := s.CreateUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	end := now.Add(time.Hour)
	e := &auth.Session{ID: "s", UserID: u.ID, ExpiresAt: end, EndsAt: end}
	if _, err := s.CreateSession(t.Context(), e, auth.Admission{Limit: 1, At: now}); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteUser(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	ended, err := s.EndSessions(t.Context(), auth.Ending{UserID: u.ID, At: now})
	if err != nil || len(ended) != 1 {
		t.Errorf("EndSessions = %q, %v", ended, err)
	}
	var locks int
	row := d.Raw(t, name).QueryRowContext(t.Context(), "SELECT COUNT(*) FROM auth_locks")
	if err := row.Scan(&locks); err != nil || locks != 0 {
		t.Errorf("%d locks are left, %v", locks, err)
	}
}

func (d Database) anUnreadableRow(t *testing.T) {
	name := d.New(t)
	s, u := d.Store(t, name), someone
	if err := s.CreateUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Raw(t, name).ExecContext(t.Context(), "UPDATE auth_users SET roles = 'none'"); err != nil {
		t.Fatal(err)
	}
	_, err := s.User(t.Context(), auth.UserKey{ID: u.ID})
	const prefix = "sqlstore: user: column roles"
	if err == nil || errors.Is(err, auth.ErrNotFound) || !strings.HasPrefix(err.Error(), prefix) {
		t.Errorf("User = %v, want an error that names the column", err)
	}
}

func (d Database) attemptsAreRemoved(t *testing.T) {
	name := d.New(t)
	store, now := d.Store(t, name), time.Unix(1_700_000_000, 0)
	rate := auth.Rate{Limit: 3, Per: time.Minute}
	for _, key := range []string{"a", "b"} {
		if _, err := store.Hit(t.Context(), key, rate, now); err != nil {
			t.Fatal(err)
		}
		now = now.Add(30 * time.Second)
	}
	// They are no sessions and no blacklist entries: the number says nothing of them.
	if n, err := store.DeleteExpired(t.Context(), now.Add(time.Second), 10); err != nil || n != 0 {
		t.Errorf("DeleteExpired() = %d, %v", n, err)
	}
	var left string
	row := d.Raw(t, name).QueryRowContext(t.Context(), "SELECT id FROM auth_hits")
	if err := row.Scan(&left); err != nil || left != "b" {
		t.Errorf("%q is left, %v", left, err)
	}
}

func (d Database) aClosedStoreFails(t *testing.T) {
	s, err := d.Open(t.Context(), d.New(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, readErr := s.User(t.Context(), auth.UserKey{ID: "1"})
	writeErr := s.RevokeToken(t.Context(), "t", time.Now())
	for _, err := range []error{readErr, writeErr, s.Ping(t.Context())} {
		if err == nil || errors.Is(err, auth.ErrNotFound) {
			t.Errorf("a closed store answers %v", err)
		}
	}
}

// aRefreshThatChangesNothing is what MySQL may count as no row.
func (d Database) aRefreshThatChangesNothing(t *testing.T) {
	s, now := d.Store(t, d.New(t)), time.Now()
	Login(t, s, "s", now)
	r := auth.Rotation{TokenID: "0", At: now, ExpiresAt: now.Add(time.Hour)}
	for range 2 {
		if err := s.RotateSession(t.Context(), "s", "0", r); err != nil {
			t.Error(err)
		}
	}
	if err := s.RotateSession(t.Context(), "s", "1", auth.Rotation{TokenID: "1", At: now}); !errors.Is(err, auth.ErrConflict) {
		t.Errorf("with a token that is not the session's: %v", err)
	}
	if _, err := s.EndSessions(t.Context(), auth.Ending{ID: "s", At: now}); err != nil {
		t.Fatal(err)
	}
	if err := s.RotateSession(t.Context(), "s", "0", r); !errors.Is(err, auth.ErrConflict) {
		t.Errorf("after the end: %v", err)
	}
}
