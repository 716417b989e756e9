package remote

import (
	"container/list"
	"crypto/sha256"
	"sync"
	"time"

	auth "github.com/authplug/authplug/core"
)

// verdict is an acceptance: whose token it is, and until when that may be taken for granted.
type verdict struct {
	userID string     // of the local user, or ""
	user   *auth.User // of stateless services, else nil
	until  time.Time
}

// fingerprint stands for a token, which is a secret and long.
type fingerprint [sha256.Size]byte

// question is a token with the moment at which the auth-service began to be asked about it.
type question struct {
	token fingerprint
	drops uint64 // how many there had been
}

// verdicts keeps acceptances of the auth-service: at most so many, none of them after a refusal. It
// is safe for concurrent use.
//
// All acceptances live equally long unless their token ends earlier, so the oldest one goes first:
// it is what ends soonest. Being used does not lengthen its life.
type verdicts struct {
	mu      sync.RWMutex
	size    int
	byToken map[fingerprint]*list.Element
	byUser  map[string]map[fingerprint]bool
	ages    *list.List // of *accepted, the oldest in front
	drops   drops
}

type accepted struct {
	token fingerprint
	verdict
}

func newVerdicts(size int) *verdicts {
	return &verdicts{
		size:    size,
		byToken: map[fingerprint]*list.Element{},
		byUser:  map[string]map[fingerprint]bool{},
		ages:    list.New(),
		drops:   drops{latest: map[subject]uint64{}, size: size},
	}
}

// get returns the acceptance of a token if there is one that still holds.
func (c *verdicts) get(tok string, now time.Time) (verdict, bool) {
	key := sha256.Sum256([]byte(tok))
	c.mu.RLock()
	defer c.mu.RUnlock()
	e, ok := c.byToken[key]
	if !ok {
		return verdict{}, false
	}
	v := e.Value.(*accepted).verdict //nolint:forcetypeassert // Nothing else is in the list.
	if !now.Before(v.until) {
		return verdict{}, false
	}
	return v, true
}

// asking must be called before the auth-service is asked: an answer counts only if nothing was
// dropped while it was on its way.
func (c *verdicts) asking(tok string) question {
	key := sha256.Sum256([]byte(tok))
	c.mu.RLock()
	defer c.mu.RUnlock()
	return question{key, c.drops.count}
}

// accept stores an acceptance, unless the token was refused or its user forgotten since it was asked
// for.
func (c *verdicts) accept(q question, v verdict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.drops.since(q.drops, subject{token: q.token}) || c.drops.since(q.drops, subject{user: v.userID}) {
		return
	}
	c.drop(q.token)
	if len(c.byToken) >= c.size {
		c.drop(c.ages.Front().Value.(*accepted).token) //nolint:forcetypeassert // Nothing else is in the list.
	}
	c.byToken[q.token] = c.ages.PushBack(&accepted{q.token, v})
	if v.userID == "" {
		return
	}
	if c.byUser[v.userID] == nil {
		c.byUser[v.userID] = map[fingerprint]bool{}
	}
	c.byUser[v.userID][q.token] = true
}

// refuse drops the acceptance of a token, also one that is on its way.
func (c *verdicts) refuse(tok string) {
	key := sha256.Sum256([]byte(tok))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops.add(subject{token: key})
	c.drop(key)
}

// forget drops all acceptances of a user, also those that are on their way.
func (c *verdicts) forget(userID string) {
	if userID == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops.add(subject{user: userID})
	for token := range c.byUser[userID] {
		c.drop(token)
	}
}

func (c *verdicts) drop(token fingerprint) {
	e, ok := c.byToken[token]
	if !ok {
		return
	}
	a := c.ages.Remove(e).(*accepted) //nolint:forcetypeassert // Nothing else is in the list.
	delete(c.byToken, token)
	if tokens := c.byUser[a.userID]; tokens != nil {
		delete(tokens, token)
		if len(tokens) == 0 {
			delete(c.byUser, a.userID)
		}
	}
}

// subject is what is dropped: a token, or all of a user.
type subject struct {
	token fingerprint
	user  string
}

// drops remembers the latest drops of acceptances, for answers that were asked for before. It counts
// all drops, so that forgetting an old one errs on the safe side: no answer that was asked for
// before that one counts any more.
type drops struct {
	size   int
	count  uint64             // of all drops; the number of the latest one
	latest map[subject]uint64 // numbers, of those that are remembered
	order  []subject          // a ring: drop n is at n modulo size
	lost   uint64             // the number of the latest drop that is forgotten
}

func (d *drops) add(s subject) {
	d.count++
	d.latest[s] = d.count
	if len(d.order) < d.size {
		d.order = append(d.order, s)
		return
	}
	slot := &d.order[(d.count-1)%uint64(d.size)]
	d.lost = d.count - uint64(d.size)
	if d.latest[*slot] == d.lost { // else it was dropped once more
		delete(d.latest, *slot)
	}
	*slot = s
}

// since tells whether a subject was dropped after so many drops, or may have been.
func (d *drops) since(count uint64, s subject) bool {
	return d.lost > count || d.latest[s] > count
}
