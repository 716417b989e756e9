// Package sqltest makes empty databases for tests, on servers that are running:
//
//	store, err := postgres.Open(t.Context(), sqltest.Postgres(t))
//
// Each test has one of its own, which ends with it. Where no server is named the test is skipped:
//
//	AUTHPLUG_POSTGRES   a URL, such as postgres://postgres@localhost/postgres
//	AUTHPLUG_MYSQL      a URL without a database, such as mysql://root@localhost
//
// The user must be allowed to make schemas in that database, or databases on that server.
package sqltest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	// The drivers.
	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
)

// The variables that name servers.
const (
	PostgresVariable = "AUTHPLUG_POSTGRES"
	MySQLVariable    = "AUTHPLUG_MYSQL"
)

// Postgres makes a schema and returns the URL of the database in which it comes first.
func Postgres(t testing.TB) string {
	t.Helper()
	return makeFor(t, PostgresVariable, NewPostgres)
}

// MySQL makes a database and returns its URL.
func MySQL(t testing.TB) string {
	t.Helper()
	return makeFor(t, MySQLVariable, NewMySQL)
}

// Drop removes a database with all that is in it.
type Drop func(context.Context) error

func makeFor(t testing.TB, variable string, create func(context.Context, string) (string, Drop, error)) string {
	t.Helper()
	server := os.Getenv(variable)
	if server == "" {
		t.Skipf("needs a server: set %s to its URL", variable)
	}
	name, drop, err := create(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return name
}

// NewPostgres is [Postgres] for programs that are no tests.
func NewPostgres(ctx context.Context, server string) (name string, drop Drop, err error) {
	u, err := parse(server)
	if err != nil {
		return "", nil, err
	}
	schema := newName()
	if err := run(ctx, "pgx", server, "CREATE SCHEMA "+schema); err != nil {
		return "", nil, err
	}
	q := u.Query()
	q.Set("options", "-csearch_path="+schema) // the one way that every client knows
	q.Set("application_name", schema)         // tells its connections from those to others
	u.RawQuery = q.Encode()
	return u.String(), func(ctx context.Context) error {
		return run(ctx, "pgx", server, "DROP SCHEMA "+schema+" CASCADE")
	}, nil
}

// NewMySQL is [MySQL] for programs that are no tests.
func NewMySQL(ctx context.Context, server string) (name string, drop Drop, err error) {
	u, err := parse(server)
	if err != nil {
		return "", nil, err
	}
	database := newName()
	dsn := driverName(u)
	if err := run(ctx, "mysql", dsn, "CREATE DATABASE "+database); err != nil {
		return "", nil, err
	}
	u.Path = "/" + database
	return u.String(), func(ctx context.Context) error { return run(ctx, "mysql", dsn, "DROP DATABASE "+database) }, nil
}

// Raw opens a database that this package has made, without a store.
func Raw(t testing.TB, name string) *sql.DB {
	t.Helper()
	driver := "pgx"
	if strings.HasPrefix(name, "mysql:") {
		u, err := parse(name)
		if err != nil {
			t.Fatal(err)
		}
		driver, name = "mysql", driverName(u)
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func parse(server string) (*url.URL, error) {
	u, err := url.Parse(server)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("sqltest: the name of the server is no URL")
	}
	return u, nil
}

// driverName is how MySQL's driver writes a URL.
func driverName(u *url.URL) string {
	host := u.Host
	if u.Port() == "" {
		host += ":3306"
	}
	password, _ := u.User.Password()
	return fmt.Sprintf("%s:%s@tcp(%s)%s?%s", u.User.Username(), password, host, "/"+strings.TrimPrefix(u.Path, "/"), u.RawQuery)
}

func newName() string { return "authplug_" + strings.ToLower(rand.Text()) }

// run runs one statement.
func run(ctx context.Context, driver, dsn, statement string) error {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("sqltest: %w", err)
	}
	return nil
}
