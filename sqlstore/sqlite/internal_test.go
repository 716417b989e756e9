package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/authplug/authplug/sqlstore"
)

// pools opens the two pools of a new file.
func pools(t *testing.T, name string) (writer, reader *sqlx.DB) {
	t.Helper()
	f, err := parse(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []struct {
		to   **sqlx.DB
		from connector
		size int
	}{{&writer, f.writer(), 1}, {&reader, f.reader(), f.readers}} {
		if *p.to, err = connect(t.Context(), p.from, p.size); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = (*p.to).Close() })
	}
	return writer, reader
}

func TestPragmas(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name string
		want map[string]string // of the writer and of the readers
	}{
		{
			filepath.Join(dir, "a.db"), map[string]string{
				"journal_mode": "wal wal", "wal_autocheckpoint": "4000 1000", "page_size": "1024 1024", "synchronous": "2 1", "busy_timeout": "0 5000",
				"foreign_keys": "1 1", "query_only": "0 1",
			},
		},
		{
			"file:" + filepath.Join(dir, "b.db") + "?synchronous=normal&busy_timeout=250ms", map[string]string{
				"journal_mode": "wal wal", "synchronous": "1 1", "busy_timeout": "0 250",
			},
		},
	} {
		writer, reader := pools(t, c.name)
		for pragma, want := range c.want {
			var w, r string
			err := errors.Join(writer.Get(&w, "PRAGMA "+pragma), reader.Get(&r, "PRAGMA "+pragma))
			if got := w + " " + r; err != nil || got != want {
				t.Errorf("%s: %s is %s, %v; want %s", c.name, pragma, got, err, want)
			}
		}
	}
}

func TestReadersCannotWrite(t *testing.T) {
	writer, reader := pools(t, filepath.Join(t.TempDir(), "a.db"))
	writer.MustExec("CREATE TABLE t (n INTEGER)")
	if _, err := reader.Exec("INSERT INTO t VALUES (1)"); err == nil {
		t.Error("a reader wrote")
	}
}

func TestThePoolsHaveTheirSizes(t *testing.T) {
	writer, reader := pools(t, "file:"+filepath.Join(t.TempDir(), "a.db")+"?readers=3")
	if w, r := writer.Stats().MaxOpenConnections, reader.Stats().MaxOpenConnections; w != 1 || r != 3 {
		t.Errorf("%d writers and %d readers, want 1 and 3", w, r)
	}
}

func TestAWriterThatWaitsGivesUpWithItsContext(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.db")
	writer, reader := pools(t, name)
	s, err := sqlstore.New(t.Context(), sqlstore.Config{Writer: writer, Reader: reader, Dialect: dialect})
	if err != nil {
		t.Fatal(err)
	}
	other, _ := pools(t, name)
	tx := other.MustBegin()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := s.RevokeToken(ctx, "t", time.Now()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("RevokeToken = %v, want the error of the context", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if revoked, err := s.TokenRevoked(t.Context(), "t"); err != nil || revoked {
		t.Errorf("TokenRevoked = %v, %v; want false", revoked, err)
	}
}

func TestATransactionTakesTheWriteLockAtOnce(t *testing.T) {
	name := "file:" + filepath.Join(t.TempDir(), "a.db") + "?busy_timeout=1ms"
	writer, reader := pools(t, name)
	other, _ := pools(t, name)
	tx := writer.MustBegin()
	if _, err := other.Beginx(); err == nil || !strings.Contains(err.Error(), "locked") {
		t.Errorf("a second transaction began: %v", err)
	}
	var n int
	if err := reader.Get(&n, "SELECT COUNT(*) FROM sqlite_schema"); err != nil {
		t.Errorf("a reader waits for the writer: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
}
