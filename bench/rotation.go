package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/mattn/go-sqlite3"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/sqlstore"
	"github.com/authplug/authplug/sqlstore/sqlite"
)

// rotateSQL is what a rotation must write at least: the store's own statement.
const rotateSQL = "UPDATE auth_sessions SET last_seen = ?, address = ?, expires_at = ?, token_id = ?, " +
	"previous_id = ?, replaced_at = ? WHERE id = ? AND token_id = ? AND ended_at = 0 AND past_at > ?"

// rotating is goal 8: rotations one after the other on SQLite.
func rotating(e effort) (rows []row, err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for _, synchronous := range []string{"full", "normal"} {
		costs, err := e.rotations(filepath.Join(dir, synchronous), synchronous)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{
			8, "rotate a session, SQLite synchronous " + synchronous + ", one goroutine, against the bare statement on the driver",
			[]figure{{format: "%.2f× raw", ours: costs[0].nanos / costs[1].nanos, peer: none, goal: 0.9}},
		})
	}
	return rows, nil
}

// rotations compares the raw driver with the store, each on a file of its own.
func (e effort) rotations(dir, synchronous string) (costs []cost, err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	ours, raw := filepath.Join(dir, "ours.db"), filepath.Join(dir, "raw.db")
	store, err := openWithSession(ours, synchronous)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	settled := 64 * e.rounds
	e.rounds, e.slice = 4*e.rounds, e.slice/4 // the disk's moods are short
	err = withRawRotation(raw, synchronous, func(stmt driver.Stmt) error {
		both := []contestant{rotateRaw(stmt), rotateStore(store, benchSession)}
		if err := settle(both, settled); err != nil {
			return err
		}
		costs, err = e.compareBy(wallTime, both...)
		return err
	})
	return costs, err
}

// settle lets the contestants do something n times before they are measured: a write-ahead log that still
// grows, once in the life of a process, makes each write slower.
func settle(all []contestant, n int) error {
	for _, c := range all {
		for range n {
			if err := c(); err != nil {
				return err
			}
		}
	}
	return nil
}

// withRawRotation makes a database with a session and runs f with the statement that rotates it, on
// the bare driver.
func withRawRotation(path, synchronous string, f func(driver.Stmt) error) (err error) {
	store, err := openWithSession(path, synchronous)
	if err != nil {
		return err
	}
	if err := store.Close(); err != nil {
		return err
	}
	conn, err := (&sqlite3.SQLiteDriver{}).Open(
		"file:" + path + "?_journal_mode=wal&_foreign_keys=on&_txlock=immediate&_busy_timeout=5000&_synchronous=" + synchronous)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	stmt, err := conn.Prepare(rotateSQL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	return f(stmt)
}

const benchSession = "session"

func openWithSession(path, synchronous string) (*sqlstore.Store, error) {
	store, err := sqlite.Open(context.Background(), "file:"+path+"?synchronous="+synchronous)
	if err != nil {
		return nil, err
	}
	if err := addSession(store, benchSession); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

func addSession(store auth.SessionStore, id string) error {
	now := time.Now()
	_, err := store.CreateSession(context.Background(), &auth.Session{
		ID: id, UserID: "1", TokenID: "0", CreatedAt: now, LastSeen: now,
		ExpiresAt: now.Add(time.Hour), EndsAt: now.Add(24 * time.Hour),
	}, auth.Admission{At: now})
	return err
}

// rotateStore rotates a session again and again.
func rotateStore(store auth.SessionStore, id string) contestant {
	n := 0
	return func() error {
		from := fmt.Sprint(n)
		n++
		now := time.Now()
		return store.RotateSession(context.Background(), id, from, auth.Rotation{
			TokenID: fmt.Sprint(n), Address: "192.0.2.1", At: now, ExpiresAt: now.Add(time.Hour),
		})
	}
}

func rotateRaw(stmt driver.Stmt) contestant {
	n := 0
	return func() error {
		from := fmt.Sprint(n)
		n++
		now := time.Now().UnixMilli()
		//nolint:staticcheck // Its successor is slower: it starts a goroutine to wait for a context.
		result, err := stmt.Exec([]driver.Value{
			now, "192.0.2.1", now + time.Hour.Milliseconds(), fmt.Sprint(n), from, now, benchSession, from, now,
		})
		if err != nil {
			return err
		}
		if written, err := result.RowsAffected(); err != nil || written != 1 {
			return fmt.Errorf("%d rows written: %w", written, err)
		}
		return nil
	}
}
