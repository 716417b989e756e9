package postgres_test

import (
	"net/url"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/authplug/authplug/sqlstore/internal/suite"
	"github.com/authplug/authplug/sqlstore/postgres"
	"github.com/authplug/authplug/sqlstore/sqltest"
)

var database = suite.Database{Open: postgres.Open, New: sqltest.Postgres, Raw: sqltest.Raw, Bind: sqlx.DOLLAR}

func TestStore(t *testing.T) { suite.Run(t, database) }

func TestManyProcessesStartAtOnce(t *testing.T) { suite.RunProcesses(t, database) }

// TestTransactionsThatCannotBeSerialized is what databases do that know no other level, such as
// CockroachDB: they refuse one of two that meet, and leave it to the program to try again.
func TestTransactionsThatCannotBeSerialized(t *testing.T) {
	for _, level := range []string{"serializable", "repeatable read"} {
		t.Run(level, func(t *testing.T) {
			d := database
			d.New = func(t testing.TB) string {
				return sqltest.Postgres(t) + "&default_transaction_isolation=" + url.PathEscape(level)
			}
			d.Together(t)
		})
	}
}
