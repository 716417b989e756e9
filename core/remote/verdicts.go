package remote

import (
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	auth "github.com/authplug/authplug/core"
)

// verdict is an acceptance: whose token it is, and when that may be taken for granted. It is not
// earlier than it was given: then the clock has been put back, and would make it live longer.
type verdict struct {
	userID string     // of the local user, or ""; of stateless services the remote id
	email  string     // of the user at the auth-service
	user   *auth.User // of stateless services, else nil
	since  time.Time
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
	mu    sync.RWMutex
	held  map[fingerprint]verdict
	of    map[string]map[fingerprint]bool // by user, under each name
	ages  recent[fingerprint]             // of what is held
	drops recent[subject]

	forgot uint64 // the number of the latest drop of all of a user
}

// subject is what is dropped: a token, or all of a user.
type subject struct {
	token fingerprint
	user  string
}

func newVerdicts(size int) *verdicts {
	return &verdicts{
		held:  map[fingerprint]verdict{},
		of:    map[string]map[fingerprint]bool{},
		ages:  newRecent[fingerprint](size),
		drops: newRecent[subject](size),
	}
}

// get returns the acceptance of a token if there is one that still holds.
func (c *verdicts) get(tok string, now time.Time) (verdict, bool) {
	key := sha256.Sum256([]byte(tok))
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, ok := c.held[key]
	if !ok || now.Before(v.since) || !now.Before(v.until) {
		return verdict{}, false
	}
	return v, true
}

// asking must be called before the auth-service is asked: an answer counts only if nothing was
// dropped while it was on its way. Where several share one question, it is for the one who puts it:
// who joins later would take an answer from before a refusal for one from after it.
func (c *verdicts) asking(tok string) question {
	key := sha256.Sum256([]byte(tok))
	c.mu.RLock()
	defer c.mu.RUnlock()
	return question{key, c.drops.count}
}

// generation numbers the questions about a token: those of one number may share an answer. Drops of
// other tokens do not count, or strangers could keep requests from sharing; so a number may come again
// when very many of them have come since, and that an answer is old is left to [verdicts.accept].
func (c *verdicts) generation(tok string) uint64 {
	key := subject{token: sha256.Sum256([]byte(tok))}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return max(c.drops.number[key], c.forgot)
}

// accept stores an acceptance, unless the token was refused or its user forgotten since it was asked
// for.
func (c *verdicts) accept(q question, v verdict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dropped(subject{token: q.token}, q.drops) {
		return
	}
	for _, name := range v.names() {
		if c.dropped(subject{user: name}, q.drops) {
			return
		}
	}
	c.drop(q.token)
	if oldest, gone := c.ages.add(q.token); gone {
		c.drop(oldest)
	}
	c.held[q.token] = v
	for _, name := range v.names() {
		if c.of[name] == nil {
			c.of[name] = map[fingerprint]bool{}
		}
		c.of[name][q.token] = true
	}
}

// names are what the user of an acceptance can be forgotten by.
func (v verdict) names() []string {
	return slices.DeleteFunc([]string{v.userID, v.email}, func(name string) bool { return name == "" })
}

// dropped tells whether a subject was dropped after so many drops. Where that is not remembered any
// more, it may have been.
func (c *verdicts) dropped(s subject, drops uint64) bool {
	return c.drops.forgotten() > drops || c.drops.number[s] > drops
}

// refuse drops the acceptance of a token, also one that is on its way.
func (c *verdicts) refuse(tok string) {
	key := sha256.Sum256([]byte(tok))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops.add(subject{token: key})
	c.drop(key)
}

// forget drops all acceptances of a user by one of its names, also those that are on their way.
func (c *verdicts) forget(name string) {
	if name == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops.add(subject{user: name})
	c.forgot = c.drops.count
	for token := range c.of[name] {
		c.drop(token)
	}
}

func (c *verdicts) drop(token fingerprint) {
	names := c.held[token].names()
	delete(c.held, token)
	delete(c.ages.number, token)
	for _, name := range names {
		delete(c.of[name], token)
		if len(c.of[name]) == 0 {
			delete(c.of, name)
		}
	}
}
