package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "github.com/mattn/go-sqlite3" // for the look at the file

	"github.com/authplug/authplug/sqlstore/sqltest"
)

// database is what the processes share.
type database struct {
	store string // as STORE names it
	drop  func(context.Context) error
	// cut ends all connections to it, or is nil.
	cut func(context.Context) error
	// intact reports whether the database finds itself in order.
	intact func(context.Context) error
}

// opener makes an empty database; nil without an error where there is no server.
type opener func(ctx context.Context) (*database, error)

var databases = map[string]opener{"sqlite": newSQLite, "postgres": newPostgres, "mysql": newMySQL}

func newSQLite(context.Context) (*database, error) {
	dir, err := os.MkdirTemp("", "crash")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "crash.db")
	return &database{
		store: "sqlite:" + path,
		drop:  func(context.Context) error { return os.RemoveAll(dir) },
		intact: func(ctx context.Context) error {
			var found string
			if err := ask(ctx, "sqlite3", path, "PRAGMA integrity_check", &found); err != nil || found != "ok" {
				return errors.Join(fmt.Errorf("integrity_check says %q", found), err)
			}
			return nil
		},
	}, nil
}

func newPostgres(ctx context.Context) (*database, error) {
	return onServer(ctx, sqltest.PostgresVariable, sqltest.NewPostgres, func(ctx context.Context, name string) error {
		var n int
		return ask(ctx, "pgx", name, "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity "+
			"WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()", &n)
	}, "application_name")
}

func newMySQL(ctx context.Context) (*database, error) {
	return onServer(ctx, sqltest.MySQLVariable, sqltest.NewMySQL, nil, "")
}

// onServer makes a database on the server that a variable names. mark is a parameter that tells its
// connections from those of others.
func onServer(
	ctx context.Context, variable string, create func(context.Context, string) (string, sqltest.Drop, error),
	cut func(ctx context.Context, name string) error, mark string,
) (*database, error) {
	server := os.Getenv(variable)
	if server == "" {
		fmt.Fprintf(os.Stderr, "crash: %s is not set: skipped\n", variable)
		return nil, nil //nolint:nilnil // There is nothing to test, and nothing wrong.
	}
	name, drop, err := create(ctx, server)
	if err != nil {
		return nil, err
	}
	d := &database{store: name, drop: drop, intact: func(context.Context) error { return nil }}
	if cut != nil {
		u, err := url.Parse(name)
		if err != nil {
			return nil, err
		}
		q := u.Query()
		q.Set(mark, fmt.Sprint("crash-", os.Getpid()))
		u.RawQuery = q.Encode()
		d.store = u.String()
		d.cut = func(ctx context.Context) error { return cut(ctx, d.store) }
	}
	return d, nil
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
