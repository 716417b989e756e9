// Package pool opens database servers as stores.
package pool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/authplug/authplug/sqlstore"
)

// Parameter is the name under which a data source name sets the size, as pgxpool calls it.
const Parameter = "pool_max_conns"

// ConnectTimeout is how long a connection may take to open where nothing else is said.
const ConnectTimeout = 5 * time.Second

// Connections end now and then, so that they spread over the servers behind a name after one of them
// was away, and those that a rush has opened end after it.
const (
	lifetime = 30 * time.Minute
	idle     = 5 * time.Minute
)

// Size returns how many connections a pool has at most: what the parameter says or, if it is empty,
// 16, or 4 for each CPU if that is more.
func Size(parameter string) (int, error) {
	if parameter == "" {
		return max(16, 4*runtime.NumCPU()), nil
	}
	n, err := strconv.Atoi(parameter)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%s is a number of at least 1, not %q", Parameter, parameter)
	}
	return n, nil
}

// Server is a database on a server.
type Server struct {
	Dialect   sqlstore.Dialect
	Connector driver.Connector
	Size      int // of the pool
	// Check reports an error if the server cannot do what the store needs.
	Check func(ctx context.Context, db *sqlx.DB) error
}

// Open connects and returns the store.
func (s *Server) Open(ctx context.Context) (*sqlstore.Store, error) {
	db, err := s.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.Check(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	store, err := sqlstore.New(ctx, sqlstore.Config{Writer: db, Dialect: s.Dialect})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return store, nil
}

// Connect opens a pool and waits for its first connection.
func (s *Server) Connect(ctx context.Context) (*sqlx.DB, error) {
	db := sqlx.NewDb(sql.OpenDB(s.Connector), s.Dialect.Name)
	db.SetMaxOpenConns(s.Size)
	db.SetMaxIdleConns(s.Size)
	db.SetConnMaxLifetime(lifetime)
	db.SetConnMaxIdleTime(idle)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}
