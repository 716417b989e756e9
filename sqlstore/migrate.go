package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jmoiron/sqlx"
)

//go:embed migrations/*.sql
var migrations embed.FS

// schemaTable has a row for each migration that was applied.
const schemaTable = "auth_schema"

// errBehind says that another process was quicker with a migration.
var errBehind = errors.New("another process changes the schema")

// runner is a connection, or a transaction.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	GetContext(ctx context.Context, dest any, query string, args ...any) error
}

// migrate brings the schema up to date. Several processes may do it at once.
func migrate(ctx context.Context, db *sqlx.DB, d *Dialect, r retrier) error {
	scripts, err := scripts(d)
	if err != nil {
		return err
	}
	if d.Steps != nil {
		return migrateInSteps(ctx, db, d, scripts)
	}
	inTheWay := r.inTheWay
	r.inTheWay = func(err error) bool { return errors.Is(err, errBehind) || inTheWay(err) }
	return r.do(ctx, func() error {
		return inTx(ctx, db, func(ctx context.Context, t tx) error {
			return migrateAtOnce(ctx, t.of, d, scripts)
		})
	})
}

// migrateAtOnce applies what is missing: all of it takes effect, or nothing. A migration begins with
// its row in the table of versions: another process that has come as far waits at it.
func migrateAtOnce(ctx context.Context, db runner, d *Dialect, scripts []script) error {
	if err := makeSchemaTable(ctx, db, d); err != nil {
		if d.Duplicate(err) {
			return errors.Join(errBehind, err)
		}
		return err
	}
	version, err := schemaVersion(ctx, db, len(scripts))
	if err != nil {
		return err
	}
	for i, s := range scripts[version:] {
		if err := recordVersion(ctx, db, d, version+i+1); err != nil {
			return err
		}
		if err := s.apply(ctx, db, nil); err != nil {
			return err
		}
	}
	return nil
}

func makeSchemaTable(ctx context.Context, db runner, d *Dialect) error {
	_, err := db.ExecContext(ctx, fmt.Sprintf(
		"CREATE TABLE IF NOT EXISTS "+schemaTable+" (version %s NOT NULL PRIMARY KEY)", d.Types.Int))
	return err
}

// schemaVersion returns the number of the last migration that was applied, or 0.
func schemaVersion(ctx context.Context, db runner, known int) (version int, err error) {
	err = db.GetContext(ctx, &version, "SELECT COALESCE(MAX(version), 0) FROM "+schemaTable+" WHERE version > 0")
	if err == nil && version > known {
		err = fmt.Errorf("the schema has version %d, this release knows %d: use a newer release", version, known)
	}
	return version, err
}

// recordVersion returns errBehind if another process has the row.
func recordVersion(ctx context.Context, db runner, d *Dialect, version int) error {
	_, err := db.ExecContext(ctx, sqlx.Rebind(d.Bind, "INSERT INTO "+schemaTable+" (version) VALUES (?)"), version)
	if err != nil && d.Duplicate(err) {
		return errors.Join(errBehind, err)
	}
	return err
}

// script is a migration in the words of a database.
type script struct {
	name       string
	statements []string
}

// scripts returns all migrations: number n is at n-1.
func scripts(d *Dialect) ([]script, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	list := make([]script, len(names))
	for i, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		statements, err := d.schema(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list[i] = script{name, statements}
	}
	return list, nil
}

// apply runs the statements. Errors that passable, if not nil, holds for are passed over.
func (s script) apply(ctx context.Context, db runner, passable func(error) bool) error {
	for _, statement := range s.statements {
		_, err := db.ExecContext(ctx, statement)
		if err != nil && (passable == nil || !passable(err)) {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}
