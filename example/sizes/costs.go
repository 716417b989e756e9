package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// An operation is work whose cost is measured: do does it some times, and says how often.
type operation struct {
	name string
	do   func(*crowd, context.Context) (times int, took time.Duration, err error)
}

var operations = []operation{
	{"login", inTurn(50, (*crowd).login)},
	{"refresh", inTurn(200, (*crowd).refresh)},
	{"one of 64 refreshes at once", (*crowd).refreshTogether},
	{"list the sessions of a user", inTurn(200, (*crowd).listSessions)},
	{"list 100 users", inTurn(50, (*crowd).listUsers)},
	{"purge a session", (*crowd).purge},
	{"purge where nothing is past", inTurn(20, (*crowd).purgeNothing)},
}

// cost is the median of an operation's, in the smaller and in the larger database.
type cost struct{ small, large time.Duration }

func (c cost) ratio() float64 { return float64(c.large) / float64(c.small) }

// measure returns the costs of the operations. Both databases have their turn in each round.
func (o *options) measure(ctx context.Context, small, large *crowd) ([]cost, error) {
	var all []cost
	for _, op := range operations {
		var took [2][]time.Duration
		for range o.rounds {
			for i, c := range []*crowd{small, large} {
				times, t, err := op.do(c, ctx)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", op.name, err)
				}
				took[i] = append(took[i], t/time.Duration(times))
			}
		}
		all = append(all, cost{median(took[0]), median(took[1])})
	}
	return all, nil
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// inTurn does something n times, one after the other.
func inTurn(n int, do func(*crowd, context.Context) error) func(*crowd, context.Context) (int, time.Duration, error) {
	return func(c *crowd, ctx context.Context) (int, time.Duration, error) {
		begin := time.Now()
		for range n {
			if err := do(c, ctx); err != nil {
				return 0, 0, err
			}
		}
		return n, time.Since(begin), nil
	}
}

func (c *crowd) login(ctx context.Context) error {
	_, err := c.service.Login(ctx, auth.Credentials{Identifier: address(c.anybody()), Password: crowdPassword}, client)
	return err
}

func (c *crowd) refresh(ctx context.Context) error { return c.refreshOf(ctx, c.anybody()) }

func (c *crowd) refreshOf(ctx context.Context, i int) error {
	next, err := c.service.Refresh(ctx, c.pairs[i].Refresh, client)
	if err == nil {
		c.pairs[i] = next
	}
	return err
}

// together is how many users take part where many do something at once, nobody twice.
const together = 500

func (c *crowd) refreshTogether(ctx context.Context) (int, time.Duration, error) {
	begin, first, step := time.Now(), c.anybody(), len(c.users)/together
	err := c.together(together, func(i int) error { return c.refreshOf(ctx, (first+i*step)%len(c.users)) })
	return together, time.Since(begin), err
}

func (c *crowd) listSessions(ctx context.Context) error {
	list, err := c.service.Sessions(ctx, auth.UserKey{ID: c.users[c.anybody()]})
	if err == nil && len(list) == 0 {
		err = errors.New("a user has no session")
	}
	return err
}

func (c *crowd) listUsers(ctx context.Context) error {
	lister, ok := c.store.(auth.UserLister)
	if !ok {
		return errors.New("the store lists no users")
	}
	_, err := lister.Users(ctx, c.users[c.anybody()], 100)
	return err
}

// purge makes sessions that are past, and measures their removal.
func (c *crowd) purge(ctx context.Context) (int, time.Duration, error) {
	past := time.Now().Add(-time.Hour)
	err := c.together(together, func(int) error {
		_, err := c.store.CreateSession(ctx, &auth.Session{
			ID: token.NewOrderedID(past), UserID: c.users[c.anybody()], TokenID: token.NewID(), CreatedAt: past, LastSeen: past, ExpiresAt: past, EndsAt: past,
		}, auth.Admission{At: past})
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	removed, err := c.store.DeleteExpired(ctx, begin, together)
	if err == nil && removed != together {
		err = fmt.Errorf("%d sessions were removed, not %d", removed, together)
	}
	return together, time.Since(begin), err
}

func (c *crowd) purgeNothing(ctx context.Context) error {
	removed, err := c.store.DeleteExpired(ctx, time.Now(), together)
	if err == nil && removed != 0 {
		err = fmt.Errorf("%d sessions were removed that are not past", removed)
	}
	return err
}
