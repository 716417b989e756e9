package auth

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Limiter counts attempts. Methods are safe for concurrent use. A limiter of several processes keeps
// its counts where all of them see them: sqlstore and rediscache have such ones.
type Limiter interface {
	// Hit counts an attempt under key, unless that would be more than r.Limit within r.Per: then it
	// counts nothing and returns how long to wait for the next one. Of concurrent callers never more
	// than r.Limit are counted. Attempts in the future, of a clock that was set back, count as now.
	Hit(ctx context.Context, key string, r Rate, now time.Time) (wait time.Duration, err error)
	// Forget drops what was counted under key.
	Forget(ctx context.Context, key string) error
}

// Rate is at most Limit attempts within any Per. Its text is "10/15m".
type Rate struct {
	Limit int
	Per   time.Duration
}

// String returns the text of r.
func (r Rate) String() string {
	per := r.Per.String() // 15m is 15m0s there
	for _, zero := range []string{"0s", "0m"} {
		if short, ok := strings.CutSuffix(per, zero); ok && endsInUnit(short) {
			per = short
		}
	}
	return fmt.Sprintf("%d/%s", r.Limit, per)
}

func endsInUnit(duration string) bool {
	return strings.HasSuffix(duration, "m") || strings.HasSuffix(duration, "h")
}

// MarshalText returns the text of r.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a number and a duration in Go's form, such as "10/15m".
func (r *Rate) UnmarshalText(text []byte) error {
	limit, per, ok := strings.Cut(string(text), "/")
	n, err := strconv.Atoi(limit)
	d, err2 := time.ParseDuration(per)
	if rate := (Rate{n, d}); ok && err == nil && err2 == nil && rate.good() {
		*r = rate
		return nil
	}
	return errors.New("no rate, such as 10/15m")
}

func (r Rate) good() bool {
	return r.Limit >= 1 && r.Limit <= maxRate && r.Per >= time.Second && r.Per <= 7*day
}

// maxRate bounds what a limiter has to keep for one key.
const maxRate = 10_000

// Count adds an attempt to the times of those that were counted, oldest first, unless there are
// r.Limit within r.Per already. It is for limiters.
func (r Rate) Count(hits []time.Time, now time.Time) (counted []time.Time, wait time.Duration) {
	counted = hits[:0]
	for _, t := range hits {
		if t.After(now) {
			t = now
		}
		if now.Sub(t) < r.Per {
			counted = append(counted, t)
		}
	}
	if len(counted) < r.Limit {
		return append(counted, now), 0
	}
	return counted, counted[len(counted)-r.Limit].Add(r.Per).Sub(now)
}

// limiterShards spreads keys over locks.
const limiterShards = 64

// MemoryLimiter is a [Limiter] of one process. Its memory is bounded: where there is no room for a
// new key, the one with the fewest attempts goes, so that a flood of keys of few attempts drops none
// that somebody is being slowed down under.
type MemoryLimiter struct {
	seed   maphash.Seed
	most   int // keys of a shard
	shards [limiterShards]limiterShard
}

type limiterShard struct {
	mu   sync.Mutex
	keys map[string]*counter
}

type counter struct {
	hits []time.Time
	ends time.Time // when none of them counts any more
}

// NewMemoryLimiter returns a limiter of so many keys, at least 64, of some 100 bytes each and 24 for
// each attempt.
func NewMemoryLimiter(keys int) *MemoryLimiter {
	l := &MemoryLimiter{seed: maphash.MakeSeed(), most: max(keys/limiterShards, 1)}
	for i := range l.shards {
		l.shards[i].keys = map[string]*counter{}
	}
	return l
}

func (l *MemoryLimiter) shard(key string) *limiterShard {
	return &l.shards[maphash.String(l.seed, key)%limiterShards]
}

// Hit implements [Limiter].
func (l *MemoryLimiter) Hit(ctx context.Context, key string, r Rate, now time.Time) (time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s := l.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.keys[key]
	if c == nil {
		s.makeRoom(l.most, now)
		c = &counter{}
		s.keys[key] = c
	}
	var wait time.Duration
	c.hits, wait = r.Count(c.hits, now)
	c.ends = now.Add(r.Per)
	return wait, nil
}

// Forget implements [Limiter].
func (l *MemoryLimiter) Forget(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s := l.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.keys, key)
	return nil
}

// makeRoom drops keys that have ended, or else the one with the fewest attempts.
func (s *limiterShard) makeRoom(most int, now time.Time) {
	if len(s.keys) < most {
		return
	}
	fewest := ""
	for key, c := range s.keys {
		if !now.Before(c.ends) {
			delete(s.keys, key)
		} else if fewest == "" || len(c.hits) < len(s.keys[fewest].hits) {
			fewest = key
		}
	}
	if len(s.keys) >= most {
		delete(s.keys, fewest)
	}
}
