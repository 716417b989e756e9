package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/authplug/authplug/example/internal/process"
)

// storm is two processes on one database, and what many clients do to them.
type storm struct {
	options
	db        *process.Database
	figures   *figures
	chance    *rand.Rand
	processes []*process.Process
	clients   []*client
}

// start starts the processes and registers the users.
func (s *storm) start(ctx context.Context, binary string) error {
	env := []string{
		"FRAMEWORK=" + s.framework, "STORE=" + s.db.Store, "EASY_JWT_SIGNING_KEY=" + fmt.Sprintf("%064d", s.seed),
		"EASY_JWT_ROTATE_REFRESH_TOKENS=true", "EASY_JWT_CHECK_EPOCH=true", "EASY_JWT_THROTTLE_DISABLED=true", "LOG_LEVEL=error",
	}
	for range 2 {
		p, err := process.New(ctx, binary, env...)
		if err != nil {
			return err
		}
		s.processes = append(s.processes, p)
		if _, err := p.Start(ctx); err != nil {
			return err
		}
	}
	for i := range s.options.clients {
		s.clients = append(s.clients, newClient(s, i))
	}
	return s.each(func(c *client) error {
		for len(c.users) < max(1, s.users/s.options.clients) {
			c.register(ctx)
		}
		return nil
	})
}

// end ends the processes.
func (s *storm) end() {
	for _, p := range s.processes {
		p.Kill()
	}
}

// each lets all clients do something at once.
func (s *storm) each(do func(*client) error) error {
	errs := make([]error, len(s.clients))
	var wg sync.WaitGroup
	for i, c := range s.clients {
		wg.Go(func() { errs[i] = do(c) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// rage lets the clients go on until the kills are done.
func (s *storm) rage(ctx context.Context) {
	calm := make(chan struct{})
	go func() {
		defer close(calm)
		for n := range s.kills {
			time.Sleep(50*time.Millisecond + rand.N(950*time.Millisecond)) //nolint:gosec // Any moment will do.
			s.strike(ctx, n)
		}
	}()
	_ = s.each(func(c *client) error {
		for {
			select {
			case <-calm:
				return nil
			default:
				c.act(ctx)
			}
		}
	})
}

// strike kills one process and starts it again.
func (s *storm) strike(ctx context.Context, n int) {
	if s.db.Cut != nil && n%3 == 2 {
		if err := s.db.Cut(ctx); err != nil {
			s.figures.violation("the connections could not be cut: %v", err)
		}
	}
	p := s.processes[s.chance.IntN(len(s.processes))]
	p.Kill()
	after, err := p.Start(ctx)
	if err != nil {
		s.figures.violation("restart: %v", err)
		return
	}
	s.figures.restarted(after)
}

// check asks for everything that was acknowledged, in peace.
func (s *storm) check(ctx context.Context) {
	_ = s.each(func(c *client) error {
		for _, u := range c.users {
			c.audit(ctx, u)
		}
		return nil
	})
}
