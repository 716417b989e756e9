package sqlstore

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// tx is a transaction that runs prepared statements.
type tx struct{ *sqlx.Tx }

// inTx runs f in a transaction and commits unless f returns an error.
func inTx(ctx context.Context, db *sqlx.DB, f func(tx) error) error {
	t, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = t.Rollback() }() // after a commit this does nothing
	if err := f(tx{t}); err != nil {
		return err
	}
	return t.Commit()
}

// row reads one row into dest.
func (t tx) row(ctx context.Context, stmt *sqlx.Stmt, dest any, args ...any) error {
	inside := t.StmtxContext(ctx, stmt)
	defer inside.Close()
	return inside.GetContext(ctx, dest, args...)
}

// rows reads all rows into the slice that dest points to.
func (t tx) rows(ctx context.Context, stmt *sqlx.Stmt, dest any, args ...any) error {
	inside := t.StmtxContext(ctx, stmt)
	defer inside.Close()
	return inside.SelectContext(ctx, dest, args...)
}

// write runs a statement and returns how many rows it wrote.
func (t tx) write(ctx context.Context, stmt *sqlx.Stmt, args ...any) (int64, error) {
	inside := t.StmtxContext(ctx, stmt)
	defer inside.Close()
	return write(ctx, inside, args...)
}

// write runs a statement in a transaction of its own and returns how many rows it wrote.
func write(ctx context.Context, stmt *sqlx.Stmt, args ...any) (int64, error) {
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
