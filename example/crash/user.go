package main

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"github.com/authplug/authplug/example/internal/process"
)

// user is what a client knows of one of its users.
type user struct {
	email     string
	doubtful  bool     // an answer to the registration got lost
	passwords []string // one of which is good: two after a change whose answer got lost
	retired   []string // passwords of acknowledged changes
	sessions  []*session
}

// state is what is known of a session.
type state int

const (
	live  state = iota // its token must be good
	maybe              // an answer got lost: its token may be good, once
	ended              // it was acknowledged that it is over: no token of it may be good
)

// session is a login.
type session struct {
	state state
	token string
	spent string // the token before it, if an answer told that it was replaced
}

// settle notes an answer to the presentation of a session's token, and tells a violation.
func (c *client) settle(u *user, s *session, a process.Answer) {
	switch {
	case unknown(a):
		if s.state == live {
			s.state = maybe
		}
	case a.Status == http.StatusOK && s.state == ended:
		c.storm.figures.violation("%s: a token of a session that was over is good", u.email)
	case a.Status == http.StatusOK && (a.Refresh == "" || a.Refresh == s.token):
		c.storm.figures.violation("%s: a refresh gave no new token", u.email)
	case a.Status == http.StatusOK:
		s.state, s.spent, s.token = live, s.token, a.Refresh
		c.storm.figures.refreshed()
	case a.Status == http.StatusUnauthorized && s.state == live:
		c.storm.figures.violation("%s: an acknowledged token is refused", u.email)
		s.state = ended
	case a.Status == http.StatusUnauthorized:
		s.state = ended
	default:
		c.storm.figures.violation("%s: a refresh is %d", u.email, a.Status)
	}
}

// pick returns a session of the user, or nil after logging in instead.
func (c *client) pick(ctx context.Context, u *user) *session {
	open := slices.DeleteFunc(slices.Clone(u.sessions), func(s *session) bool { return s.state == ended })
	if len(open) == 0 {
		c.login(ctx, u)
		return nil
	}
	return open[c.chance.IntN(len(open))]
}

func (c *client) present(ctx context.Context, token string) process.Answer {
	return c.send(ctx, "token/refresh/", map[string]string{"refresh": token})
}

func (c *client) refresh(ctx context.Context, u *user) {
	if s := c.pick(ctx, u); s != nil {
		c.settle(u, s, c.present(ctx, s.token))
	}
}

// refreshTwice presents one token to both processes at once: one may win, and then the session is over.
func (c *client) refreshTwice(ctx context.Context, u *user) {
	s := c.pick(ctx, u)
	if s == nil {
		return
	}
	var answers [2]process.Answer
	var both sync.WaitGroup
	for i := range answers {
		both.Go(func() { answers[i] = c.post(ctx, i, "token/refresh/", map[string]string{"refresh": s.token}) })
	}
	both.Wait()
	won, refused := 0, 0
	for _, a := range answers {
		c.storm.figures.answer(a.Status)
		switch a.Status {
		case http.StatusOK:
			won++
			s.token, s.spent = a.Refresh, ""
		case http.StatusUnauthorized:
			refused++
		}
	}
	switch {
	case won == 2:
		c.storm.figures.violation("%s: one token was spent twice", u.email)
	case refused == 2 && s.state == live:
		c.storm.figures.violation("%s: an acknowledged token is refused, twice", u.email)
	}
	s.state = maybe
	if refused > 0 { // by one who saw that the token was spent, or by what ended the session before
		s.state = ended
	}
}

// login opens a session, and finds out which password is good.
func (c *client) login(ctx context.Context, u *user) {
	for i, password := range u.passwords {
		a := c.send(ctx, "token/", map[string]string{"email": u.email, "password": password})
		switch {
		case unknown(a):
			return
		case a.Status == http.StatusOK:
			u.keep(password)
			u.sessions = append(u.sessions, &session{token: a.Refresh})
			return
		case a.Status == http.StatusUnauthorized && i < len(u.passwords)-1:
		default:
			c.storm.figures.violation("%s: a login with an acknowledged password is %d", u.email, a.Status)
		}
	}
}

// keep notes that one of the passwords is good, so that the others are not.
func (u *user) keep(password string) {
	for _, other := range u.passwords {
		if other != password {
			u.retired = append(u.retired, other)
		}
	}
	u.passwords = []string{password}
}

func (c *client) logout(ctx context.Context, u *user) {
	s := c.pick(ctx, u)
	if s == nil {
		return
	}
	a := c.send(ctx, "token/blacklist/", map[string]string{"refresh": s.token})
	switch {
	case unknown(a):
		s.state = maybe
	case a.Status == http.StatusOK, a.Status == http.StatusUnauthorized && s.state == maybe:
		s.state = ended
	default:
		c.storm.figures.violation("%s: a logout is %d", u.email, a.Status)
	}
}

// changePassword ends all sessions of the user.
func (c *client) changePassword(ctx context.Context, u *user) {
	if len(u.passwords) != 1 {
		c.login(ctx, u)
		return
	}
	old, next := u.passwords[0], c.password()
	a := c.send(ctx, "password-change/", map[string]string{"email": u.email, "password": old, "new_password": next})
	after := ended
	switch {
	case unknown(a):
		u.passwords = []string{old, next}
		after = maybe
	case a.Status == http.StatusOK:
		u.passwords, u.retired = []string{next}, append(u.retired, old)
	default:
		c.storm.figures.violation("%s: a change of the password is %d", u.email, a.Status)
		return
	}
	for _, s := range u.sessions {
		s.state = max(s.state, after)
	}
}

// reuse presents a token that was replaced: that ends its session.
func (c *client) reuse(ctx context.Context, u *user) {
	s := c.pick(ctx, u)
	if s == nil || s.spent == "" {
		return
	}
	switch a := c.present(ctx, s.spent); {
	case unknown(a):
		s.state = maybe
	case a.Status == http.StatusUnauthorized:
		s.state = ended
	default:
		c.storm.figures.violation("%s: a token that was replaced is %d", u.email, a.Status)
	}
}
