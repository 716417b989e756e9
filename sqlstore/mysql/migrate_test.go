package mysql_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/authplug/authplug/sqlstore"
	"github.com/authplug/authplug/sqlstore/mysql"
	"github.com/authplug/authplug/sqlstore/sqltest"
)

// TestAMigrationThatBrokeOffIsTakenUp is about what no transaction undoes: of a migration that ended
// in its middle, the tables are there that it had made.
func TestAMigrationThatBrokeOffIsTakenUp(t *testing.T) {
	name := sqltest.MySQL(t)
	broken := mysql.Dialect()
	broken.Types.Keyed = "ENGINE=Missing" // of the third table
	for range 2 {
		_, err := sqlstore.New(t.Context(), sqlstore.Config{
			Writer: sqlx.NewDb(sqltest.Raw(t, name), "mysql"), Dialect: broken,
		})
		if err == nil || !strings.Contains(err.Error(), "Missing") {
			t.Fatalf("New = %v, want the error of the engine", err)
		}
	}
	if _, err := sqltest.Raw(t, name).ExecContext(t.Context(), "SELECT id FROM auth_sessions"); err != nil {
		t.Fatalf("the migration did not break off in its middle: %v", err)
	}
	s := database.Store(t, name)
	if err := s.RevokeToken(t.Context(), "t", time.Now()); err != nil {
		t.Error(err)
	}
	database.CompleteSchema(t, name)
}
