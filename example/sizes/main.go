// Command sizes shows what it costs that there are many users: the same work with a thousand users and
// sessions and with a million, in turn in one run.
//
//	go run ./example/sizes                                  # SQLite, and PostgreSQL if it is named
//	go run ./example/sizes -databases mysql -users 100000
//
// It prints the cost of a login (apart from the hash of the password), a refresh, lists and a purge in
// both and their ratio, which should be 2 at most, then how long an auth-service takes to be ready with the
// larger, and how much memory it has while its sessions send requests. It ends with status 1 if the
// service is late, large or wrong; a ratio of times is for people to judge. PostgreSQL and MySQL or
// MariaDB are used where AUTHPLUG_POSTGRES and AUTHPLUG_MYSQL name a server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/authplug/authplug/example/internal/process"
)

// options are what a run can be told.
type options struct {
	databases  string
	few, users int
	rounds     int
	traffic    time.Duration
}

func parse(args []string) (*options, error) {
	o, flags := &options{}, flag.NewFlagSet("sizes", flag.ContinueOnError)
	flags.StringVar(&o.databases, "databases", "sqlite,postgres", "databases, one after the other")
	flags.IntVar(&o.few, "few", 1000, "users, each with a session, to compare with")
	flags.IntVar(&o.users, "users", 1_000_000, "users, each with a session")
	flags.IntVar(&o.rounds, "rounds", 40, "rounds, in each of which everything is measured in both")
	flags.DurationVar(&o.traffic, "traffic", time.Minute, "how long requests go to the auth-service")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if o.few < together || o.users < o.few || o.rounds < 1 || o.traffic <= 0 {
		return nil, fmt.Errorf("sizes: at least %d users in the smaller, as many in the larger, and one of everything else", together)
	}
	return o, nil
}

func main() { process.Main(run) }

func run(ctx context.Context, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	fmt.Printf("| database | what | with %d users | with %d | ratio |\n| --- | --- | --- | --- | --- |\n", o.few, o.users)
	return process.Each(ctx, o.databases, func(binary, kind string) error {
		return process.With(ctx, kind, func(small *process.Database) error {
			return process.With(ctx, kind, func(large *process.Database) error {
				return o.compare(ctx, binary, kind, small.Store, large.Store)
			})
		})
	})
}

// compare fills two databases, measures what work costs in both, and an auth-service on the larger.
func (o *options) compare(ctx context.Context, binary, name, few, many string) (err error) {
	small, err := gather(ctx, few, o.few)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, small.store.Close()) }()
	large, err := gather(ctx, many, o.users)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, large.store.Close()) }()
	all, err := o.measure(ctx, small, large)
	if err != nil {
		return err
	}
	for i, c := range all {
		fmt.Printf("| %s | %s | %v | %v | %.2f× |\n", name, operations[i].name, c.small, c.large, c.ratio())
	}
	l, err := o.live(ctx, binary, many, large)
	if err != nil {
		return err
	}
	fmt.Printf("| %s | an auth-service: %v |\n", name, l)
	return l.verdict()
}
