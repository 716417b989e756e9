package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/password"
	"github.com/authplug/authplug/example/internal/config"
)

const (
	workers       = 64
	crowdPassword = "correct horse 9"
)

var (
	crowdKey = strings.Repeat("sizes-", 11)
	client   = auth.Client{Address: "192.0.2.1", UserAgent: "sizes"}
)

// crowd is many users in a database, each with a session.
type crowd struct {
	store   config.Store
	service *auth.Service
	users   []string // ids
	pairs   []*auth.Tokens
}

// gather makes the users and their sessions.
func gather(ctx context.Context, database string, n int) (*crowd, error) {
	store, err := config.OpenStore(ctx, database)
	if err != nil {
		return nil, err
	}
	c := &crowd{store: store, users: make([]string, n), pairs: make([]*auth.Tokens, n)}
	if c.service, err = auth.New(settings(), auth.In(store)); err == nil {
		err = c.together(n, func(i int) error { return c.add(ctx, i) })
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return c, nil
}

func settings() auth.Settings {
	s := auth.EasyJWT()
	s.Signing.Key = auth.Secret(crowdKey)
	s.Tokens.AccessLifetime = time.Hour // so that they are good when it is the auth-service's turn
	s.Tokens.ReuseRefresh = false
	s.Throttle.Disabled = true
	s.Passwords.Weak = true // a hash costs the same whatever is in the database
	s.Passwords.Cost = password.Cost{Memory: 64, Time: 1, Threads: 1}
	return s
}

func (c *crowd) add(ctx context.Context, i int) error {
	u, err := c.service.CreateUser(ctx, auth.NewUser{Email: address(i), Password: crowdPassword, FirstName: "Ann", LastName: "Other"})
	if err != nil {
		return err
	}
	c.users[i] = u.ID
	c.pairs[i], err = c.service.OpenSession(ctx, auth.UserKey{ID: u.ID}, client, nil)
	return err
}

func address(i int) string { return fmt.Sprintf("user%d@example.com", i) }

// anybody is the number of a user.
func (c *crowd) anybody() int { return rand.N(len(c.users)) } //nolint:gosec // It need not be secret.

// together does something for each number below n, some at once, until one fails.
func (c *crowd) together(n int, do func(int) error) error {
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(workers)
	for i := 0; i < n && ctx.Err() == nil; i++ {
		g.Go(func() error { return do(i) })
	}
	return g.Wait()
}
