package mysql

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/sqlstore/sqltest"
)

func TestNamesThatAreRefused(t *testing.T) {
	for dsn, want := range map[string]string{
		"":                                "not named",
		"mysql://u:hunter2@127.0.0.1:1":   "not named",
		"mysql://u:hunter2@%zz/app":       "no URL",
		"mysql://u:hunter2@127.0.0.1:1/a": "connection refused",
		"u:hunter2@tcp(127.0.0.1:1)/a":    "connection refused",
		"u:hunter2@nowhere(x)/a":          "nowhere",
		"mysql://u:hunter2@127.0.0.1:1/a?pool_max_conns=many":   "pool_max_conns is a number of at least 1",
		"mysql://u:hunter2@127.0.0.1:1/a?clientFoundRows=maybe": "maybe",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		s, err := Open(ctx, dsn)
		cancel()
		if err == nil {
			_ = s.Close()
			t.Errorf("%s was opened", dsn)
			continue
		}
		text := err.Error()
		if !strings.HasPrefix(text, "mysql: ") || !strings.Contains(text, want) || strings.Contains(text, "hunter2") {
			t.Errorf("Open(%s) = %v, want %q in it", dsn, err, want)
		}
	}
}

func TestVersions(t *testing.T) {
	for version, want := range map[string]string{
		"8.0.36":                          "",
		"9.1.0-log":                       "",
		"10.11.19-MariaDB-0+deb12u1":      "",
		"11.4.2-MariaDB":                  "",
		"5.7.44":                          "8.0 is the oldest",
		"10.6.18-MariaDB-log":             "10.11 is the oldest",
		"8.0.11-TiDB-v7.5.0":              "",
		"the one and only":                "none of MySQL or MariaDB",
		"5.5.5-10.4.34-MariaDB-1:10.4.34": "10.11 is the oldest",
	} {
		err := checkVersion(version)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", version, err, want)
		}
	}
}

// TestConnectionsAreAsTheStoreNeedsThem holds whatever the name of the database asks for.
func TestConnectionsAreAsTheStoreNeedsThem(t *testing.T) {
	name := sqltest.MySQL(t) + "?sql_mode=''&autocommit=0&charset=latin1&interpolateParams=true&multiStatements=true&pool_max_conns=3"
	s, err := Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	server, err := parse(name)
	if err != nil || server.Size != 3 {
		t.Fatalf("%+v, %v", server, err)
	}
	db, err := server.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var mode, charset, level string
	var autocommit, wait int
	row := db.QueryRowxContext(t.Context(),
		"SELECT @@sql_mode, @@character_set_client, @@tx_isolation, @@autocommit, @@innodb_lock_wait_timeout")
	if err := row.Scan(&mode, &charset, &level, &autocommit, &wait); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(mode, "STRICT_ALL_TABLES") || charset != "utf8mb4" || level != "READ-COMMITTED" || autocommit != 1 || wait != 5 {
		t.Errorf("sql_mode %s, character set %s, isolation %s, autocommit %d, lock wait %d s", mode, charset, level, autocommit, wait)
	}
}
