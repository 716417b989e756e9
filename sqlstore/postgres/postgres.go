package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"

	"github.com/authplug/authplug/sqlstore"
	"github.com/authplug/authplug/sqlstore/internal/pool"
)

// Open connects to a PostgreSQL database, brings the schema up to date and returns the store. Close
// the store to end.
//
// The database is named by a URL, or by keywords and values:
//
//	postgres://app:secret@db.example.com:5432/app?sslmode=verify-full&pool_max_conns=32
//	host=db.example.com user=app password=secret dbname=app sslmode=verify-full
//
// All parameters of libpq that the driver knows may be in it, and the PG… variables of the
// environment fill what is left out. With several hosts and target_session_attrs=read-write the
// store finds the one that takes writes. Besides, there is
//
//	pool_max_conns   connections at most. Defaults to 16, or 4 for each CPU if that is more.
//
// A connection may take 5 seconds to open unless connect_timeout says otherwise. The time zone, the
// collation and the isolation level of the database do not matter: times are numbers, texts are
// compared byte for byte, and transactions bring their level.
//
// Refused with an error are servers that are too old, that only read, or whose encoding is not UTF8.
// No error has the password in it.
func Open(ctx context.Context, dsn string) (*sqlstore.Store, error) {
	server, err := parse(dsn)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	store, err := server.Open(ctx)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	return store, nil
}

// driverTimeout is what the driver waits for a connection if nothing is said.
const driverTimeout = 2 * time.Minute

// parse returns the server that a data source name means.
func parse(dsn string) (*pool.Server, error) {
	if dsn == "" {
		return nil, errors.New("the database is not named: write postgres://USER:PASSWORD@HOST:PORT/DATABASE")
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	size, err := pool.Size(config.RuntimeParams[pool.Parameter])
	if err != nil {
		return nil, err
	}
	delete(config.RuntimeParams, pool.Parameter) // the server does not know it
	if config.ConnectTimeout == 0 || config.ConnectTimeout == driverTimeout {
		config.ConnectTimeout = pool.ConnectTimeout
	}
	return &pool.Server{Dialect: Dialect(), Connector: stdlib.GetConnector(*config), Size: size, Check: check}, nil
}

// check reports an error if the server cannot do what the store needs.
func check(ctx context.Context, db *sqlx.DB) error {
	var server struct {
		Version            int
		Encoding, ReadOnly string
	}
	for _, s := range []struct {
		to  any
		sql string
	}{
		{&server.Version, "SELECT current_setting('server_version_num')::int"},
		{&server.Encoding, "SHOW server_encoding"},
		{&server.ReadOnly, "SHOW transaction_read_only"},
	} {
		if err := db.GetContext(ctx, s.to, s.sql); err != nil {
			return err
		}
	}
	const oldest = 120_000 // the first with stored generated columns
	switch {
	case server.Version < oldest:
		return fmt.Errorf("the server's version is %d: PostgreSQL 12 is the oldest that will do", server.Version)
	case server.Encoding != "UTF8":
		return fmt.Errorf("the database's encoding is %s: make one with ENCODING 'UTF8'", server.Encoding)
	case server.ReadOnly == "on":
		return errors.New("the server only reads: name the primary, or add target_session_attrs=read-write")
	}
	return nil
}
