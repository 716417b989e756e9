package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	auth "github.com/authplug/authplug/core"
)

var (
	_ auth.Store      = (*Store)(nil)
	_ auth.UserLister = (*Store)(nil)
)

// Config is what a [Store] works with.
type Config struct {
	// Writer takes the writes, and the reads that belong to them.
	Writer *sqlx.DB
	// Reader takes all other reads. It must see at once what the writer has committed. Defaults to
	// Writer.
	Reader  *sqlx.DB
	Dialect Dialect
}

// Store implements [auth.Store] and [auth.UserLister]. Its methods are safe for concurrent use,
// and for use by several processes on one database. Besides the sentinels of package auth they
// return the errors of the driver and of the context, wrapped.
type Store struct {
	writer, reader *sqlx.DB
	dialect        Dialect
	do             queries
}

// New brings the schema up to date, prepares all statements and returns the store. A schema of a
// newer release is refused. The pools belong to the store from then on; after an error they are
// still the caller's to close.
func New(ctx context.Context, c Config) (*Store, error) {
	if c.Reader == nil {
		c.Reader = c.Writer
	}
	s := &Store{writer: c.Writer, reader: c.Reader, dialect: c.Dialect}
	if err := migrate(ctx, s.writer, &s.dialect); err != nil {
		return nil, failed("migrate", err)
	}
	if err := s.prepare(ctx); err != nil {
		return nil, failed("prepare", err)
	}
	return s, nil
}

// Close closes the pools. Calls that come later fail.
func (s *Store) Close() error {
	err := s.reader.Close()
	if s.writer != s.reader {
		err = errors.Join(err, s.writer.Close())
	}
	return failed("close", err)
}

// Ping implements [auth.Maintainer]: it asks both pools.
func (s *Store) Ping(ctx context.Context) error {
	for _, stmt := range []*sqlx.Stmt{s.do.pingReader, s.do.pingWriter} {
		var version int
		if err := stmt.GetContext(ctx, &version); err != nil {
			return failed("ping", err)
		}
	}
	return nil
}

// failed says which operation could not be done.
func failed(op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("sqlstore: %s: %w", op, err)
}

// written turns the error of an INSERT or UPDATE, or of a transaction around one, into what stores
// return.
func (s *Store) written(op string, err error) error {
	switch {
	case err == nil, errors.Is(err, auth.ErrLimit):
		return err
	case s.dialect.Duplicate(err):
		return auth.ErrExists
	default:
		return failed(op, err)
	}
}

// found turns the error of a read of one row into what stores return.
func found(op string, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return auth.ErrNotFound
	}
	return failed(op, err)
}

// millis is how a time is stored: the zero time as 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment is the time that ms stands for.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
