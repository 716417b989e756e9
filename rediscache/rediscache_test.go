package rediscache_test

import (
	"context"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest"
	"github.com/authplug/authplug/rediscache"
)

func TestCacheKeepsTheContract(t *testing.T) {
	s := newServer(t)
	storetest.RunCache(t, func(t *testing.T) (auth.Cache, func(time.Duration)) {
		client := s.client()
		client.FlushAll(t.Context())
		// Redis has no clock to move: its keys are told that the time has passed.
		pass := func(d time.Duration) {
			for _, key := range client.Keys(t.Context(), "*").Val() {
				if left := client.PTTL(t.Context(), key).Val() - d; left > 0 {
					client.PExpire(t.Context(), key, left)
				} else {
					client.Del(t.Context(), key)
				}
			}
		}
		return rediscache.New(client), pass
	})
}

func TestLimiterKeepsTheContract(t *testing.T) {
	s := newServer(t)
	storetest.RunLimiter(t, func(t *testing.T) auth.Limiter {
		client := s.client()
		client.FlushAll(t.Context())
		return rediscache.New(client, rediscache.Prefix("test:"))
	})
}

func TestGarbageIsNoNumber(t *testing.T) {
	s := newServer(t)
	client, ctx := s.client(), t.Context()
	c := rediscache.New(client)
	for _, text := range []string{"", "x", "1x", "-1x", "99999999999999999999", "1e3", " 1"} {
		client.Set(ctx, "auth:n:k", text, 0)
		if n, ok, err := c.Get(ctx, "k"); ok || err != nil {
			t.Errorf("%q is %d, %v", text, n, err)
		}
	}
	client.Del(ctx, "auth:n:k")
	client.LPush(ctx, "auth:n:k", "list")
	if n, ok, err := c.Get(ctx, "k"); ok || err != nil {
		t.Errorf("a list is %d, %v", n, err)
	}
	if err := c.Raise(ctx, "k", 7, time.Minute); err != nil {
		t.Errorf("Raise() over a list = %v", err)
	}
	if n, ok, err := c.Get(ctx, "k"); n != 7 || !ok || err != nil {
		t.Errorf("Get() = %d, %v, %v", n, ok, err)
	}
	client.Set(ctx, "auth:a:k", "no list", 0)
	if _, err := c.Hit(ctx, "k", auth.Rate{Limit: 1, Per: time.Minute}, time.Now()); err != nil {
		t.Errorf("Hit() over a text = %v", err)
	}
	if err := c.Raise(ctx, "k", -1, time.Minute); err == nil {
		t.Error("a negative number is remembered")
	}
}

func TestAnOutageIsTold(t *testing.T) {
	s := newServer(t)
	c := rediscache.New(s.client())
	s.kill()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, ok, err := c.Get(ctx, "k"); ok || err == nil {
		t.Errorf("Get() = %v, %v", ok, err)
	}
	if err := c.Raise(ctx, "k", 1, time.Minute); err == nil {
		t.Error("Raise() = nil")
	}
	if _, err := c.Hit(ctx, "k", auth.Rate{Limit: 1, Per: time.Minute}, time.Now()); err == nil {
		t.Error("Hit() = nil")
	}
	s.start()
	if err := c.Raise(t.Context(), "k", 1, time.Minute); err != nil {
		t.Errorf("Raise() after the outage = %v", err)
	}
}
