package authtest

import (
	"sync/atomic"
	"time"
)

// start is when every clock begins.
var start = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// Clock is a clock that stands still until it is moved. It begins at noon of January 1st, 2026,
// UTC. Its zero value is ready, and it is safe for concurrent use.
type Clock struct{ passed atomic.Int64 }

// Now returns the time that the clock shows.
func (c *Clock) Now() time.Time { return start.Add(time.Duration(c.passed.Load())) }

// Advance moves the clock, back if d is negative, as a clock that is set does.
func (c *Clock) Advance(d time.Duration) { c.passed.Add(int64(d)) }
