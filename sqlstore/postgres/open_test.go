package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/sqlstore/postgres"
	"github.com/authplug/authplug/sqlstore/sqltest"
)

func TestNamesThatAreRefused(t *testing.T) {
	for dsn, want := range map[string]string{
		"":                                     "not named",
		"postgres://u:hunter2@127.0.0.1:1/app": "connection refused",
		"postgres://u:hunter2@127.0.0.1:port/app":                  "parse",
		"host=127.0.0.1 port=1 user=u password=hunter2":            "connection refused",
		"postgres://u:hunter2@127.0.0.1:1/app?pool_max_conns=none": "pool_max_conns is a number of at least 1",
		"postgres://u:hunter2@127.0.0.1:1/app?pool_max_conns=0":    "pool_max_conns is a number of at least 1",
		"postgres://u:hunter2@127.0.0.1:1/app?sslmode=perhaps":     "sslmode",
	} {
		refused(t, dsn, want)
	}
}

func TestServersThatAreRefused(t *testing.T) {
	name := sqltest.Postgres(t)
	refused(t, name+"&default_transaction_read_only=on", "only reads")
	refused(t, name+"&no_such_parameter=1", "no_such_parameter")
	db := sqltest.Raw(t, name)
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE authplug_ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"); err != nil {
		var e interface{ SQLState() string }
		if errors.As(err, &e) && e.SQLState() == "42501" {
			t.Skip("may not make databases") // insufficient_privilege
		}
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = db.ExecContext(context.WithoutCancel(t.Context()), "DROP DATABASE authplug_ascii") })
	refused(t, strings.Replace(name, "/postgres?", "/authplug_ascii?", 1), "SQL_ASCII")
}

// refused checks that a database cannot be opened and that nobody learns the password by that.
func refused(t *testing.T, dsn, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	s, err := postgres.Open(ctx, dsn)
	if err == nil {
		_ = s.Close()
		t.Errorf("%s was opened", dsn)
		return
	}
	if text := err.Error(); !strings.HasPrefix(text, "postgres: ") || !strings.Contains(text, want) || strings.Contains(text, "hunter2") {
		t.Errorf("Open(%s) = %v, want %q in it", dsn, err, want)
	}
}

func TestThePoolHasItsSize(t *testing.T) {
	name := sqltest.Postgres(t)
	s := database.Store(t, name+"&pool_max_conns=2")
	done := make(chan error)
	for range 20 {
		go func() { done <- s.Ping(t.Context()) }()
	}
	for range 20 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	var n int
	row := sqltest.Raw(t, name).QueryRowContext(t.Context(),
		"SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()")
	if err := row.Scan(&n); err != nil || n != 2 {
		t.Errorf("%d connections, %v; want 2", n, err)
	}
}
