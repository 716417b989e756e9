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

// The names of the drivers.
const (
	driverSQLite   = "sqlite3"
	driverPostgres = "pgx"
)

// Source is a database that is read and never written. Close it to end.
type Source struct {
	db         *sqlx.DB
	users      table
	membership membership
}

// userTables are where users are by default: those of EasyJWT, and Django's own.
var userTables = []table{"user", "auth_user"}

// isName matches the name of a table, with a schema or without.
var isName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$`)

// table is the name of a table, with a schema or without.
type table string

// quoted is how queries name it: "user" is a word of PostgreSQL's own, which finds who is connected.
func (t table) quoted() string { return `"` + strings.ReplaceAll(string(t), ".", `"."`) + `"` }

// beside returns another table of the same schema.
func (t table) beside(name string) table {
	if schema, _, ok := strings.Cut(string(t), "."); ok {
		name = schema + "." + name
	}
	return table(name)
}

// Open opens the database that a DSN names: sqlite:PATH, or postgres://USER:PASSWORD@HOST:PORT/DATABASE.
// Its users are in the table, or in that which EasyJWT or Django makes if no name is given. Errors have no
// password in them.
func Open(ctx context.Context, dsn, users string) (*Source, error) {
	if users != "" && !isName.MatchString(users) {
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
	s := &Source{db: db}
	if err := s.find(ctx, users); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// Close ends the connections.
func (s *Source) Close() error { return s.db.Close() }

// Table is where the users are.
func (s *Source) Table() string { return string(s.users) }

func parse(dsn string) (driver, name string, err error) {
	path, isSQLite := strings.CutPrefix(dsn, "sqlite:")
	switch {
	case isSQLite && path != "":
		if path, err = filepath.Abs(path); err != nil {
			return "", "", err
		}
		return driverSQLite, "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?mode=ro&_query_only=on&_busy_timeout=5000", nil
	case strings.HasPrefix(dsn, "postgres://"), strings.HasPrefix(dsn, "postgresql://"):
		return driverPostgres, dsn, nil
	}
	return "", "", errors.New("write sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE")
}

// find finds the table of users, which may have been named, and that of their groups.
func (s *Source) find(ctx context.Context, named string) error {
	tables := userTables
	if named != "" {
		tables = []table{table(named)}
	}
	var found []table
	for _, t := range tables {
		there, err := s.has(ctx, t)
		if err != nil {
			return err
		}
		if there {
			found = append(found, t)
		}
	}
	switch len(found) {
	case 0:
		return fmt.Errorf("there is no table %s: name it with --users-table", either(tables))
	case 1:
		s.users = found[0]
		return errors.Join(s.numbered(ctx), s.findGroups(ctx))
	}
	return fmt.Errorf("users may be in %s: name the table with --users-table", either(found))
}

// numbered returns an error if the ids of users are no numbers, as those of a store are.
func (s *Source) numbered(ctx context.Context) error {
	first, err := s.rows(ctx, "SELECT id FROM "+s.users.quoted()+" LIMIT 1")
	if err != nil || len(first) == 0 {
		return err
	}
	if _, ok := first[0]["id"].(int64); !ok {
		return fmt.Errorf("the ids of %s are no integers, and a store has no others", s.users)
	}
	return nil
}

func either(tables []table) string {
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = string(t)
	}
	return strings.Join(names, " or ")
}

// has reports whether there is a table. Whether it may be read is another matter: a blacklist that
// could not be read must not pass for none.
func (s *Source) has(ctx context.Context, t table) (there bool, err error) {
	query, name := "SELECT to_regclass(?) IS NOT NULL", t.quoted()
	if s.db.DriverName() == driverSQLite {
		query, name = "SELECT COUNT(*) > 0 FROM pragma_table_info(?)", unqualified(t)
	}
	err = s.db.GetContext(ctx, &there, s.db.Rebind(query), name)
	return there, err
}

// unqualified is the name without a schema.
func unqualified(t table) string { return string(t[strings.IndexByte(string(t), '.')+1:]) }

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
