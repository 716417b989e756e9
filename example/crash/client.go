package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"time"
)

// client does one thing after the other for users of its own, so that it knows what each of them may
// be told.
type client struct {
	storm  *storm
	number int
	chance *rand.Rand
	http   *http.Client
	users  []*user
	made   int // addresses
}

func newClient(s *storm, number int) *client {
	return &client{
		storm: s, number: number,
		chance: rand.New(rand.NewPCG(s.seed, uint64(number)+1)), //nolint:gosec // Runs can be repeated, and no number is negative.
		http:   &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 2}},
	}
}

// answer is what came back.
type answer struct {
	status          int  // 0 if it got lost
	unsent          bool // since nobody was there
	Access, Refresh string
}

// unknown reports whether nobody can tell if the request took effect.
func (a answer) unknown() bool { return a.status == 0 || a.status == http.StatusServiceUnavailable }

// send sends a request to one of the processes, or to the other if nobody is there, as a proxy does.
func (c *client) send(ctx context.Context, path string, body map[string]string) answer {
	first := c.chance.IntN(len(c.storm.processes))
	a := c.post(ctx, first, path, body)
	if a.unsent {
		a = c.post(ctx, 1-first, path, body)
	}
	c.storm.figures.answer(a.status)
	if a.status >= http.StatusInternalServerError && a.status != http.StatusServiceUnavailable {
		c.storm.figures.violation("POST %s is %d", path, a.status)
	}
	return a
}

func (c *client) post(ctx context.Context, number int, path string, body map[string]string) (a answer) {
	text, err := json.Marshal(body)
	if err != nil {
		return answer{}
	}
	url := "http://" + c.storm.processes[number].Addr + "/auth/" + path
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(text))
	if err != nil {
		return answer{}
	}
	r.GetBody = nil // nothing is sent twice behind our back
	r.Header.Set("Content-Type", "application/json")
	reply, err := c.http.Do(r)
	if err != nil {
		var dial *net.OpError
		return answer{unsent: errors.As(err, &dial) && dial.Op == "dial"}
	}
	defer reply.Body.Close()
	said, err := io.ReadAll(reply.Body)
	if err != nil {
		return answer{}
	}
	if reply.StatusCode == http.StatusOK {
		if err := json.Unmarshal(said, &a); err != nil {
			return answer{}
		}
	}
	a.status = reply.StatusCode
	return a
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
		case a.status == http.StatusCreated, a.status == http.StatusBadRequest && u.doubtful:
			c.users = append(c.users, u)
			return
		case a.unknown():
			u.doubtful = true
			time.Sleep(5 * time.Millisecond)
		default:
			c.storm.figures.violation("%s: registration is %d", u.email, a.status)
			return
		}
	}
}

func (c *client) password() string { return fmt.Sprintf("pass phrase %d", c.chance.Uint64()) }
