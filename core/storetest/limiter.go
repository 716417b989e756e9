package storetest

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

// RunLimiter checks that the limiters which open returns keep the contract of [auth.Limiter]. It
// calls open once for each claim.
func RunLimiter(t *testing.T, open func(t *testing.T) auth.Limiter) {
	t.Helper()
	for _, c := range []struct {
		name  string
		check func(t *testing.T, l auth.Limiter)
	}{
		{"so many attempts are counted and no more", limitReached},
		{"an attempt counts for a time", limitEnds},
		{"of concurrent attempts so many are counted", limitRaces},
		{"keys have counts of their own", limitKeys},
		{"what is forgotten does not count", limitForgotten},
		{"a clock that is set back keeps nobody out for longer", limitClock},
		{"who has gone counts nothing", limitCancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t, open(t)) })
	}
}

var (
	limitStart = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	limitRate  = auth.Rate{Limit: 3, Per: time.Minute}
)

// wantWait hits once and compares.
func wantWait(t *testing.T, l auth.Limiter, key string, at, want time.Duration) {
	t.Helper()
	got, err := l.Hit(context.Background(), key, limitRate, limitStart.Add(at))
	if err != nil || got != want {
		t.Fatalf("Hit(%.20q) at %v = %v, %v, want %v", key, at, got, err, want)
	}
}

func limitReached(t *testing.T, l auth.Limiter) {
	for range 3 {
		wantWait(t, l, "k", 0, 0)
	}
	wantWait(t, l, "k", 0, time.Minute)
	wantWait(t, l, "k", 20*time.Second, 40*time.Second)
}

func limitEnds(t *testing.T, l auth.Limiter) {
	wantWait(t, l, "k", 0, 0)
	wantWait(t, l, "k", 30*time.Second, 0)
	wantWait(t, l, "k", 50*time.Second, 0)
	wantWait(t, l, "k", 59*time.Second, time.Second)
	wantWait(t, l, "k", time.Minute, 0) // the first one has ended
	wantWait(t, l, "k", time.Minute, 30*time.Second)
	wantWait(t, l, "k", time.Hour, 0)
}

func limitRaces(t *testing.T, l auth.Limiter) {
	const callers = 64
	rate := auth.Rate{Limit: 10, Per: time.Minute}
	var counted atomic.Int64
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			wait, err := l.Hit(context.Background(), "k", rate, limitStart)
			if err != nil {
				t.Errorf("Hit() = %v", err)
			} else if wait == 0 {
				counted.Add(1)
			}
		})
	}
	all.Wait()
	if n := counted.Load(); n != 10 {
		t.Errorf("%d of %d attempts at once were counted, want 10", n, callers)
	}
}

func limitKeys(t *testing.T, l auth.Limiter) {
	for _, key := range []string{"k", "K", "", "k ", "é", strings.Repeat("k", 200)} {
		for range 3 {
			wantWait(t, l, key, 0, 0)
		}
		wantWait(t, l, key, 0, time.Minute)
	}
}

func limitForgotten(t *testing.T, l auth.Limiter) {
	for range 3 {
		wantWait(t, l, "k", 0, 0)
	}
	wantWait(t, l, "other", 0, 0)
	for range 2 {
		if err := l.Forget(context.Background(), "k"); err != nil {
			t.Fatalf("Forget() = %v", err)
		}
	}
	wantWait(t, l, "k", 0, 0)
	wantWait(t, l, "other", 0, 0)
	wantWait(t, l, "other", 0, 0)
	wantWait(t, l, "other", 0, time.Minute)
}

func limitClock(t *testing.T, l auth.Limiter) {
	for range 3 {
		wantWait(t, l, "k", time.Hour, 0)
	}
	wantWait(t, l, "k", 0, time.Minute)
	wantWait(t, l, "k", 2*time.Hour, 0)
}

func limitCancelled(t *testing.T, l auth.Limiter) {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	for range 5 {
		if _, err := l.Hit(done, "k", limitRate, limitStart); err == nil {
			t.Fatal("Hit() counts for somebody who has gone")
		}
	}
	if err := l.Forget(done, "k"); err == nil {
		t.Error("Forget() forgets for somebody who has gone")
	}
	for range 3 {
		wantWait(t, l, "k", 0, 0)
	}
}
