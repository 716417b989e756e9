package sqlstore

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"
)

// tx runs prepared statements in a transaction.
type tx struct {
	of *sqlx.Tx // nil: the connection on which the statements were prepared is in the transaction
}

// with runs f with the statement as it runs in t.
func (t tx) with(ctx context.Context, stmt *sqlx.Stmt, f func(*sqlx.Stmt) error) error {
	if t.of == nil {
		return f(stmt)
	}
	inside := t.of.StmtxContext(ctx, stmt)
	defer inside.Close()
	return f(inside)
}

// row reads one row into dest.
func (t tx) row(ctx context.Context, stmt *sqlx.Stmt, dest any, args ...any) error {
	return t.with(ctx, stmt, func(s *sqlx.Stmt) error { return s.GetContext(ctx, dest, args...) })
}

// rows reads all rows into the slice that dest points to.
func (t tx) rows(ctx context.Context, stmt *sqlx.Stmt, dest any, args ...any) error {
	return t.with(ctx, stmt, func(s *sqlx.Stmt) error { return s.SelectContext(ctx, dest, args...) })
}

// write runs a statement and returns how many rows it wrote.
func (t tx) write(ctx context.Context, stmt *sqlx.Stmt, args ...any) (n int64, err error) {
	err = t.with(ctx, stmt, func(s *sqlx.Stmt) error {
		n, err = rowsOf(s.ExecContext(ctx, args...))
		return err
	})
	return n, err
}

// rowsOf returns how many rows a statement wrote.
func rowsOf(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
