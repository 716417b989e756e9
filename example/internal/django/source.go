// Package django reads the users and the blacklist of a Django database, SQLite or PostgreSQL, such as
// that of an EasyJWT service.
package django

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // a driver
	"github.com/jmoiron/sqlx"
	_ "github.com/mattn/go-sqlite3" // a driver
)

// Source is a database that is read and never written. Close it to end.
type Source struct {
	db    *sqlx.DB
	users string // the table
}

// userTables are where users are by default: those of EasyJWT, and Django's own.
var userTables = []string{"easyjwt_user_user", "auth_user"}

// isName matches the name of a table, with a schema or without.
var isName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$`)

// Open opens the database that a DSN names: sqlite:PATH, or postgres://USER:PASSWORD@HOST:PORT/DATABASE.
// Its users are in the table, or in one of those that Django makes if that is empty. Errors have no
// password in them.
func Open(ctx context.Context, dsn, table string) (*Source, error) {
	if table != "" && !isName.MatchString(table) {
		return nil, errors.New("this is no name of a table")
	}
	driver, name, err := parse(dsn)
	if err != nil {
		return nil, err
	}
	db, err := sqlx.ConnectContext(ctx, driver, name)
	if err != nil {
		return nil, err
	}
	s := &Source{db: db, users: table}
	if err := s.find(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// Close ends the connections.
func (s *Source) Close() error { return s.db.Close() }

// Table is where the users are.
func (s *Source) Table() string { return s.users }

func parse(dsn string) (driver, name string, err error) {
	path, isSQLite := strings.CutPrefix(dsn, "sqlite:")
	switch {
	case isSQLite && path != "":
		if path, err = filepath.Abs(path); err != nil {
			return "", "", err
		}
		return "sqlite3", "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?mode=ro&_query_only=on&_busy_timeout=5000", nil
	case strings.HasPrefix(dsn, "postgres://"), strings.HasPrefix(dsn, "postgresql://"):
		return "pgx", dsn, nil
	}
	return "", "", errors.New("write sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE")
}

// find finds the table of users.
func (s *Source) find(ctx context.Context) error {
	tables := userTables
	if s.users != "" {
		tables = []string{s.users}
	}
	for _, table := range tables {
		if s.has(ctx, table) {
			s.users = table
			return nil
		}
	}
	return fmt.Errorf("there is no table %s: name it with --users-table", strings.Join(tables, " or "))
}

// has reports whether a table can be read.
func (s *Source) has(ctx context.Context, table string) bool {
	var n int
	return s.db.GetContext(ctx, &n, "SELECT COUNT(*) FROM "+table+" WHERE 1 = 0") == nil
}

// rows runs a query and returns its rows by the names of columns, whatever these are.
func (s *Source) rows(ctx context.Context, query string, args ...any) ([]map[string]any, error) {
	found, err := s.db.QueryxContext(ctx, s.db.Rebind(query), args...) //nolint:sqlclosecheck // It is closed below.
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var list []map[string]any
	for found.Next() {
		row := map[string]any{}
		if err := found.MapScan(row); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, found.Err()
}
