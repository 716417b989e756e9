package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/password"
	"github.com/authplug/authplug/example/internal/django"
)

// atOnce is how many users or tokens are written at once: as many as a store has connections at least.
const atOnce = 16

// move is one run of an import.
type move struct {
	in      *invocation
	source  *django.Source
	service *auth.Service // knows who is there
	target  *auth.Service // takes who is not: in a dry run, one that forgets him
	tokens  auth.TokenStore
	leeway  time.Duration // for which a token is good after it has run out
	dry     bool

	read, added, there, skipped, noPassword int
}

func (m *move) run(ctx context.Context) error {
	total, err := m.source.Count(ctx)
	if err != nil {
		return err
	}
	if err := m.reserve(ctx); err != nil {
		return err
	}
	progress := time.Now()
	err = m.source.Each(ctx, func(rows []django.Row) error {
		if now := time.Now(); now.Sub(progress) > time.Second {
			progress = now
			m.in.say(fmt.Sprintf("%d of %d users", m.read, total))
		}
		return m.users(ctx, rows)
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
		m.printf("no user and no token was written: this was a dry run\n")
	}
	if m.skipped > 0 {
		return fmt.Errorf("%d users were skipped", m.skipped)
	}
	return nil
}

func (m *move) printf(format string, args ...any) { _, _ = fmt.Fprintf(m.in.out, format, args...) }

// reserve keeps ids of users who are skipped, or were deleted, from people who register here: tokens of
// the former, with the same key, would be theirs. It comes first, so that a run that is killed has done it;
// a store also takes ids faster below those that it has given.
func (m *move) reserve(ctx context.Context) error {
	last, err := m.source.LastID(ctx)
	if err != nil || last == 0 {
		return err
	}
	return m.target.ReserveUserIDs(ctx, strconv.FormatInt(last, 10))
}

// outcome is what became of a user; the zero value says that he was imported.
type outcome struct {
	done    bool  // an outage may come before
	why     error // he was not imported
	unknown bool  // his hash is of a kind that cannot be checked
}

// users imports some, and tells what became of them in their order. Only an outage ends the run.
func (m *move) users(ctx context.Context, rows []django.Row) error {
	outcomes := make([]outcome, len(rows))
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(atOnce)
	for _, indexes := range apart(rows) {
		all.Go(func() error {
			for _, i := range indexes {
				if err := m.user(ctx, &rows[i], &outcomes[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := all.Wait()
	for i, row := range rows {
		if outcomes[i].done {
			m.tell(row, outcomes[i])
		}
	}
	return err
}

// apart returns the indexes of rows that can be imported at once. Rows that may have the same address go
// together, in their order: of these the first is imported. Spellings of an address have the same local
// part but for its case.
func apart(rows []django.Row) [][]int {
	groups := make(map[string][]int, len(rows))
	var order []string
	for i, row := range rows {
		address := strings.ToLower(strings.TrimSpace(row.User.Email))
		local := address[:max(0, strings.LastIndexByte(address, '@'))]
		if groups[local] == nil {
			order = append(order, local)
		}
		groups[local] = append(groups[local], i)
	}
	list := make([][]int, len(order))
	for i, local := range order {
		list[i] = groups[local]
	}
	return list
}

// user imports one. It returns an outage.
func (m *move) user(ctx context.Context, row *django.Row, o *outcome) error {
	o.why = row.Err
	if o.why == nil {
		if hash := string(row.User.PasswordHash); hash != "" && !password.Readable(hash) {
			row.User.PasswordHash, o.unknown = "", true
		}
		o.why = m.put(ctx, row.User)
	}
	if errors.Is(o.why, auth.ErrUnavailable) {
		return o.why
	}
	o.done = true
	return nil
}

// tell counts and reports what became of a user.
func (m *move) tell(row django.Row, o outcome) {
	m.read++
	switch {
	case o.why == nil:
		m.added++
		if row.User.PasswordHash == "" {
			m.noPassword++
		}
		if o.unknown {
			m.printf("user %s comes without a password: its hash is of a kind that cannot be checked\n", row.ID)
		}
	case errors.Is(o.why, errThere):
		m.there++
	default:
		m.skipped++
		for _, line := range refusal(o.why) {
			m.printf("user %s is skipped: %s\n", row.ID, line)
		}
	}
}

// errThere says that a user was imported before.
var errThere = errors.New("there already")

// put adds a user unless he is there. What a run that was killed had begun may be committed only now:
// hence the second look.
func (m *move) put(ctx context.Context, u *auth.User) error {
	if err := m.inTheWay(ctx, u); err != nil {
		return err
	}
	err := m.target.ImportUser(ctx, u)
	if errors.Is(err, auth.ErrExists) || errors.Is(err, auth.ErrEmailTaken) {
		return cmp.Or(m.inTheWay(ctx, u), err)
	}
	return err
}

// inTheWay returns why a user cannot be added, as far as those who are there tell.
func (m *move) inTheWay(ctx context.Context, u *auth.User) error {
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
	return nil
}

// look returns the user of a key, or nil.
func (m *move) look(ctx context.Context, key auth.UserKey) (*auth.User, error) {
	u, err := m.service.User(ctx, key)
	if errors.Is(err, auth.ErrNotFound) {
		return nil, nil //nolint:nilnil // nobody is an answer here
	}
	return u, err
}

// blacklist brings over which tokens are good no more, for as long as they would be good here.
func (m *move) blacklist(ctx context.Context) error {
	past := time.Now().Add(-m.leeway)
	outstanding, err := m.source.CountOutstanding(ctx, past)
	if err != nil {
		return err
	}
	var added, there atomic.Int64
	err = m.source.Blacklisted(ctx, past, func(tokens []django.Token) error {
		all, ctx := errgroup.WithContext(ctx)
		for part := range slices.Chunk(tokens, max(1, len(tokens)/atOnce)) {
			all.Go(func() error { return m.revoke(ctx, part, &added, &there) })
		}
		return all.Wait()
	})
	if err != nil {
		return err
	}
	m.printf("%d blacklisted tokens: %d imported, %d there already; %d more go on until they run out, where the key is the same\n",
		added.Load()+there.Load(), added.Load(), there.Load(), outstanding)
	return nil
}

// revoke enters tokens one by one, and counts those that were not there and those that were.
func (m *move) revoke(ctx context.Context, tokens []django.Token, added, there *atomic.Int64) error {
	for _, t := range tokens {
		known, err := m.listed(ctx, t)
		if err != nil {
			return err
		}
		if known {
			there.Add(1)
		} else {
			added.Add(1)
		}
	}
	return nil
}

// listed enters a token and reports whether it was there before. A dry run only looks.
func (m *move) listed(ctx context.Context, t django.Token) (bool, error) {
	if m.dry {
		return m.tokens.TokenRevoked(ctx, t.ID)
	}
	err := m.tokens.RevokeToken(ctx, t.ID, t.Until.Add(m.leeway))
	if errors.Is(err, auth.ErrExists) {
		return true, nil
	}
	return false, err
}
