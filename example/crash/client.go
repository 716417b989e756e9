package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/authplug/authplug/example/internal/process"
)

// client does one thing after the other for users of its own, so that it knows what each of them may
// be told.
type client struct {
	storm  *storm
	number int
	chance *rand.Rand
	http   *process.Client
	users  []*user
	made   int // addresses
}

func newClient(s *storm, number int) *client {
	return &client{
		storm: s, number: number,
		chance: rand.New(rand.NewPCG(s.seed, uint64(number)+1)), //nolint:gosec // Runs can be repeated, and no number is negative.
		http:   process.NewClient(10*time.Second, 2),
	}
}

// unknown reports whether nobody can tell if the request took effect.
func unknown(a process.Answer) bool {
	return a.Status == 0 || a.Status == http.StatusServiceUnavailable
}

// send sends a request to one of the processes, or to the other if nobody is there, as a proxy does.
func (c *client) send(ctx context.Context, path string, body map[string]string) process.Answer {
	first := c.chance.IntN(len(c.storm.processes))
	a := c.post(ctx, first, path, body)
	if a.Unsent() {
		a = c.post(ctx, 1-first, path, body)
	}
	c.storm.figures.answer(a.Status)
	if a.Status >= http.StatusInternalServerError && a.Status != http.StatusServiceUnavailable {
		c.storm.figures.violation("POST %s is %d", path, a.Status)
	}
	return a
}

func (c *client) post(ctx context.Context, number int, path string, body map[string]string) process.Answer {
	return c.http.Post(ctx, c.storm.processes[number], "/auth/"+path, body)
}

// act does one thing, in the mix of the storm.
func (c *client) act(ctx context.Context) {
	u := c.users[c.chance.IntN(len(c.users))]
	switch n := c.chance.IntN(100); {
	case n < 60:
		c.refresh(ctx, u)
	case n < 70:
		c.refreshTwice(ctx, u)
	case n < 80:
		c.login(ctx, u)
	case n < 85:
		c.register(ctx)
	case n < 90:
		c.logout(ctx, u)
	case n < 95:
		c.changePassword(ctx, u)
	default:
		c.reuse(ctx, u)
	}
}

// register adds a user. Whether one is there whose answer got lost, the next try tells.
func (c *client) register(ctx context.Context) {
	u := &user{
		email:     fmt.Sprintf("user%d-%d@example.com", c.number, c.made),
		passwords: []string{c.password()},
	}
	c.made++
	for {
		a := c.send(ctx, "create-user/", map[string]string{"email": u.email, "password": u.passwords[0]})
		switch {
		case a.Status == http.StatusCreated, a.Status == http.StatusBadRequest && u.doubtful:
			c.users = append(c.users, u)
			return
		case unknown(a):
			u.doubtful = true
			time.Sleep(5 * time.Millisecond)
		default:
			c.storm.figures.violation("%s: registration is %d", u.email, a.Status)
			return
		}
	}
}

func (c *client) password() string { return fmt.Sprintf("pass phrase %d", c.chance.Uint64()) }
