package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/sqlstore"
)

// These count the statements that were run, the transactions that were begun, and the commits.
var ran, begun, commits atomic.Int64

// commitFails, if set, is what comes of a commit.
var commitFails atomic.Pointer[error]

type (
	countingDriver struct{ sqlite3.SQLiteDriver }
	countingConn   struct{ conn }
	countingStmt   struct {
		stmt
		query string
	}

	conn interface {
		driver.Conn
		driver.ConnPrepareContext
		driver.ConnBeginTx
	}
	stmt interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
)

func (d *countingDriver) Open(name string) (driver.Conn, error) {
	opened, err := d.SQLiteDriver.Open(name)
	if err != nil {
		return nil, err
	}
	c, ok := opened.(conn)
	if !ok {
		return nil, driver.ErrSkip
	}
	return countingConn{c}, nil
}

func (c countingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	prepared, err := c.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s, ok := prepared.(stmt)
	if !ok {
		return nil, driver.ErrSkip
	}
	return countingStmt{s, query}, nil
}

func (c countingConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	begun.Add(1)
	return c.conn.BeginTx(ctx, o)
}

func (s countingStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	ran.Add(1)
	switch s.query {
	case "BEGIN IMMEDIATE":
		begun.Add(1)
	case "COMMIT":
		if err := s.commit(); err != nil {
			return nil, err
		}
	}
	return s.stmt.ExecContext(ctx, args)
}

func (s countingStmt) commit() error {
	commits.Add(1)
	if fail := commitFails.Load(); fail != nil {
		return *fail
	}
	return nil
}

func (s countingStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	ran.Add(1)
	return s.stmt.QueryContext(ctx, args)
}

func init() {
	sql.Register("counting", &countingDriver{})
	sql.Register("counting writer", &countingDriver{sqlite3.SQLiteDriver{ConnectHook: prepareWriter}})
}

func TestWhatRunsOftenIsOneStatement(t *testing.T) {
	f, err := parse(filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlstore.New(t.Context(), sqlstore.Config{
		Writer: sqlx.MustOpen("counting writer", f.writerDSN()), Reader: sqlx.MustOpen("counting", f.readerDSN()), Dialect: dialect,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })

	ctx, now := t.Context(), time.Now()
	end := now.Add(time.Hour)
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"a login", func() error {
			e := &auth.Session{ID: "s", UserID: "1", TokenID: "a", ExpiresAt: end, EndsAt: end}
			_, err := s.CreateSession(ctx, e, auth.Admission{At: now})
			return err
		}},
		{"a rotation", func() error {
			return s.RotateSession(ctx, "s", "a", auth.Rotation{TokenID: "b", At: now, ExpiresAt: end})
		}},
		{"a refresh without rotation", func() error {
			return s.RotateSession(ctx, "s", "b", auth.Rotation{TokenID: "b", At: now, ExpiresAt: end})
		}},
		{"a read of a session", func() error { _, err := s.Session(ctx, "s"); return err }},
		{"a logout", func() error {
			_, err := s.EndSessions(ctx, auth.Ending{UserID: "1", ID: "s", At: now})
			return err
		}},
		{"a revocation", func() error { return s.RevokeToken(ctx, "t", end) }},
		{"a look-up of a token", func() error { _, err := s.TokenRevoked(ctx, "t"); return err }},
	} {
		ran.Store(0)
		begun.Store(0)
		if err := step.do(); err != nil {
			t.Errorf("%s: %v", step.name, err)
		}
		if ran.Load() != 1 || begun.Load() != 0 {
			t.Errorf("%s ran %d statements in %d transactions, want 1 in none", step.name, ran.Load(), begun.Load())
		}
	}
}
