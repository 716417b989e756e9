package process

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
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

// With lets f use an empty database of a kind (sqlite, postgres or mysql), and drops it. Where no server
// of the kind is named, it says so and does nothing.
func With(ctx context.Context, name string, f func(*Database) error) (err error) {
	db, err := open(ctx, name)
	if err != nil || db == nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Drop(ctx)) }()
	return f(db)
}
