// Package suite tests what the stores of all SQL databases have in common: the contract, and what
// happens when several stores share a database, as several processes do.
package suite

import (
	"context"
	"database/sql"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest"
	"github.com/authplug/authplug/sqlstore"
)

// Database is what is tested.
type Database struct {
	Open func(ctx context.Context, name string) (*sqlstore.Store, error)
	// New makes an empty database, which ends with the test, and returns its name.
	New func(t testing.TB) string
	// Raw opens a database without the store.
	Raw  func(t testing.TB, name string) *sql.DB
	Bind int // as in [sqlstore.Dialect]; 0 for question marks
}

// Run tests everything.
func Run(t *testing.T, d Database) {
	t.Helper()
	t.Run("contract", d.contract)
	t.Run("together", d.Together)
	t.Run("schema", d.schema)
	t.Run("rows", d.Rows)
}

func (d Database) contract(t *testing.T) {
	storetest.RunLimiter(t, func(t *testing.T) auth.Limiter { return d.Store(t, d.New(t)) })
	storetest.Run(t, func(t *testing.T) auth.Store { return d.Store(t, d.New(t)) })
	t.Run("users only", func(t *testing.T) {
		storetest.RunUsers(t, func(t *testing.T) auth.UserStore {
			return struct{ auth.UserStore }{d.Store(t, d.New(t))}
		})
	})
}

// Store opens a store that is closed with the test.
func (d Database) Store(t testing.TB, name string) *sqlstore.Store {
	t.Helper()
	s, err := d.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Login adds a session of user 1 that lives for an hour from now on.
func Login(t testing.TB, s auth.Store, id string, now time.Time) {
	t.Helper()
	end := now.Add(time.Hour)
	e := &auth.Session{ID: id, UserID: "1", TokenID: "0", CreatedAt: now, ExpiresAt: end, EndsAt: end}
	if _, err := s.CreateSession(t.Context(), e, auth.Admission{At: now}); err != nil {
		t.Fatal(err)
	}
}
