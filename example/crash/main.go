// Command crash kills auth-services again and again while many clients refresh, log in, register and
// change passwords, and checks that nothing that was acknowledged is lost and no token is spent twice.
//
//	go run ./example/crash                       # SQLite, and the servers that are named
//	go run ./example/crash -databases sqlite -kills 300
//	go run ./example/crash -databases own-postgres,own-mariadb
//
// Two processes serve one database. One of them is killed at a time, with SIGKILL, at a random moment,
// and started again. PostgreSQL and MySQL or MariaDB are used where AUTHPLUG_POSTGRES and AUTHPLUG_MYSQL
// name a server; every third kill there cuts all connections to PostgreSQL as well. The servers that are
// its own it kills instead, with SIGKILL. It prints its figures as a table, and exits with status 1 if an
// invariant was broken.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/authplug/authplug/example/internal/process"
)

// options are what a run can be told.
type options struct {
	databases string
	framework string
	kills     int
	clients   int
	users     int
	seed      uint64
	restart   time.Duration
}

func parse(args []string) (o options, err error) {
	flags := flag.NewFlagSet("crash", flag.ContinueOnError)
	flags.StringVar(&o.databases, "databases", "sqlite,postgres,mysql", "databases, one after the other: sqlite, postgres, mysql, own-postgres, own-mariadb")
	flags.StringVar(&o.framework, "framework", "gin", "gin or echo")
	flags.IntVar(&o.kills, "kills", 60, "kills for each database")
	flags.IntVar(&o.clients, "clients", 64, "clients at once")
	flags.IntVar(&o.users, "users", 500, "users at the beginning")
	flags.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "what chance begins with")
	flags.DurationVar(&o.restart, "restart", 2*time.Second, "how long a process may take to be ready again")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.kills < 1 || o.clients < 1 || o.users < o.clients {
		return o, errors.New("crash: at least 1 kill and 1 client, and as many users as clients")
	}
	return o, nil
}

func main() { process.Main(run) }

func run(ctx context.Context, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	fmt.Println(header)
	return process.Each(ctx, o.databases, func(binary, kind string) error {
		return process.With(ctx, kind, func(db *process.Database) error { return onDatabase(ctx, o, binary, kind, db) })
	})
}

// onDatabase runs the storm on one database and prints its line.
func onDatabase(ctx context.Context, o options, binary, name string, db *process.Database) error {
	s := &storm{
		options: o, db: db, figures: newFigures(),
		chance: rand.New(rand.NewPCG(o.seed, 0)), //nolint:gosec // Runs can be repeated.
	}
	defer s.end()
	if err := s.start(ctx, binary); err != nil {
		return err
	}
	s.rage(ctx)
	s.check(ctx)
	s.end()
	fmt.Println(s.figures.line(name, o))
	return errors.Join(db.Intact(ctx), s.figures.verdict(o))
}
