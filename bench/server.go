package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/authplug/authplug/sqlstore"
	"github.com/authplug/authplug/sqlstore/mysql"
	"github.com/authplug/authplug/sqlstore/postgres"
	"github.com/authplug/authplug/sqlstore/sqltest"
)

// pgbenchClients is how many connections rotate sessions.
const pgbenchClients = 16

// onServer is goal 9: rotations on PostgreSQL against pgbench with the same statement. It is left out
// where no server is named or pgbench is missing.
func onServer(e effort) (rows []row, err error) {
	pgbench, _ := exec.LookPath("pgbench")
	if pgbench == "" {
		fmt.Fprintln(os.Stderr, "bench: there is no pgbench, so its row is missing")
		return nil, nil
	}
	err = onPostgres(func(store *sqlstore.Store, name string) error {
		ours, theirs, err := e.besidePgbench(store, pgbench, name)
		if err != nil {
			return err
		}
		rows = []row{{
			9, fmt.Sprintf("rotate %d sessions at once, PostgreSQL, against pgbench -M prepared on the same statement", pgbenchClients),
			[]figure{{format: "%.2f× pgbench", ours: ours / theirs, peer: none, goal: 0.8}},
		}}
		return nil
	})
	return rows, err
}

// onDatabase runs f with a store on a server that a variable names, if it names one.
func onDatabase(
	variable string, create func(context.Context, string) (string, sqltest.Drop, error),
	open func(context.Context, string) (*sqlstore.Store, error), f func(store *sqlstore.Store, name string) error,
) (err error) {
	server := os.Getenv(variable)
	if server == "" {
		fmt.Fprintf(os.Stderr, "bench: %s is not set, so its rows are missing\n", variable)
		return nil
	}
	ctx := context.Background()
	name, drop, err := create(ctx, server)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop(ctx)) }()
	store, err := open(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return f(store, name)
}

// onPostgres is onDatabase for PostgreSQL.
func onPostgres(f func(store *sqlstore.Store, name string) error) error {
	return onDatabase(sqltest.PostgresVariable, sqltest.NewPostgres, postgres.Open, f)
}

// onMySQL is onDatabase for MySQL or MariaDB.
func onMySQL(f func(store *sqlstore.Store, name string) error) error {
	return onDatabase(sqltest.MySQLVariable, sqltest.NewMySQL, mysql.Open, f)
}

// besidePgbench returns rotations a second, ours and theirs.
func (e effort) besidePgbench(store *sqlstore.Store, pgbench, name string) (ours, theirs float64, err error) {
	members, err := newCrowd(store, pgbenchClients)
	if err != nil {
		return 0, 0, err
	}
	for i := range pgbenchClients {
		if err := addSession(store, fmt.Sprint(i)); err != nil {
			return 0, 0, err
		}
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	script := filepath.Join(dir, "rotate.sql")
	if err := os.WriteFile(script, []byte(pgbenchScript()), 0o600); err != nil {
		return 0, 0, err
	}
	for range e.crowdRounds() {
		p, err := e.pace(members)
		if err != nil {
			return 0, 0, err
		}
		seconds := max(1, int(100*e.slice.Seconds()))
		rate, err := runPgbench(pgbench, script, name, seconds)
		if err != nil {
			return 0, 0, err
		}
		ours, theirs = max(ours, p.rate), max(theirs, rate)
	}
	return ours, theirs, nil
}

// pgbenchScript is [rotateSQL] with what differs from one rotation to the next: the token stays, so
// that the next one finds it.
func pgbenchScript() string {
	values := []string{":at", "'192.0.2.1'", "(:at)::bigint + 3600000", "'0'", "'0'", ":at", "(:client_id)::text", "'0'", "1"}
	script := "\\set at random(1800000000000, 1900000000000)\n" + rotateSQL + ";\n"
	for _, value := range values {
		script = strings.Replace(script, "?", value, 1)
	}
	return script
}

var pgbenchRate = regexp.MustCompile(`tps = ([0-9.]+) \(without initial`)

func runPgbench(pgbench, script, name string, seconds int) (float64, error) {
	//nolint:gosec // The program and its arguments are ours.
	out, err := exec.CommandContext(context.Background(), pgbench, "-n", "-M", "prepared", "-c", fmt.Sprint(pgbenchClients), "-j", "2",
		"-T", fmt.Sprint(seconds), "-f", script, name).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	found := pgbenchRate.FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("pgbench says %s", out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}
