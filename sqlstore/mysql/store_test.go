package mysql_test

import (
	"testing"

	"github.com/authplug/authplug/sqlstore/internal/suite"
	"github.com/authplug/authplug/sqlstore/mysql"
	"github.com/authplug/authplug/sqlstore/sqltest"
)

var database = suite.Database{Open: mysql.Open, New: sqltest.MySQL, Raw: sqltest.Raw}

func TestStore(t *testing.T) { suite.Run(t, database) }

func TestManyProcessesStartAtOnce(t *testing.T) { suite.RunProcesses(t, database) }

// TestEitherWayOfCountingRows is about clientFoundRows: the suite runs without it.
func TestEitherWayOfCountingRows(t *testing.T) {
	d := database
	d.New = func(t testing.TB) string { return sqltest.MySQL(t) + "?clientFoundRows=true" }
	d.Rows(t)
}
