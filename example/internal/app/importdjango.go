package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/authplug/authplug/example/internal/config"
	"github.com/authplug/authplug/example/internal/django"
)

// importDjango brings the users of a Django database into the store, under their ids, and what its
// blacklist knows of tokens. It may be run again: who is there already stays as he is.
func importDjango(ctx context.Context, in *invocation) error {
	var dsn, table string
	var dry bool
	set := in.flags("import-django")
	set.StringVar(&dsn, "dsn", "", "`database` of Django: sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE")
	set.StringVar(&table, "users-table", "", "`table` with the users, if it is none that Django or EasyJWT makes")
	set.BoolVar(&dry, "dry-run", false, "check everything and write nothing")
	if err := in.parse(set); err != nil {
		return err
	}
	if dsn == "" {
		return usageError("--dsn is required")
	}
	c, err := in.load()
	if err != nil {
		return err
	}
	if c.InMemory() {
		return config.Problems{"STORE: memory: would forget the users at once: name a database"}
	}
	source, err := django.Open(ctx, dsn, table)
	if err != nil {
		return fmt.Errorf("--dsn: %w", err)
	}
	service, store, err := c.Open(ctx)
	if err != nil {
		return errors.Join(err, source.Close())
	}
	m := &move{
		in: in, source: source, service: service, target: service, tokens: store, dry: dry,
		leeway: c.Settings.Signing.Leeway,
	}
	if dry {
		m.target, err = c.Rehearse()
	}
	if err == nil {
		err = m.run(ctx)
	}
	return errors.Join(err, store.Close(), source.Close())
}
