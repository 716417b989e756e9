package sqlite_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest"
	"github.com/authplug/authplug/sqlstore"
	"github.com/authplug/authplug/sqlstore/sqlite"
)

func TestStoreKeepsTheContract(t *testing.T) {
	storetest.RunLimiter(t, func(t *testing.T) auth.Limiter { return open(t, newPath(t)) })
	storetest.Run(t, func(t *testing.T) auth.Store { return open(t, newPath(t)) })
}

func TestStoreKeepsTheContractOfUsers(t *testing.T) {
	storetest.RunUsers(t, func(t *testing.T) auth.UserStore {
		return struct{ auth.UserStore }{open(t, newPath(t))}
	})
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "auth.db") }

// open opens a store that is closed with the test.
func open(t testing.TB, name string) *sqlstore.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// raw opens the file without the store.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// login adds a session that lives for an hour from now on.
func login(t testing.TB, s auth.Store, id string, now time.Time) {
	t.Helper()
	end := now.Add(time.Hour)
	e := &auth.Session{ID: id, UserID: "1", TokenID: "0", CreatedAt: now, ExpiresAt: end, EndsAt: end}
	if _, err := s.CreateSession(t.Context(), e, auth.Admission{At: now}); err != nil {
		t.Fatal(err)
	}
}

func TestOneOfTwoStoresOnOneFileWinsARotation(t *testing.T) {
	path, now := newPath(t), time.Now()
	stores := []*sqlstore.Store{open(t, path), open(t, path)}
	login(t, stores[0], "s", now)
	for round := range 10 {
		from := fmt.Sprint(round)
		var won sync.Map
		var wg sync.WaitGroup
		for i := range 32 {
			wg.Go(func() {
				r := auth.Rotation{TokenID: fmt.Sprint(round + 1), At: now, ExpiresAt: now.Add(time.Hour)}
				err := stores[i%2].RotateSession(t.Context(), "s", from, r)
				if err == nil {
					won.Store(i, true)
				} else if !errors.Is(err, auth.ErrConflict) {
					t.Errorf("caller %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		winners := 0
		won.Range(func(any, any) bool { winners++; return true })
		if winners != 1 {
			t.Fatalf("round %d: %d winners", round, winners)
		}
	}
}

func TestTwoStoresOnOneFileKeepTheSessionLimit(t *testing.T) {
	path, now := newPath(t), time.Now()
	stores := []*sqlstore.Store{open(t, path), open(t, path)}
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			end := now.Add(time.Hour)
			e := &auth.Session{ID: fmt.Sprint(i), UserID: "1", Device: fmt.Sprint(i % 3), ExpiresAt: end, EndsAt: end}
			a := auth.Admission{Limit: 2, Evict: auth.EvictOldest, At: now}
			if _, err := stores[i%2].CreateSession(t.Context(), e, a); err != nil {
				t.Errorf("caller %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	live, err := stores[0].LiveSessions(t.Context(), "1", now)
	if err != nil || len(live) != 2 {
		t.Errorf("%d sessions are live, %v; want 2", len(live), err)
	}
}

func TestADeletedUserLeavesNoLock(t *testing.T) {
	path, now := newPath(t), time.Now()
	s := open(t, path)
	u := &auth.User{UUID: "5a17c0de-0000-4000-8000-000000000001"}
	if err := s.CreateUser(t.Context(), u); err != nil {
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
	if err := raw(t, path).QueryRow("SELECT COUNT(*) FROM auth_locks").Scan(&locks); err != nil || locks != 0 {
		t.Errorf("%d locks are left, %v", locks, err)
	}
}

func TestWhatOneStoreWritesTheOtherReadsAtOnce(t *testing.T) {
	path := newPath(t)
	a, b := open(t, path), open(t, path)
	for i := range 20 {
		id := fmt.Sprint(i)
		if err := a.RevokeToken(t.Context(), id, time.Now()); err != nil {
			t.Fatal(err)
		}
		if revoked, err := b.TokenRevoked(t.Context(), id); err != nil || !revoked {
			t.Fatalf("TokenRevoked(%s) = %v, %v", id, revoked, err)
		}
	}
}

func TestAClosedStoreFails(t *testing.T) {
	s, err := sqlite.Open(t.Context(), newPath(t))
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

func TestARowThatCannotBeReadIsNoMissingRow(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	u := &auth.User{UUID: "5a17c0de-0000-4000-8000-000000000001"}
	if err := s.CreateUser(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	if _, err := raw(t, path).Exec("UPDATE auth_users SET roles = 'none'"); err != nil {
		t.Fatal(err)
	}
	_, err := s.User(t.Context(), auth.UserKey{ID: u.ID})
	const prefix = "sqlstore: user: column roles"
	if err == nil || errors.Is(err, auth.ErrNotFound) || !strings.HasPrefix(err.Error(), prefix) {
		t.Errorf("User = %v, want an error that names the column", err)
	}
}
