package example_test

import (
	"database/sql"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest"
	"github.com/authplug/authplug/echoauth"
	"github.com/authplug/authplug/ginauth"
	"github.com/authplug/authplug/sqlstore"
	"github.com/authplug/authplug/sqlstore/mysql"
	"github.com/authplug/authplug/sqlstore/postgres"
	"github.com/authplug/authplug/sqlstore/sqltest"
)

// These run the suite that the adapters pass in memory on databases.

func TestAdaptersOnSQLite(t *testing.T) {
	store := func(t *testing.T) auth.Store { return openStore(t, "file:"+t.TempDir()+"/test.db?synchronous=normal") }
	t.Run("gin", func(t *testing.T) { runAdapter(t, serveGin, store, false) })
	t.Run("echo", func(t *testing.T) {
		if testing.Short() {
			t.Skip("one framework is enough for the race detector")
		}
		runAdapter(t, serveEcho, store, false)
	})
}

// Stores know nothing of frameworks: on the servers, where tests take longer, each has one.

func TestAdaptersOnPostgreSQL(t *testing.T) {
	notShort(t)
	runAdapter(t, serveGin, newShelf(t, sqltest.Postgres, postgres.Dialect(), "ALTER SEQUENCE auth_users_id_seq RESTART").take, true)
}

func TestAdaptersOnMySQL(t *testing.T) {
	notShort(t)
	runAdapter(t, serveEcho, newShelf(t, sqltest.MySQL, mysql.Dialect(), "ALTER TABLE auth_users AUTO_INCREMENT = 1").take, true)
}

func notShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("SQLite is enough for the race detector")
	}
}

func runAdapter(
	t *testing.T, serve func(*auth.Service, []adaptertest.Route, ...auth.RouteOption) http.Handler, store func(t *testing.T) auth.Store,
	remote bool,
) {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	adaptertest.Run(t, adaptertest.Harness{Serve: serve, Store: store, Remote: remote})
}

// tables are all that hold rows of a service.
var tables = []string{"auth_users", "auth_sessions", "auth_tokens", "auth_locks", "auth_hits"}

// shelf keeps stores for the next test: opening one takes longer than most tests.
type shelf struct {
	t       *testing.T
	create  func(testing.TB) string
	dialect sqlstore.Dialect
	again   string // makes the database count users from 1 again

	mu     sync.Mutex
	stores []shelved
}

type shelved struct {
	*sqlstore.Store
	db *sql.DB
}

func newShelf(t *testing.T, create func(testing.TB) string, d sqlstore.Dialect, again string) *shelf {
	return &shelf{t: t, create: create, dialect: d, again: again}
}

// take returns an empty store, which goes back with the test.
func (s *shelf) take(t *testing.T) auth.Store {
	t.Helper()
	store := s.next(t)
	t.Cleanup(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.stores = append(s.stores, store)
	})
	statements := []string{s.again}
	for _, table := range tables {
		statements = append(statements, "DELETE FROM "+table)
	}
	for _, statement := range slices.Backward(statements) {
		if _, err := store.db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return store.Store
}

// next returns a store that nobody has, or opens one that ends with the shelf's test.
func (s *shelf) next(t *testing.T) shelved {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.stores); n > 0 {
		store := s.stores[n-1]
		s.stores = s.stores[:n-1]
		return store
	}
	// Some tests hold hundreds, of which few do anything: connections end soon.
	db := sqltest.Raw(s.t, s.create(s.t))
	db.SetMaxOpenConns(2)
	db.SetConnMaxIdleTime(300 * time.Millisecond)
	store, err := sqlstore.New(s.t.Context(), sqlstore.Config{Writer: sqlx.NewDb(db, s.dialect.Name), Dialect: s.dialect})
	if err != nil {
		t.Fatal(err)
	}
	return shelved{store, db}
}

func serveGin(s *auth.Service, routes []adaptertest.Route, opts ...auth.RouteOption) http.Handler {
	r, a := gin.New(), ginauth.New(s)
	a.Register(r, opts...)
	for _, route := range routes {
		r.Handle(route.Method, route.Path, adaptertest.Middleware(a, route), func(c *gin.Context) {
			c.JSON(http.StatusOK, route.Handle(c.Request, ginauth.Identity(c)))
		})
	}
	return r
}

func serveEcho(s *auth.Service, routes []adaptertest.Route, opts ...auth.RouteOption) http.Handler {
	e, a := echo.New(), echoauth.New(s)
	a.Register(e, opts...)
	for _, route := range routes {
		e.Add(route.Method, route.Path, func(c echo.Context) error {
			return c.JSON(http.StatusOK, route.Handle(c.Request(), echoauth.Identity(c)))
		}, adaptertest.Middleware(a, route))
	}
	return e
}
