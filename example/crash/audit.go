package main

import (
	"context"
	"net/http"

	"github.com/authplug/authplug/example/internal/process"
)

// audit asks, when nothing is killed any more, for all that is known of a user. Every answer counts now.
func (c *client) audit(ctx context.Context, u *user) {
	for _, s := range u.sessions {
		spent := s.spent
		a := c.certain(ctx, u, "token/refresh/", map[string]string{"refresh": s.token})
		c.settle(u, s, a)
		if spent != "" && s.state == live { // a second successor is none
			if a := c.certain(ctx, u, "token/refresh/", map[string]string{"refresh": spent}); a.Status != http.StatusUnauthorized {
				c.storm.figures.violation("%s: a token that was replaced is %d at the end", u.email, a.Status)
			}
			s.state = ended // by that
			c.settle(u, s, c.certain(ctx, u, "token/refresh/", map[string]string{"refresh": s.token}))
		}
	}
	good := 0
	for _, password := range u.passwords {
		if c.lets(ctx, u, password) {
			good++
		}
	}
	if good != 1 {
		c.storm.figures.violation("%s: %d of %d passwords are good at the end", u.email, good, len(u.passwords))
	}
	if n := len(u.retired); n > 0 && c.lets(ctx, u, u.retired[n-1]) {
		c.storm.figures.violation("%s: an old password is good at the end", u.email)
	}
	a := c.certain(ctx, u, "create-user/", map[string]string{"email": u.email, "password": c.password()})
	if a.Status != http.StatusBadRequest {
		c.storm.figures.violation("%s: the address is registered twice: %d", u.email, a.Status)
	}
}

func (c *client) lets(ctx context.Context, u *user, password string) bool {
	a := c.certain(ctx, u, "token/", map[string]string{"email": u.email, "password": password})
	return a.Status == http.StatusOK
}

// certain sends a request that must be answered. Busy is an answer to a login that waited for long.
func (c *client) certain(ctx context.Context, u *user, path string, body map[string]string) process.Answer {
	const tries = 20
	for n := range tries {
		a := c.send(ctx, path, body)
		if a.Status != http.StatusServiceUnavailable && (a.Status != 0 || n == tries-1) {
			return a
		}
	}
	c.storm.figures.violation("%s: %s is unavailable at the end", u.email, path)
	return process.Answer{}
}
