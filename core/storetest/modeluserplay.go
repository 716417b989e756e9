package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	auth "github.com/authplug/authplug/core"
)

// userPlay is some unique values and the users whom callers make of them.
type userPlay struct {
	name     string
	values   int // how many there are of each kind; more callers than values collide
	registry *registry
	made     *atomic.Int64 // users and writes of all plays over a store

	mu   sync.Mutex
	read []*auth.User // as callers have read them, some of them outdated
}

func (p *userPlay) uuid(c *caller[userModel]) string {
	return fmt.Sprintf("5a17c0de-%04d-4000-8000-%012d", c.IntN(p.values), p.number())
}

// number is the name as a number, for UUIDs.
func (p *userPlay) number() (n int) {
	_, _ = fmt.Sscan(p.name, &n)
	return n
}

// value returns a text for a unique field, seldom an empty one.
func (p *userPlay) value(c *caller[userModel], kind string) string {
	if c.chance(15) {
		return ""
	}
	return fmt.Sprintf("%s-%d%s", p.name, c.IntN(p.values), kind)
}

func (p *userPlay) issuer(c *caller[userModel]) string { return []string{"", "", issuerA}[c.IntN(3)] }

// write marks u, so that what is read tells which write it was.
func (p *userPlay) write(u *auth.User) { u.FirstName = fmt.Sprintf("w%d", p.made.Add(1)) }

// begin adds two users.
func (p *userPlay) begin(c *caller[userModel]) {
	p.add(c)
	p.add(c)
	p.find(c)
}

func (p *userPlay) add(c *caller[userModel]) {
	u := &auth.User{UUID: p.uuid(c), Issuer: p.issuer(c), Email: p.value(c, "@example.com"), RemoteID: p.value(c, "")}
	p.write(u)
	u.DateJoined = after(time.Duration(p.made.Add(1)) * time.Millisecond)
	c.do(p.registry.adds(u))
}

// find reads a user by one of its names.
func (p *userPlay) find(c *caller[userModel]) {
	var read, u *auth.User
	key := auth.UserKey{UUID: p.uuid(c)}
	switch c.IntN(4) {
	case 0:
		key = auth.UserKey{Issuer: p.issuer(c), Email: p.value(c, "@example.com")}
	case 1:
		key = auth.UserKey{Issuer: p.issuer(c), RemoteID: p.value(c, "")}
	case 2:
		read = p.some(c)
	}
	c.do(p.registry.finds(key, read, &u))
	if u != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.read = append(p.read, u)
	}
}

// some returns what was read of a user not long ago, or nil if nothing was.
func (p *userPlay) some(c *caller[userModel]) *auth.User {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.read) == 0 {
		return nil
	}
	return p.read[len(p.read)-1-c.IntN(min(len(p.read), 3))]
}

// act is one thing that a service does.
func (p *userPlay) act(c *caller[userModel]) {
	read := p.some(c)
	switch n := c.IntN(100); {
	case n < 30 || read == nil:
		p.find(c)
	case n < 50:
		p.add(c)
	case n < 92:
		p.change(c, read)
	default:
		c.do(deletes(read))
	}
}

// change raises an epoch of a user, and sometimes takes another name.
func (p *userPlay) change(c *caller[userModel], read *auth.User) {
	u := read.Clone()
	u.Epochs.Access++
	switch c.IntN(4) {
	case 0:
		u.Email = p.value(c, "@example.com")
	case 1:
		u.RemoteID = p.value(c, "")
	case 2:
		u.Epochs.Refresh++
		u.PasswordHash = auth.Secret(fmt.Sprint("hash ", p.made.Add(1)))
	}
	p.write(u)
	c.do(p.registry.saves(read, u))
}

// end looks at everything.
func (p *userPlay) end(c *caller[userModel]) {
	var u *auth.User
	for n := range p.values {
		c.do(p.registry.finds(auth.UserKey{UUID: fmt.Sprintf("5a17c0de-%04d-4000-8000-%012d", n, p.number())}, nil, &u))
		for _, issuer := range []string{"", issuerA} {
			email := fmt.Sprintf("%s-%d@example.com", p.name, n)
			c.do(p.registry.finds(auth.UserKey{Issuer: issuer, Email: email}, nil, &u))
			c.do(p.registry.finds(auth.UserKey{Issuer: issuer, RemoteID: fmt.Sprintf("%s-%d", p.name, n)}, nil, &u))
		}
	}
}
