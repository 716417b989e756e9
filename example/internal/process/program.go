package process

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
)

// Main runs a program with its arguments, and ends it with status 1 after an error.
func Main(run func(ctx context.Context, args []string) error) {
	err := run(context.Background(), os.Args[1:])
	if err == nil {
		return
	}
	if !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(1)
}

// Each builds the auth-service, and lets f use it with each of some kinds of databases, named with
// commas between them. It goes on after an error.
func Each(ctx context.Context, kinds string, f func(binary, kind string) error) error {
	binary, clean, err := Build(ctx)
	if err != nil {
		return err
	}
	defer clean()
	var broken []error
	for kind := range strings.SplitSeq(kinds, ",") {
		if err := f(binary, kind); err != nil {
			broken = append(broken, fmt.Errorf("%s: %w", kind, err))
		}
	}
	return errors.Join(broken...)
}

// With lets f use an empty database of a kind (sqlite, postgres or mysql), and drops it. Where no server
// of the kind is named, it says so and does nothing.
func With(ctx context.Context, kind string, f func(*Database) error) (err error) {
	db, err := open(ctx, kind)
	if err != nil || db == nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Drop(ctx)) }()
	return f(db)
}
