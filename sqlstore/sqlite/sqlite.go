package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"

	"github.com/authplug/authplug/sqlstore"
)

// Open opens the SQLite database in a file, which it makes if it is not there (readable by its
// owner only), brings the schema up to date and returns the store. Close the store to end.
//
// The file is named by a path, or by a URI with parameters:
//
//	file:app.db?synchronous=normal&busy_timeout=10s&readers=8
//
//	synchronous   full: what is answered survives a power cut. normal: only what is older than
//	              some seconds does, writes are faster. Defaults to full.
//	busy_timeout  how long a write waits for another process. Defaults to 5s.
//	readers       connections that read beside the one that writes. Defaults to the number of
//	              CPUs, at least 4.
//
// The journal is a write-ahead log: two more files lie beside the database, and it must not be on
// a network file system. Several processes may use one file. Databases in memory are refused:
// package memstore is that.
func Open(ctx context.Context, name string) (*sqlstore.Store, error) {
	f, err := parse(name)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	store, err := openPatiently(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("sqlite: open %s: %w", f.path, err)
	}
	return store, nil
}

// openPatiently tries again while other processes open or close the file: the change to a
// write-ahead log does not wait for them by itself.
func openPatiently(ctx context.Context, f file) (*sqlstore.Store, error) {
	deadline, retry := time.After(f.busyTimeout), time.NewTicker(10*time.Millisecond)
	defer retry.Stop()
	for {
		store, err := open(ctx, f)
		if !busy(err) {
			return store, err
		}
		select {
		case <-retry.C:
		case <-deadline:
			return nil, err
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), err)
		}
	}
}

// open opens the writer before the readers: they cannot make or repair a write-ahead log.
func open(ctx context.Context, f file) (*sqlstore.Store, error) {
	if err := create(f.path); err != nil {
		return nil, err
	}
	writer, err := connect(ctx, f.writer(), 1)
	if err != nil {
		return nil, err
	}
	if err := checkJournal(ctx, writer); err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	reader, err := connect(ctx, f.reader(), f.readers)
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	store, err := sqlstore.New(ctx, sqlstore.Config{
		Writer: writer, Reader: reader, Dialect: dialect, Patience: f.busyTimeout,
	})
	if err != nil {
		return nil, errors.Join(err, reader.Close(), writer.Close())
	}
	return store, nil
}

// creating is held while a file is made: closing a file drops the locks that another connection of
// this process may have taken on it meanwhile.
var creating sync.Mutex

// create makes the file unless it is there: SQLite would let everybody read it. The two files
// beside it get the same permissions.
func create(path string) error {
	creating.Lock()
	defer creating.Unlock()
	const flags = os.O_RDWR | os.O_CREATE | os.O_EXCL
	f, err := os.OpenFile(path, flags, 0o600) //nolint:gosec // The path is the program's own.
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// connect opens a pool of connections that stay open.
func connect(ctx context.Context, c connector, size int) (*sqlx.DB, error) {
	db := sqlx.NewDb(sql.OpenDB(c), dialect.Name)
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// checkJournal reports an error if the file system has no write-ahead log: SQLite says nothing.
func checkJournal(ctx context.Context, db *sqlx.DB) error {
	var mode string
	if err := db.GetContext(ctx, &mode, "PRAGMA journal_mode"); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("the journal mode is %q: the file system has no write-ahead log", mode)
	}
	return nil
}

var dialect = sqlstore.Dialect{
	Name:      "sqlite",
	Bind:      sqlx.QUESTION,
	Duplicate: duplicate,
	Retry:     busy,
	OneWriter: true,
	Upsert:    "ON CONFLICT (user_id) DO UPDATE SET n = auth_locks.n + 1",
	Types: sqlstore.Types{
		ID:  "INTEGER PRIMARY KEY AUTOINCREMENT",
		Int: "INTEGER", Bool: "INTEGER", Key: "TEXT", Text: "TEXT",
		Table: "STRICT", Keyed: "STRICT, WITHOUT ROWID",
	},
}

func duplicate(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) &&
		(e.ExtendedCode == sqlite3.ErrConstraintUnique || e.ExtendedCode == sqlite3.ErrConstraintPrimaryKey)
}

// busy reports whether another connection was in the way.
func busy(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && (e.Code == sqlite3.ErrBusy || e.Code == sqlite3.ErrLocked)
}
