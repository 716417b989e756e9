package auth_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	auth "github.com/authplug/authplug/core"
)

// backlog is a store with rows that are past.
type backlog struct {
	auth.Store

	mu      sync.Mutex
	left    int
	batches int
	before  time.Time
	err     error
	panics  bool
}

// DeleteExpired implements [auth.Maintainer].
func (b *backlog) DeleteExpired(_ context.Context, before time.Time, limit int) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.batches++
	b.before = before
	if b.panics {
		panic("no rows")
	}
	n := min(b.left, limit)
	b.left -= n
	return n, b.err
}

func purging(t *testing.T, configure func(*auth.Settings)) *auth.Service {
	t.Helper()
	settings := good()
	settings.Signing.Leeway = time.Minute
	if configure != nil {
		configure(&settings)
	}
	service, err := auth.New(settings, auth.In(noStore{}))
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// DS-07.
func TestPurgeGoesInBatchesToTheEnd(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	service := purging(t, func(s *auth.Settings) { s.Now = func() time.Time { return now } })
	for left, batches := range map[int]int{0: 1, 1: 1, 500: 2, 1501: 4} {
		b := &backlog{left: left}
		n, err := service.Purge(t.Context(), b)
		if err != nil || n != left || b.batches != batches || !b.before.Equal(now.Add(-time.Minute)) {
			t.Errorf("of %d: %d removed in %d batches before %v, %v", left, n, b.batches, b.before, err)
		}
	}
	b := &backlog{left: 1500, err: errors.New("gone")}
	if n, err := service.Purge(t.Context(), b); !errors.Is(err, auth.ErrUnavailable) || !errors.Is(err, b.err) || n != 500 || b.batches != 1 {
		t.Errorf("after a failure: %d removed in %d batches, %v", n, b.batches, err)
	}
	if n, err := service.Purge(t.Context(), &backlog{panics: true}); !errors.Is(err, auth.ErrUnavailable) || n != 0 {
		t.Errorf("after a panic: %d removed, %v", n, err)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	b = &backlog{left: 1500}
	if n, err := service.Purge(done, b); err == nil || n != 500 {
		t.Errorf("without time: %d removed, %v", n, err)
	}
}

// told are the events of a purge.
type told struct {
	mu     sync.Mutex
	events []auth.Event
}

func (o *told) record(_ context.Context, e auth.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.events = append(o.events, e)
}

// want wants so many events, and the last one to be of a kind.
func (o *told) want(t *testing.T, n int, kind auth.EventKind) auth.Event {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.events) != n || o.events[n-1].Kind != kind {
		t.Fatalf("events %+v, want %d, the last one %s", o.events, n, kind)
	}
	return o.events[n-1]
}

// seen returns how many batches there were.
func (b *backlog) seen() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.batches
}

func TestPurgeEveryWorksAtEachIntervalAndNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o told
		b := &backlog{left: 507}
		service := purging(t, func(s *auth.Settings) { s.Events = o.record })
		ctx, cancel := context.WithCancel(t.Context())
		go service.PurgeEvery(ctx, b, time.Hour)
		time.Sleep(59 * time.Minute)
		if n := b.seen(); n != 0 {
			t.Errorf("%d batches before the first hour", n)
		}
		time.Sleep(8 * time.Minute)
		if e := o.want(t, 1, auth.EventPurged); e.Count != 507 {
			t.Errorf("event %+v", e)
		}
		b.mu.Lock()
		b.panics = true
		b.mu.Unlock()
		time.Sleep(time.Hour + 6*time.Minute)
		if e := o.want(t, 2, auth.EventFailure); e.Reason != "purge" {
			t.Errorf("event %+v", e)
		}
		before := b.seen()
		cancel()
		time.Sleep(3 * time.Hour)
		if b.seen() != before {
			t.Error("it goes on after its end")
		}
	})
}
