package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/jmoiron/sqlx"
)

// migrateInSteps applies what is missing where every statement of the schema commits at once. A lock
// keeps other processes out, and a mark in the table of versions tells the next start that this one
// has begun: what is there already then is its own.
func migrateInSteps(ctx context.Context, db *sqlx.DB, d *Dialect, scripts []script) (err error) {
	conn, err := db.Connx(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var locked int
	if err := conn.GetContext(ctx, &locked, d.Steps.Lock); err != nil || locked != 1 {
		return errors.Join(fmt.Errorf("cannot get the lock for it, which gave %d: does another process hang in a migration?", locked), err)
	}
	defer func() {
		_, unlockErr := conn.ExecContext(context.WithoutCancel(ctx), d.Steps.Unlock)
		err = errors.Join(err, unlockErr)
	}()
	if err := makeSchemaTable(ctx, conn, d); err != nil {
		return err
	}
	version, err := schemaVersion(ctx, conn, len(scripts))
	if err != nil {
		return err
	}
	for i, s := range scripts[version:] {
		if err := migrateStep(ctx, conn, d, s, version+i+1); err != nil {
			return err
		}
	}
	return nil
}

// migrateStep applies one migration, or what is left of it.
func migrateStep(ctx context.Context, conn runner, d *Dialect, s script, version int) error {
	mark := -version
	var passable func(error) bool
	err := recordVersion(ctx, conn, d, mark)
	switch {
	case errors.Is(err, errBehind): // an earlier start did not come to its end
		passable = d.Steps.Exists
	case err != nil:
		return err
	default:
		if err := s.foreign(ctx, conn); err != nil {
			return errors.Join(err, forget(ctx, conn, d, mark))
		}
	}
	if err := s.apply(ctx, conn, passable); err != nil {
		return err
	}
	if err := recordVersion(ctx, conn, d, version); err != nil {
		return err
	}
	return forget(ctx, conn, d, mark)
}

// makesTable finds the name in a statement that makes a table.
var makesTable = regexp.MustCompile(`CREATE TABLE (\w+)`)

// foreign reports an error if a table that the script makes is there: somebody else made it.
func (s script) foreign(ctx context.Context, conn runner) error {
	for _, statement := range s.statements {
		name := makesTable.FindStringSubmatch(statement)
		if name == nil {
			continue
		}
		var n int
		if conn.GetContext(ctx, &n, "SELECT COUNT(*) FROM "+name[1]+" WHERE 1 = 0") == nil {
			return fmt.Errorf("%s: there is a table %s which this package did not make: use a database of its own", s.name, name[1])
		}
	}
	return ctx.Err()
}

// forget removes a mark.
func forget(ctx context.Context, conn runner, d *Dialect, mark int) error {
	_, err := conn.ExecContext(ctx, sqlx.Rebind(d.Bind, "DELETE FROM "+schemaTable+" WHERE version = ?"), mark)
	return err
}
