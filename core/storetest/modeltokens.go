package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	auth "github.com/authplug/authplug/core"
)

// tokenModel is what the comments of [auth.TokenStore] say: until when each token is entered.
type tokenModel map[string]time.Time

type tokenDeed = deed[tokenModel]

// Key implements [linear.State].
func (m tokenModel) Key() string {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&b, "%s to %s, ", id, clocked(m[id]))
	}
	return b.String()
}

// revokes enters a token.
func revokes(id string, until time.Time) tokenDeed {
	return tokenDeed{
		on: id, text: fmt.Sprintf("RevokeToken(%s, %s)", id, clocked(until)),
		call: func(ctx context.Context, s auth.Store) (string, error) { return "", s.RevokeToken(ctx, id, until) },
		step: func(m tokenModel) (tokenModel, []string) {
			if _, there := m[id]; there {
				return m, refusal(auth.ErrExists)
			}
			next := tokenModel{id: until}
			maps.Copy(next, m)
			return next, right("")
		},
	}
}

// asks whether a token was entered.
func asks(id string) tokenDeed {
	return tokenDeed{
		on: id, text: fmt.Sprintf("TokenRevoked(%s)", id), reads: always,
		call: func(ctx context.Context, s auth.Store) (string, error) {
			revoked, err := s.TokenRevoked(ctx, id)
			return fmt.Sprint(revoked), err
		},
		step: func(m tokenModel) (tokenModel, []string) {
			_, there := m[id]
			return m, right(fmt.Sprint(there))
		},
	}
}

// purge removes a token that was past before a time.
func (m tokenModel) purge(before time.Time, id string) tokenModel {
	until, there := m[id]
	if !there || !until.Before(before) {
		return m
	}
	next := maps.Clone(m)
	delete(next, id)
	return next
}

// tokenPlay is some tokens and a time that goes by.
type tokenPlay struct {
	ids  []string
	acts atomic.Int64
}

func (p *tokenPlay) moment(c *caller[tokenModel]) time.Time {
	return after(time.Duration(p.acts.Add(1)+c.Int64N(20)) * time.Millisecond)
}

// act enters a token, or asks for it.
func (p *tokenPlay) act(c *caller[tokenModel]) {
	id := p.ids[c.IntN(len(p.ids))]
	if c.chance(60) {
		c.do(revokes(id, p.moment(c)))
		return
	}
	c.do(asks(id))
}

// end looks at everything.
func (p *tokenPlay) end(c *caller[tokenModel]) {
	for _, id := range p.ids {
		c.do(asks(id))
	}
}

// purges removes the tokens that were past before a time, one after the other.
func (p *tokenPlay) purges(before time.Time) tokenDeed {
	return tokenDeed{
		text: fmt.Sprintf("DeleteExpired(%s)", clocked(before)),
		call: purged(before),
		parts: func(answer string) (parts []part[tokenModel]) {
			for _, id := range p.ids {
				step := func(m tokenModel) (tokenModel, []string) { return m.purge(before, id), right("") }
				parts = append(parts, part[tokenModel]{on: id, answer: answer, step: step, maybe: true})
			}
			return parts
		},
	}
}

// purged removes everything that was past before a time.
func purged(before time.Time) func(context.Context, auth.Store) (string, error) {
	return func(ctx context.Context, s auth.Store) (string, error) {
		n, err := s.DeleteExpired(ctx, before, many)
		if err == nil && n >= many {
			return fmt.Sprint(n, " were removed"), nil
		}
		return "", err
	}
}

// many is more than there is of anything in this suite.
const many = 10_000
