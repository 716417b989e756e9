package auth_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest"
)

func TestMemoryCacheKeepsTheContract(t *testing.T) {
	storetest.RunCache(t, func(*testing.T) (auth.Cache, func(time.Duration)) {
		now := time.Unix(1_700_000_000, 0)
		return auth.NewMemoryCache(4096, func() time.Time { return now }), func(d time.Duration) { now = now.Add(d) }
	})
}

func TestMemoryCacheIsBounded(t *testing.T) {
	ctx := context.Background()
	c := auth.NewMemoryCache(1024, nil)
	for i := range 100_000 {
		if err := c.Raise(ctx, fmt.Sprint("key ", i), int64(i), time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	known := 0
	for i := range 100_000 {
		n, ok, err := c.Get(ctx, fmt.Sprint("key ", i))
		if err != nil || ok && n != int64(i) {
			t.Fatalf("Get(%d) = %d, %v, %v", i, n, ok, err)
		}
		if ok {
			known++
		}
	}
	if known == 0 || known > 1024 {
		t.Errorf("%d entries, want at most 1024", known)
	}
}

// A clock that is set back makes nothing live longer.
func TestMemoryCacheForgetsTheFuture(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	c := auth.NewMemoryCache(1024, func() time.Time { return now })
	if err := c.Raise(context.Background(), "k", 1, time.Minute); err != nil {
		t.Fatal(err)
	}
	now = now.Add(-time.Hour)
	if n, ok, _ := c.Get(context.Background(), "k"); ok {
		t.Errorf("Get() = %d an hour before", n)
	}
}

func BenchmarkMemoryCache(b *testing.B) {
	ctx := context.Background()
	const entries = 1_000_000
	c := auth.NewMemoryCache(4*entries, nil)
	keys := make([]string, entries)
	for i := range keys {
		keys[i] = fmt.Sprintf("%032x", i)
		_ = c.Raise(ctx, keys[i], 1, time.Hour)
	}
	for i := 0; b.Loop(); i = (i + 7919) % entries {
		if _, ok, _ := c.Get(ctx, keys[i]); !ok && i == 0 {
			b.Fatal("the first key has gone")
		}
	}
}
