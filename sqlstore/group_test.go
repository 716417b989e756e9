package sqlstore

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/mattn/go-sqlite3"
)

// testGroup is a group on a file with one table, whose writes the test lets in one by one.
type testGroup struct {
	*group
	t    *testing.T
	hold chan struct{} // closed when the first, which holds the others up, may end
	done chan error
}

// newTestGroup returns a group in which a write runs that waits for hold.
func newTestGroup(t *testing.T) *testGroup {
	t.Helper()
	db := sqlx.MustOpen("sqlite3", filepath.Join(t.TempDir(), "a.db"))
	never := func(error) bool { return false }
	g, err := openGroup(t.Context(), db, &Dialect{Duplicate: never}, retrier{never, time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(g.close(), db.Close()) })
	if _, err := g.ExecContext(t.Context(), "CREATE TABLE t (n INTEGER)"); err != nil {
		t.Fatal(err)
	}
	s := &testGroup{group: g, t: t, hold: make(chan struct{})}
	running := make(chan struct{})
	s.done = s.enter(t.Context(), func(context.Context, tx) error {
		close(running)
		<-s.hold
		return nil
	})
	<-running
	return s
}

// enter lets a write in, as the last in the queue, and returns where its outcome will be.
func (s *testGroup) enter(ctx context.Context, w work) chan error {
	before, outcome := s.length(), make(chan error, 1)
	go func() {
		defer func() {
			if recover() != nil {
				close(outcome)
			}
		}()
		outcome <- s.all(ctx, w)
	}()
	for s.length() == before {
		time.Sleep(time.Millisecond)
	}
	return outcome
}

func (s *testGroup) length() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue)
}

// add is work that adds a row.
func (s *testGroup) add(ctx context.Context, _ tx) error {
	_, err := s.ExecContext(ctx, "INSERT INTO t VALUES (1)")
	return err
}

func (s *testGroup) wantRows(want int) {
	s.t.Helper()
	var n int
	if err := s.GetContext(s.t.Context(), &n, "SELECT COUNT(*) FROM t"); err != nil || n != want {
		s.t.Errorf("%d rows, %v; want %d", n, err, want)
	}
}

// TestAPanicEndsItsTransactionOnly is about work that panics: those who wait must neither wait for
// ever nor be told that theirs is done.
func TestAPanicEndsItsTransactionOnly(t *testing.T) {
	s := newTestGroup(t)
	panics := s.enter(t.Context(), func(ctx context.Context, t tx) error {
		_ = s.add(ctx, t)
		panic("broken")
	})
	sharing := s.enter(t.Context(), s.add)
	close(s.hold)
	if err := <-s.done; err != nil {
		t.Errorf("who ran before: %v", err)
	}
	if err, ok := <-panics; ok {
		t.Errorf("the panic got lost: %v", err)
	}
	if err := <-sharing; !errors.Is(err, errBroken) {
		t.Errorf("who shared the transaction: %v", err)
	}
	if err := s.all(t.Context(), s.add); err != nil {
		t.Errorf("who came later: %v", err)
	}
	s.wantRows(1)
}

// TestWhoIsInsideWaitsForTheOutcome is about a context that ends after the write and before the commit.
func TestWhoIsInsideWaitsForTheOutcome(t *testing.T) {
	s := newTestGroup(t)
	ctx, cancel := context.WithCancel(t.Context())
	leader := s.enter(t.Context(), s.add)
	impatient := s.enter(ctx, s.add)
	last := s.enter(t.Context(), func(context.Context, tx) error {
		cancel()
		time.Sleep(10 * time.Millisecond) // for the impatient one to leave, if it could
		return nil
	})
	close(s.hold)
	for name, outcome := range map[string]chan error{"leader": leader, "impatient": impatient, "last": last} {
		if err := <-outcome; err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.wantRows(2)
}
