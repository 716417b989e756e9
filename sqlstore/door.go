package sqlstore

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// work is what takes effect as a whole, or not at all. It may be run again: after an error nothing
// is left of it.
type work func(ctx context.Context, t tx) error

// door is the way of every write into the database. What others have in the way it tries again.
type door interface {
	preparer
	// one runs a statement in a transaction of its own and returns how many rows it wrote.
	one(ctx context.Context, stmt *sqlx.Stmt, args ...any) (int64, error)
	// all runs several statements in a transaction. It commits unless w returns an error.
	all(ctx context.Context, w work) error
	// close lets nothing more in.
	close() error
}

// preparer is where a statement is prepared that runs there.
type preparer interface {
	PreparexContext(ctx context.Context, query string) (*sqlx.Stmt, error)
}

// openDoor returns the door that fits the database.
func openDoor(ctx context.Context, db *sqlx.DB, d *Dialect, r retrier) (door, error) {
	if d.OneWriter {
		return openGroup(ctx, db, d, r)
	}
	return pooled{db, r}, nil
}

// pooled is the door of a database that takes many writers: each has a connection of its own.
type pooled struct {
	*sqlx.DB
	retry retrier
}

func (p pooled) one(ctx context.Context, stmt *sqlx.Stmt, args ...any) (n int64, err error) {
	err = p.retry.do(ctx, func() (err error) {
		n, err = rowsOf(stmt.ExecContext(ctx, args...))
		return err
	})
	return n, err
}

func (p pooled) all(ctx context.Context, w work) error {
	return p.retry.do(ctx, func() error { return inTx(ctx, p.DB, w) })
}

func (p pooled) close() error { return p.Close() }

// inTx runs w in a transaction of a pool.
func inTx(ctx context.Context, db *sqlx.DB, w work) error {
	t, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = t.Rollback() }() // after a commit this does nothing
	if err := w(ctx, tx{t}); err != nil {
		return err
	}
	return t.Commit()
}
