// Command load sends the traffic of a busy day to an auth-service: many requests that are verified, some
// refreshes, and a flood of logins, and judges every answer.
//
//	go run ./example/load                                   # SQLite, and the servers that are named
//	go run ./example/load -databases postgres -frameworks echo -duration 30m
//
// It prints percentiles for each kind of request, also as a ratio to a plain handler of the same
// framework in the same run, the memory of the service, and wrong answers, which end it with status 1. A
// run of more than a few minutes is a soak: each minute has a line, and memory must not keep growing.
// PostgreSQL and MySQL or MariaDB are used where AUTHPLUG_POSTGRES and AUTHPLUG_MYSQL name a server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/authplug/authplug/example/internal/process"
)

// options are what a run can be told. Rates are requests a second.
type options struct {
	databases, frameworks string
	duration              time.Duration
	verified              int
	refreshes             int
	logins                int
	users                 int
}

func parse(args []string) (o options, err error) {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.StringVar(&o.databases, "databases", "sqlite,postgres,mysql", "databases, one after the other")
	flags.StringVar(&o.frameworks, "frameworks", "gin,echo", "gin, echo or both")
	flags.DurationVar(&o.duration, "duration", 15*time.Second, "of each run")
	flags.IntVar(&o.verified, "verified", 1000, "verified requests a second, and half as many plain ones")
	flags.IntVar(&o.refreshes, "refreshes", 50, "refreshes a second")
	flags.IntVar(&o.logins, "logins", 200, "logins a second, more than can be hashed")
	flags.IntVar(&o.users, "users", 64, "users")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.duration < time.Second || min(o.verified, o.refreshes, o.logins, o.users) < 1 {
		return o, errors.New("load: at least one second, and one of everything")
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
		var broken []error
		for framework := range strings.SplitSeq(o.frameworks, ",") {
			err := process.With(ctx, kind, func(db *process.Database) error { return one(ctx, o, binary, kind, framework, db) })
			if err != nil {
				broken = append(broken, fmt.Errorf("%s: %w", framework, err))
			}
		}
		return errors.Join(broken...)
	})
}

// one runs the traffic on one database and one framework, and prints its lines.
func one(ctx context.Context, o options, binary, name, framework string, db *process.Database) error {
	p, err := process.New(ctx, binary, "FRAMEWORK="+framework, "STORE="+db.Store, "LOG_LEVEL=error",
		"EASY_JWT_SIGNING_KEY="+strings.Repeat("load-", 13), "EASY_JWT_ROTATE_REFRESH_TOKENS=true",
		"EASY_JWT_THROTTLE_DISABLED=true", "EASY_JWT_CHECK_EPOCH=true", "CACHE=memory:")
	if err != nil {
		return err
	}
	defer p.Kill()
	if _, err := p.Start(ctx); err != nil {
		return err
	}
	t := newTraffic(o, p)
	if err := t.register(ctx); err != nil {
		return err
	}
	t.flow(ctx)
	fmt.Print(t.report(name, framework))
	return t.verdict()
}
