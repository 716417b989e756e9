package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/authplug/authplug/sqlstore"
	"github.com/authplug/authplug/sqlstore/internal/suite"
	"github.com/authplug/authplug/sqlstore/sqlite"
)

var database = suite.Database{Open: sqlite.Open, New: newPath, Raw: raw}

func TestStore(t *testing.T) { suite.Run(t, database) }

func TestManyProcessesStartAtOnce(t *testing.T) { suite.RunProcesses(t, database) }

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "auth.db") }

// open opens a store that is closed with the test.
func open(t testing.TB, name string) *sqlstore.Store { return database.Store(t, name) }

// raw opens the file without the store.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}
