package sqlstore

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jmoiron/sqlx"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema up to date, in one transaction: it is done, or nothing is.
func migrate(ctx context.Context, db *sqlx.DB, d *Dialect) error {
	scripts, err := fs.Glob(migrations, "migrations/*.sql") // sorted: number n is scripts[n-1]
	if err != nil {
		return err
	}
	return inTx(ctx, db, func(t tx) error {
		version, err := schemaVersion(ctx, t, d)
		if err != nil {
			return err
		}
		if version > len(scripts) {
			return fmt.Errorf("the schema has version %d, this release knows %d: use a newer release",
				version, len(scripts))
		}
		for i := version; i < len(scripts); i++ {
			if err := apply(ctx, t, d, scripts[i]); err != nil {
				return fmt.Errorf("%s: %w", scripts[i], err)
			}
			_, err := t.ExecContext(ctx, sqlx.Rebind(d.Bind, "INSERT INTO auth_schema (version) VALUES (?)"), i+1)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// schemaVersion returns the number of the last migration that was applied, or 0.
func schemaVersion(ctx context.Context, t tx, d *Dialect) (version int, err error) {
	table := fmt.Sprintf("CREATE TABLE IF NOT EXISTS auth_schema (version %s NOT NULL PRIMARY KEY)", d.Types.Int)
	if _, err := t.ExecContext(ctx, table); err != nil {
		return 0, err
	}
	err = t.GetContext(ctx, &version, "SELECT COALESCE(MAX(version), 0) FROM auth_schema")
	return version, err
}

func apply(ctx context.Context, t tx, d *Dialect, script string) error {
	text, err := migrations.ReadFile(script)
	if err != nil {
		return err
	}
	list, err := d.schema(string(text))
	if err != nil {
		return err
	}
	for _, statement := range list {
		if _, err := t.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
