package auth

import (
	"context"
	"hash/maphash"
	"sync"
	"time"
)

const (
	cacheLocks = 256
	cacheWays  = 4 // places that a key may have
)

// MemoryCache is a [Cache] of one process. Its size is fixed: where all places of a key are taken,
// the one that was written longest ago goes, so that its key is looked up in the store again.
type MemoryCache struct {
	seed   maphash.Seed
	now    func() time.Time // nil: time.Now, at half its price
	began  time.Time
	locks  [cacheLocks]sync.Mutex
	places []cachePlace
}

// cachePlace holds a number under the hash of its key. Of keys with one hash the larger number
// counts for both: a token may be refused for it, once in 2^64, but none accepted.
type cachePlace struct {
	hash    uint64
	number  int64
	written time.Duration // since the cache began
	ttl     time.Duration // 0: free
}

// NewMemoryCache returns a cache of so many entries, at least 1,024, of 32 bytes each. The clock is
// [time.Now] if now is nil.
func NewMemoryCache(entries int, now func() time.Time) *MemoryCache {
	buckets := max(entries/cacheWays, cacheLocks)
	c := &MemoryCache{seed: maphash.MakeSeed(), now: now, began: time.Now(), places: make([]cachePlace, buckets*cacheWays)}
	if now != nil {
		c.began = now()
	}
	return c
}

// age returns how old the cache is.
func (c *MemoryCache) age() time.Duration {
	if c.now == nil {
		return time.Since(c.began)
	}
	return c.now().Sub(c.began)
}

// find returns the places of a key, locked, and its hash.
func (c *MemoryCache) find(key string) (places []cachePlace, hash uint64, unlock *sync.Mutex) {
	hash = maphash.String(c.seed, key)
	bucket := int(hash % uint64(len(c.places)/cacheWays)) //nolint:gosec // It is below the length.
	lock := &c.locks[bucket%cacheLocks]
	lock.Lock()
	return c.places[bucket*cacheWays:][:cacheWays], hash, lock
}

// holds reports whether a place has a number at a time. One that was written in the future, by a
// clock that was set back, has none: nobody knows how old it is.
func (p *cachePlace) holds(at time.Duration) bool {
	age := at - p.written
	return age >= 0 && age < p.ttl
}

func (c *MemoryCache) get(key string) (n int64, ok bool) {
	places, hash, lock := c.find(key)
	defer lock.Unlock()
	at := c.age()
	for i := range places {
		if p := &places[i]; p.hash == hash && p.holds(at) {
			return p.number, true
		}
	}
	return 0, false
}

// Get implements [Cache].
func (c *MemoryCache) Get(_ context.Context, key string) (n int64, ok bool, err error) {
	n, ok = c.get(key)
	return n, ok, nil
}

// Raise implements [Cache].
func (c *MemoryCache) Raise(_ context.Context, key string, n int64, ttl time.Duration) error {
	places, hash, lock := c.find(key)
	defer lock.Unlock()
	at := c.age()
	place := &places[0]
	for i := range places {
		p := &places[i]
		if p.hash == hash && p.holds(at) {
			p.raise(n, at, ttl)
			return nil
		}
		if place.holds(at) && (!p.holds(at) || p.written < place.written) {
			place = p
		}
	}
	*place = cachePlace{hash, n, at, ttl}
	return nil
}

// raise moves a number forward, and the end of one that stays as far as it may.
func (p *cachePlace) raise(n int64, at, ttl time.Duration) {
	if n > p.number || n == p.number && at+ttl > p.written+p.ttl {
		p.number, p.written, p.ttl = n, at, ttl
	}
}
