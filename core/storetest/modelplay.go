package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest/internal/linear"
)

// caller does one thing after another. What it does is drawn, so that a seed repeats it as far as
// it does not depend on what others do meanwhile.
type caller[S linear.State] struct {
	*rand.Rand

	do func(deed[S])
}

// chance reports true n times of a hundred.
func (c *caller[S]) chance(n int) bool { return c.IntN(100) < n }

// sessionPlay is some users and the sessions that callers open for them and fight about.
type sessionPlay struct {
	name  string
	users []string

	acts atomic.Int64 // time goes by with them
	made atomic.Int64 // sessions and tokens
	mu   sync.Mutex
	all  []string // ids of sessions
}

// moment returns about now.
func (p *sessionPlay) moment(c *caller[sessionModel]) time.Time {
	return after(time.Duration(p.acts.Load()+c.Int64N(40)) * time.Millisecond)
}

// later returns a time that most moments of the near future are before.
func (p *sessionPlay) later(c *caller[sessionModel]) time.Time {
	return p.moment(c).Add(time.Duration(c.IntN(300)) * time.Millisecond)
}

// fresh returns a name that is nobody's.
func (p *sessionPlay) fresh() string { return fmt.Sprintf("%s.%03d", p.name, p.made.Add(1)) }

// ids returns the ids of all sessions that there may be.
func (p *sessionPlay) ids() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clip(p.all)
}

// some returns a session of a user, most often one of its last.
func (p *sessionPlay) some(c *caller[sessionModel], user int) string {
	var mine []string
	for _, id := range p.ids() {
		if p.owner(id) == p.users[user] {
			mine = append(mine, id)
		}
	}
	if len(mine) > 4 && c.chance(80) {
		mine = mine[len(mine)-4:]
	}
	return mine[c.IntN(len(mine))]
}

// enroll makes an id for a session of a user.
func (p *sessionPlay) enroll(user int) string {
	id := fmt.Sprint(p.fresh(), "-", user)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, id)
	return id
}

// owner returns the user for whom an id was made.
func (p *sessionPlay) owner(id string) string { return p.users[id[len(id)-1]-'0'] }

// begin opens two sessions of each user.
func (p *sessionPlay) begin(c *caller[sessionModel]) {
	for user := range p.users {
		p.login(c, user, p.enroll(user))
		p.login(c, user, p.enroll(user))
	}
}

// act is one thing that a client, or the clock of the service, does.
func (p *sessionPlay) act(c *caller[sessionModel]) {
	p.acts.Add(2)
	user := c.IntN(len(p.users))
	switch n := c.IntN(100); {
	case n < 40:
		p.refresh(c, user)
	case n < 65:
		p.login(c, user, p.enroll(user))
	case n < 70:
		p.login(c, user, p.some(c, user))
	case n < 82:
		named := []string{"", p.users[user], p.users[c.IntN(len(p.users))]}[c.IntN(3)]
		c.do(logsOut(p.users[user], auth.Ending{ID: p.some(c, user), UserID: named, Reason: p.fresh(), At: p.moment(c)}))
	case n < 90:
		e := auth.Ending{UserID: p.users[user], Reason: p.fresh(), At: p.moment(c)}
		if c.chance(50) {
			e.Except = p.some(c, user)
		}
		c.do(logsOutAll(e, p.ids))
	default:
		c.do(lists(p.users[user], p.moment(c)))
	}
}

// refresh presents what is, was or never was the current token of a session.
func (p *sessionPlay) refresh(c *caller[sessionModel], user int) {
	var e *auth.Session
	id := p.some(c, user)
	c.do(looks(p.users[user], id, &e))
	from, to := "of nobody", p.fresh()
	if e != nil {
		from = e.TokenID
		if c.chance(10) {
			from = e.PreviousID
		}
	}
	if c.chance(20) {
		to = from
	}
	r := auth.Rotation{TokenID: to, Address: "at " + to, At: p.moment(c), ExpiresAt: p.later(c)}
	if c.chance(20) {
		r.LiveAt = r.At.Add(-time.Duration(c.IntN(20)) * time.Millisecond)
	}
	c.do(rotates(p.users[user], id, from, r))
}

// login opens a session. No two were created at the same time.
func (p *sessionPlay) login(c *caller[sessionModel], user int, id string) {
	at, made := p.moment(c), after(time.Duration(p.made.Add(1))*time.Millisecond)
	c.do(opens(&auth.Session{
		ID: id, UserID: p.users[user], Epoch: int64(c.IntN(5) / 4), Device: []string{"", "phone", "desk"}[c.IntN(3)],
		TokenID: p.fresh(), CreatedAt: made, LastSeen: at, ExpiresAt: p.later(c), EndsAt: p.later(c).Add(100 * time.Millisecond),
	}, auth.Admission{Limit: c.IntN(4), Evict: auth.Eviction(c.IntN(3)), At: at}))
}

// end looks at everything.
func (p *sessionPlay) end(c *caller[sessionModel]) {
	for _, id := range p.ids() {
		var e *auth.Session
		c.do(looks(p.owner(id), id, &e))
	}
	for _, user := range p.users {
		c.do(lists(user, p.moment(c)))
	}
}

// purges removes what was past before a time, one session after the other. Whether it leaves none is
// for a caller alone to tell.
func (p *sessionPlay) purges(before time.Time) sessionDeed {
	return sessionDeed{
		text: fmt.Sprintf("DeleteExpired(%s)", clocked(before)),
		call: purged(before),
		parts: func(answer string) (parts []part[sessionModel]) {
			for _, id := range p.ids() {
				step := func(m sessionModel) (sessionModel, []string) { return m.purge(before, id), right("") }
				parts = append(parts, part[sessionModel]{on: p.owner(id), answer: answer, step: step, maybe: true})
			}
			return parts
		},
	}
}
