package remote

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// clocked returns a breaker whose clock is moved by hand.
func clocked() (*breaker, *time.Time) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return &breaker{now: func() time.Time { return now }}, &now
}

// play runs a script: o an outage, a an answer, h a caller who hung up, each a call of its own;
// p one that hangs; + half a second; ? a call that must not be let through.
func play(t *testing.T, b *breaker, now *time.Time, script string) {
	t.Helper()
	for i, step := range script {
		if step == '+' {
			*now = now.Add(500 * time.Millisecond)
			continue
		}
		call, ok := b.enter()
		if ok != (step != '?') {
			t.Fatalf("step %d of %q: let through %v", i+1, script, ok)
		}
		if at := strings.IndexRune("aoh", step); at >= 0 {
			b.leave(call, outcome(at))
		}
	}
}

func TestBreakerOpensOnOutagesAlone(t *testing.T) {
	for _, script := range []string{
		"o++++oooo??++o??++a",    // opens, stays open after a failed probe, closes after a good one
		"oooooooooooooooooooo",   // a burst
		"o++++ooo",               // too few
		"ooooooooo+++oooo+o??",   // long enough
		"o++++oooa++++oooo",      // an answer between
		"o++++ohhhooh++++o??",    // who hangs up says nothing
		"o++++oooo?+?+h",         // and frees the probe
		"o++++oooo++ho?",         // so that the next is one
		"o++++oooo++hhha",        //
		"o++++oooo++ao++++oooo?", // closed is closed
		"o++++oooo++o+?+o+?+o?",  // a probe for each second
		"o++++oooo++p?+++++?+ao", // after three seconds without an answer another one
	} {
		b, now := clocked()
		play(t, b, now, script)
	}
}

func TestAClockThatIsPutBackKeepsNoBreakerOpen(t *testing.T) {
	b, now := clocked()
	play(t, b, now, "o++++oooo?")
	*now = now.Add(-time.Hour)
	play(t, b, now, "a")
	play(t, b, now, "o")
	*now = now.Add(-time.Hour)
	play(t, b, now, "o++++ooo?")
}

func TestOnlyOneOfManyIsTheProbe(t *testing.T) {
	b, now := clocked()
	play(t, b, now, "o++++oooo?++")
	for range 3 {
		var through atomic.Int32
		var probe atomic.Uint64
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if call, ok := b.enter(); ok {
					through.Add(1)
					probe.Store(call)
				}
			})
		}
		all.Wait()
		if n := through.Load(); n != 1 {
			t.Fatalf("%d calls were let through", n)
		}
		b.leave(probe.Load(), abandoned)
	}
}

func TestCallsFromBeforeDoNotDisturbTheProbe(t *testing.T) {
	b, now := clocked()
	late, _ := b.enter()
	later, _ := b.enter()
	play(t, b, now, "o++++oooo+?")
	b.leave(late, outage) // it must not lengthen what is open
	play(t, b, now, "?+")
	probe, ok := b.enter()
	if !ok {
		t.Fatal("no probe")
	}
	b.leave(later, abandoned) // it must not free the probe
	play(t, b, now, "?")
	b.leave(probe, answered)
	play(t, b, now, "aa")
}

func TestLateAnswerCloses(t *testing.T) {
	b, now := clocked()
	late, _ := b.enter()
	play(t, b, now, "o++++oooo?")
	b.leave(late, answered)
	play(t, b, now, "aa")
	if !b.closed() {
		t.Error("open")
	}
}
