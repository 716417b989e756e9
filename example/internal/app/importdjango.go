package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/password"
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
	m := &move{in: in, source: source, service: service, target: service, tokens: store, dry: dry}
	if dry {
		m.target, err = c.Rehearse()
	}
	if err == nil {
		err = m.run(ctx)
	}
	return errors.Join(err, store.Close(), source.Close())
}

// move is one run of an import.
type move struct {
	in      *invocation
	source  *django.Source
	service *auth.Service // knows who is there
	target  *auth.Service // takes who is not: in a dry run, one that forgets him
	tokens  auth.TokenStore
	dry     bool

	read, added, there, skipped, noPassword int
}

func (m *move) run(ctx context.Context) error {
	total, err := m.source.Count(ctx)
	if err != nil {
		return err
	}
	progress := time.Now()
	err = m.source.Each(ctx, func(row django.Row) error {
		if now := time.Now(); now.Sub(progress) > time.Second {
			progress = now
			m.in.say(fmt.Sprintf("%d of %d users", m.read, total))
		}
		return m.user(ctx, row)
	})
	if err != nil {
		return err
	}
	m.printf("%d users read from %s: %d imported, %d there already, %d skipped; %d without a password that can be used\n",
		m.read, m.source.Table(), m.added, m.there, m.skipped, m.noPassword)
	if err := m.blacklist(ctx); err != nil {
		return err
	}
	if m.dry {
		m.printf("nothing was written: this was a dry run\n")
	}
	if m.skipped > 0 {
		return fmt.Errorf("%d users were skipped", m.skipped)
	}
	return nil
}

func (m *move) printf(format string, args ...any) { _, _ = fmt.Fprintf(m.in.out, format, args...) }

// user imports one. Only an outage ends the run.
func (m *move) user(ctx context.Context, row django.Row) error {
	m.read++
	if row.Err == nil {
		return m.use(ctx, row)
	}
	m.skip(row.ID, row.Err)
	return nil
}

func (m *move) use(ctx context.Context, row django.Row) error {
	if hash := string(row.User.PasswordHash); hash != "" && !password.Readable(hash) {
		row.User.PasswordHash = ""
		m.printf("user %s comes without a password: its hash is of a kind that cannot be checked\n", row.ID)
	}
	err := m.put(ctx, row.User)
	switch {
	case err == nil:
		m.added++
		if row.User.PasswordHash == "" {
			m.noPassword++
		}
	case errors.Is(err, errThere):
		m.there++
	case errors.Is(err, auth.ErrUnavailable):
		return err
	default:
		m.skip(row.ID, err)
	}
	return nil
}

func (m *move) skip(id string, why error) {
	m.skipped++
	for _, line := range refusal(why) {
		m.printf("user %s is skipped: %s\n", id, line)
	}
}

// errThere says that a user was imported before.
var errThere = errors.New("there already")

// put adds a user unless he is there.
func (m *move) put(ctx context.Context, u *auth.User) error {
	byID, err := m.look(ctx, auth.UserKey{ID: u.ID})
	if err != nil {
		return err
	}
	byAddress, err := m.look(ctx, auth.UserKey{Email: u.Email})
	switch {
	case err != nil:
		return err
	case byID != nil && byAddress != nil && byID.ID == byAddress.ID:
		return errThere
	case byID != nil:
		return errors.New("another user of the store has this id")
	case byAddress != nil:
		return auth.ErrEmailTaken
	}
	return m.target.ImportUser(ctx, u)
}

// look returns the user of a key, or nil.
func (m *move) look(ctx context.Context, key auth.UserKey) (*auth.User, error) {
	u, err := m.service.User(ctx, key)
	if errors.Is(err, auth.ErrNotFound) {
		return nil, nil //nolint:nilnil // nobody is an answer here
	}
	return u, err
}

// blacklist brings over which tokens are good no more.
func (m *move) blacklist(ctx context.Context) error {
	found, err := m.source.Tokens(ctx, time.Now())
	if err != nil {
		return err
	}
	added, there := 0, 0
	for _, t := range found.Blacklisted {
		if !m.dry {
			err = m.tokens.RevokeToken(ctx, t.ID, t.Until)
		}
		switch {
		case err == nil:
			added++
		case errors.Is(err, auth.ErrExists):
			there++
		default:
			return err
		}
	}
	m.printf("%d blacklisted tokens: %d imported, %d there already; %d more go on until they run out, where the key is the same\n",
		len(found.Blacklisted), added, there, found.Outstanding)
	return nil
}
