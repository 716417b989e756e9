package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/sqlstore"
)

// grouped returns a store on the counting driver, and another connection that can lock the file.
func grouped(t *testing.T) (s *sqlstore.Store, other *sqlx.DB) {
	t.Helper()
	f, err := parse(filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err = sqlstore.New(t.Context(), sqlstore.Config{
		Writer: sqlx.MustOpen("counting writer", f.writerDSN()), Reader: sqlx.MustOpen("counting", f.readerDSN()), Dialect: dialect,
	})
	if err != nil {
		t.Fatal(err)
	}
	other = sqlx.NewDb(sql.OpenDB(f.writer()), dialect.Name)
	t.Cleanup(func() { _ = errors.Join(other.Close(), s.Close()) })
	return s, other
}

// whileLocked runs writers that all wait, since the file is locked, and returns their errors.
func whileLocked(t *testing.T, other *sqlx.DB, n int, write func(i int) error) []error {
	t.Helper()
	lock := other.MustBegin()
	errs := make([]error, n)
	var started atomic.Int64
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			started.Add(1)
			errs[i] = write(i)
		})
	}
	for started.Load() < int64(n) {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond) // what they do between being counted and waiting
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	return errs
}

func TestWritesThatComeTogetherShareATransaction(t *testing.T) {
	s, other := grouped(t)
	commits.Store(0)
	errs := whileLocked(t, other, 100, func(i int) error {
		return s.RevokeToken(t.Context(), fmt.Sprint(i), time.Now())
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if n := commits.Load(); n < 2 || n > 6 {
		t.Errorf("100 writes took %d commits, want some for 64 each", n)
	}
	for i := range 100 {
		if revoked, err := s.TokenRevoked(t.Context(), fmt.Sprint(i)); err != nil || !revoked {
			t.Fatalf("token %d: %v, %v", i, revoked, err)
		}
	}
}

func TestAWriteThatFailsTakesNoOtherWithIt(t *testing.T) {
	s, other := grouped(t)
	taken := &auth.User{UUID: "taken", Email: "ada@example.com"}
	if err := s.CreateUser(t.Context(), taken); err != nil {
		t.Fatal(err)
	}
	end := time.Now().Add(time.Hour)
	limited := func(i int) error {
		e := &auth.Session{ID: fmt.Sprint(i), UserID: "1", ExpiresAt: end, EndsAt: end}
		_, err := s.CreateSession(t.Context(), e, auth.Admission{Limit: 1, At: time.Now()})
		return err
	}
	if err := limited(-1); err != nil {
		t.Fatal(err)
	}
	errs := whileLocked(t, other, 60, func(i int) error {
		switch i % 4 {
		case 0: // a statement that fails
			return s.RevokeToken(t.Context(), "twice", time.Now())
		case 1: // several that fail at the first
			return s.CreateUser(t.Context(), &auth.User{UUID: fmt.Sprint(i), Email: "ada@example.com"})
		case 2: // several that fail after the first
			return limited(i)
		}
		return s.RevokeToken(t.Context(), fmt.Sprint(i), time.Now())
	})
	won := 0
	for i, err := range errs {
		want := []error{auth.ErrExists, auth.ErrExists, auth.ErrLimit, nil}[i%4]
		if i%4 == 0 && err == nil {
			won++
			continue
		}
		if !errors.Is(err, want) {
			t.Errorf("write %d: %v, want %v", i, err, want)
		}
	}
	if won != 1 {
		t.Errorf("%d revoked one token", won)
	}
	var locks int
	if err := other.Get(&locks, "SELECT n FROM auth_locks WHERE user_id = '1'"); err != nil || locks != 1 {
		t.Errorf("the refused logins left %d in the lock, %v; want 1 of the first", locks, err)
	}
}

func TestOneOfAGroupGivesUp(t *testing.T) {
	s, other := grouped(t)
	ctx, cancel := context.WithCancel(t.Context())
	errs := whileLocked(t, other, 20, func(i int) error {
		if i%2 == 0 {
			return s.RevokeToken(t.Context(), fmt.Sprint(i), time.Now())
		}
		time.AfterFunc(5*time.Millisecond, cancel)
		return s.RevokeToken(ctx, fmt.Sprint(i), time.Now())
	})
	for i, err := range errs {
		revoked, readErr := s.TokenRevoked(t.Context(), fmt.Sprint(i))
		if readErr != nil || revoked != (i%2 == 0) || errors.Is(err, context.Canceled) == revoked {
			t.Errorf("write %d: %v, revoked %v, %v", i, err, revoked, readErr)
		}
	}
}

func TestWhereACommitFailsNobodyIsToldThatItDidNot(t *testing.T) {
	s, other := grouped(t)
	full := errors.New("the disk is full")
	commitFails.Store(&full)
	defer commitFails.Store(nil)
	errs := whileLocked(t, other, 20, func(i int) error {
		return s.CreateUser(t.Context(), &auth.User{UUID: fmt.Sprint(i)})
	})
	for i, err := range errs {
		if !errors.Is(err, full) {
			t.Errorf("write %d: %v", i, err)
		}
	}
	commitFails.Store(nil)
	if users, err := s.Users(t.Context(), "", 100); err != nil || len(users) != 0 {
		t.Errorf("%d users are there, %v", len(users), err)
	}
	if err := s.CreateUser(t.Context(), &auth.User{UUID: "later"}); err != nil {
		t.Error(err)
	}
}
