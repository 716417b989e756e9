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
	// Writer; a dialect with OneWriter needs another pool.
	Reader  *sqlx.DB
	Dialect Dialect
	// Patience is how long a write is tried again while others are in the way (see
	// [Dialect.Retry]). Defaults to 5 seconds.
	Patience time.Duration
}

// Store implements [auth.Store] and [auth.UserLister]. Its methods are safe for concurrent use,
// and for use by several processes on one database. Besides the sentinels of package auth they
// return the errors of the driver and of the context, wrapped.
type Store struct {
	writer, reader *sqlx.DB
	door           door
	dialect        Dialect
	do             queries
}

// New brings the schema up to date, prepares all statements and returns the store. A schema of a
// newer release is refused. The pools belong to the store from then on; after an error they are
// still the caller's to close.
func New(ctx context.Context, c Config) (*Store, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	r := retrier{s.dialect.Retry, c.Patience}
	if err := migrate(ctx, s.writer, &s.dialect, r); err != nil {
		return nil, failed("migrate", err)
	}
	if s.door, err = openDoor(ctx, s.writer, &s.dialect, r); err != nil {
		return nil, failed("connect", err)
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(failed("prepare", err), s.door.close())
	}
	return s, nil
}

// store sets what was left out and returns a store that is not connected yet.
func (c *Config) store() (*Store, error) {
	switch {
	case c.Writer == nil:
		return nil, errors.New("sqlstore: Config.Writer is not set: give it a pool of connections")
	case c.Dialect.Duplicate == nil:
		return nil, errors.New("sqlstore: Config.Dialect has no Duplicate: take the dialect of a package below sqlstore")
	case c.Dialect.OneWriter && (c.Reader == nil || c.Reader == c.Writer):
		return nil, errors.New("sqlstore: Config.Reader is not set: the one connection that writes to this database cannot read beside it")
	}
	if c.Reader == nil {
		c.Reader = c.Writer
	}
	if c.Patience == 0 {
		c.Patience = defaultPatience
	}
	if c.Dialect.Retry == nil {
		c.Dialect.Retry = func(error) bool { return false }
	}
	return &Store{writer: c.Writer, reader: c.Reader, dialect: c.Dialect}, nil
}

// Close closes the pools. Calls that come later fail.
func (s *Store) Close() error {
	err := errors.Join(s.door.close(), s.reader.Close())
	if s.writer != s.reader {
		err = errors.Join(err, s.writer.Close())
	}
	return failed("close", err)
}

// Ping implements [auth.Maintainer]: it asks both pools.
func (s *Store) Ping(ctx context.Context) error {
	var version int
	if err := s.do.pingReader.GetContext(ctx, &version); err != nil {
		return failed("ping", err)
	}
	return failed("ping", s.door.all(ctx, func(ctx context.Context, t tx) error {
		return t.row(ctx, s.do.pingWriter, &version)
	}))
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
