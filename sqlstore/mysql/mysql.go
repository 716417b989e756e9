package mysql

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/authplug/authplug/sqlstore"
)

// Open connects to a MySQL or MariaDB database, brings the schema up to date and returns the store.
// Close the store to end.
//
// The database is named by a URL, or in the way of the driver, which also knows Unix sockets:
//
//	mysql://app:secret@db.example.com:3306/app?tls=true&pool_max_conns=32
//	app:secret@unix(/run/mysqld/mysqld.sock)/app
//
// All parameters of the driver may be in it, and besides
//
//	pool_max_conns   connections at most. Defaults to 16, or 4 for each CPU if that is more.
//
// A connection may take 5 seconds to open unless timeout says otherwise. The store sets, for its
// connections alone, what it depends on: the character set, a strict sql_mode, the isolation level
// and how long a statement waits for a lock. The time zone and the collation of the database do not
// matter: times are numbers, and texts are compared byte for byte.
//
// Refused with an error are servers that are too old or that only read. No error has the password in
// it.
func Open(ctx context.Context, dsn string) (*sqlstore.Store, error) {
	server, err := parse(dsn)
	if err != nil {
		return nil, fmt.Errorf("mysql: %w", err)
	}
	store, err := server.Open(ctx)
	if err != nil {
		return nil, fmt.Errorf("mysql: %w", err)
	}
	return store, nil
}

// check reports an error if the server cannot do what the store needs.
func check(ctx context.Context, db *sqlx.DB) error {
	var version string
	var readOnly bool
	if err := db.QueryRowxContext(ctx, "SELECT VERSION(), @@global.read_only").Scan(&version, &readOnly); err != nil {
		return err
	}
	if err := checkVersion(version); err != nil {
		return err
	}
	if readOnly {
		return errors.New("the server only reads: name the primary")
	}
	return nil
}
