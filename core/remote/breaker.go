package remote

import (
	"sync"
	"time"
)

// When a breaker opens, and for how long.
const (
	minOutages = 5               // in a row
	minOutage  = 2 * time.Second // since the first of them: a short burst of calls says little
	openFor    = time.Second
	probeFor   = 3 * time.Second // then there may be another: one that hangs must not hide that it is over
)

// outcome is what a call says of the auth-service.
type outcome int

const (
	answered  outcome = iota // it is there, whatever it said
	outage                   // it is not
	abandoned                // the caller hung up before it was known
)

// breaker spares the caller of a service that is down the waiting. It opens on outages alone, lets a
// single call through once in a while, and closes when that is answered. Its zero value, with a
// clock, is closed. It is safe for concurrent use.
type breaker struct {
	now func() time.Time

	mu      sync.Mutex
	outages int       // in a row
	first   time.Time // when the first of them was seen
	open    bool
	since   time.Time // it opened, or the latest probe failed
	calls   uint64    // that were let through
	probe   uint64    // the call that is the probe; 0: none
	probed  time.Time // it was let through
}

// enter returns the number of a call, which must [breaker.leave] again, or false where none may be
// made.
func (b *breaker) enter() (call uint64, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	probing := b.probe != 0 && within(b.probed, now, probeFor)
	if b.open && (probing || within(b.since, now, openFor)) {
		return 0, false
	}
	b.calls++
	if b.open {
		b.probe, b.probed = b.calls, now
	}
	return b.calls, true
}

// leave tells what became of a call.
func (b *breaker) leave(call uint64, o outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	probed := b.probe == call
	if probed {
		b.probe = 0
	}
	switch {
	case o == answered:
		b.outages, b.open, b.probe = 0, false, 0
	case o == outage && !b.open:
		b.count()
	case o == outage && probed:
		b.since = b.now()
	}
}

// count counts an outage of a closed breaker.
func (b *breaker) count() {
	now := b.now()
	if b.outages == 0 || now.Before(b.first) {
		b.first = now
	}
	b.outages++
	if b.outages >= minOutages && now.Sub(b.first) >= minOutage {
		b.open, b.since = true, now
	}
}

// closed reports whether calls pass.
func (b *breaker) closed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.open
}
