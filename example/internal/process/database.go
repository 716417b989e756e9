package process

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	_ "github.com/mattn/go-sqlite3" // for the look at the file

	"github.com/authplug/authplug/sqlstore/sqltest"
)

// Database is an empty database that processes share.
type Database struct {
	Store string // as STORE names it
	Drop  func(context.Context) error
	// Cut ends all connections to it, if need be by the end of its server, or is nil.
	Cut func(context.Context) error
	// Intact reports whether the database finds itself in order.
	Intact func(context.Context) error
}

// open makes a database. It returns nil without an error where no server is named.
func open(ctx context.Context, name string) (*Database, error) {
	switch name {
	case "sqlite":
		return newSQLite()
	case "postgres":
		return onServer(ctx, sqltest.PostgresVariable, sqltest.NewPostgres, (*Database).cutPostgres)
	case "mysql":
		return onServer(ctx, sqltest.MySQLVariable, sqltest.NewMySQL, nil)
	case "own-postgres":
		return ownServer(ctx, ownPostgres)
	case "own-mariadb":
		return ownServer(ctx, ownMariaDB)
	}
	return nil, fmt.Errorf("there is no database %q: write sqlite, postgres, mysql, own-postgres or own-mariadb", name)
}

func newSQLite() (*Database, error) {
	dir, err := os.MkdirTemp("", "authplug")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "crash.db")
	return &Database{
		Store: "sqlite:" + path,
		Drop:  func(context.Context) error { return os.RemoveAll(dir) },
		Intact: func(ctx context.Context) error {
			var found string
			if err := ask(ctx, "sqlite3", path, "PRAGMA integrity_check", &found); err != nil || found != "ok" {
				return errors.Join(fmt.Errorf("integrity_check says %q", found), err)
			}
			return nil
		},
	}, nil
}

// onServer makes a database on the server that a variable names.
func onServer(
	ctx context.Context, variable string, create func(context.Context, string) (string, sqltest.Drop, error),
	cut func(*Database, context.Context) error,
) (*Database, error) {
	server := os.Getenv(variable)
	if server == "" {
		fmt.Fprintf(os.Stderr, "%s is not set: skipped\n", variable)
		return nil, nil //nolint:nilnil // There is nothing to test, and nothing wrong.
	}
	name, drop, err := create(ctx, server)
	if err != nil {
		return nil, err
	}
	d := &Database{Store: name, Drop: drop, Intact: func(context.Context) error { return nil }}
	if cut != nil {
		d.Cut = func(ctx context.Context) error { return cut(d, ctx) }
	}
	return d, nil
}

// cutPostgres ends the connections to the database, which bear its name.
func (d *Database) cutPostgres(ctx context.Context) error {
	var n int
	return ask(ctx, "pgx", d.Store, "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity "+
		"WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()", &n)
}

// ask runs a query that gives one value.
func ask(ctx context.Context, driver, name, query string, to any) error {
	db, err := sql.Open(driver, name)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.QueryRowContext(ctx, query).Scan(to)
}
