package storetest

import (
	"context"
	"math"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

// RunCache checks that the caches which open returns keep the contract of [auth.Cache]. It calls
// open once for each claim, for an empty cache, together with what lets time pass for it.
func RunCache(t *testing.T, open func(t *testing.T) (c auth.Cache, pass func(time.Duration))) {
	t.Helper()
	for _, claim := range []struct {
		name  string
		check func(t *testing.T, c cacheUnderTest)
	}{
		{"a number rises and never falls", cacheRises},
		{"a number is there for a time", cacheEnds},
		{"of concurrent numbers the largest stays", cacheRaces},
		{"keys have numbers of their own", cacheKeys},
	} {
		t.Run(claim.name, func(t *testing.T) {
			c, pass := open(t)
			claim.check(t, cacheUnderTest{t, c, pass})
		})
	}
}

// cacheUnderTest is a cache whose errors end the test.
type cacheUnderTest struct {
	t    *testing.T
	c    auth.Cache
	pass func(time.Duration)
}

func (c cacheUnderTest) raise(key string, n int64, ttl time.Duration) {
	c.t.Helper()
	if err := c.c.Raise(context.Background(), key, n, ttl); err != nil {
		c.t.Fatalf("Raise() = %v", err)
	}
}

// want wants a number, or none where it is negative.
func (c cacheUnderTest) want(key string, n int64) {
	c.t.Helper()
	got, ok, err := c.c.Get(context.Background(), key)
	if err != nil || ok != (n >= 0) || ok && got != n {
		c.t.Fatalf("Get(%q) = %d, %v, %v, want %d", key, got, ok, err, n)
	}
}

func cacheRises(_ *testing.T, c cacheUnderTest) {
	c.want("k", -1)
	for _, step := range []struct{ raise, want int64 }{
		{0, 0},
		{3, 3},
		{2, 3},
		{3, 3},
		{1 << 60, 1 << 60},
		{math.MaxInt64 - 1, math.MaxInt64 - 1},
		{math.MaxInt64, math.MaxInt64},
		{math.MaxInt64 - 1, math.MaxInt64},
		{0, math.MaxInt64},
	} {
		c.raise("k", step.raise, time.Minute)
		c.want("k", step.want)
	}
}

func cacheEnds(_ *testing.T, c cacheUnderTest) {
	c.raise("k", 5, 2*time.Second)
	c.raise("k", 4, time.Hour) // a smaller number does not keep a larger one
	c.raise("other", 5, time.Second)
	c.raise("other", 5, 4*time.Second) // the same number, learned later
	c.raise("other", 5, time.Second)   // or earlier
	c.pass(2*time.Second + 100*time.Millisecond)
	c.want("k", -1)
	c.want("other", 5)
	c.raise("k", 1, time.Minute)
	c.want("k", 1)
	c.pass(2 * time.Second)
	c.want("other", -1)
}

func cacheRaces(_ *testing.T, c cacheUnderTest) {
	const most = 64
	var all sync.WaitGroup
	for n := range int64(most) {
		all.Go(func() {
			if err := c.c.Raise(context.Background(), "k", n*7%most, time.Minute); err != nil {
				c.t.Errorf("Raise() = %v", err)
			}
		})
	}
	all.Wait()
	c.want("k", most-1)
}

func cacheKeys(_ *testing.T, c cacheUnderTest) {
	for i, key := range []string{"1", "2", "K", "k", "é", "0123456789abcdef0123456789abcdef"} {
		c.raise(key, int64(i), time.Minute)
	}
	for i, key := range []string{"1", "2", "K", "k", "é", "0123456789abcdef0123456789abcdef"} {
		c.want(key, int64(i))
	}
}
