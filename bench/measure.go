package main

import (
	"fmt"
	"math"
	"runtime"
	"time"
)

// effort says how much is measured: as much as a useful figure needs, or next to nothing in tests.
type effort struct {
	rounds int           // of each comparison; the best one counts
	slice  time.Duration // of one contestant in one round
	wire   int           // requests of one contestant in one round
	races  int           // refresh tokens that are fought over
	logins int           // at once
	cost   uint32        // KiB of memory of a password hash
}

var full = effort{
	rounds: 24, slice: 10 * time.Millisecond, wire: 3000, races: 200, logins: 32, cost: 19456,
}

// cost is what one call takes.
type cost struct {
	nanos  float64 // the share of the garbage collector included
	allocs float64
	bytes  float64
}

// minus is what one call takes above another. Allocations are whole: what the runtime adds to them
// now and then does not count.
func (c cost) minus(d cost) cost {
	return cost{c.nanos - d.nanos, math.Round(c.allocs) - math.Round(d.allocs), c.bytes - d.bytes}
}

// contestant is one piece of work. An error of it ends the benchmark: what fails is fast.
type contestant func() error

// compare runs the contestants in turn on one core, round after round, and returns the best round
// of each, by CPU time.
func (e effort) compare(contestants ...contestant) ([]cost, error) {
	return e.compareBy(cpuTime, contestants...)
}

// clock is a way to measure time.
type clock func() time.Duration

var began = time.Now()

// wallTime counts waiting as well, for a disk above all.
func wallTime() time.Duration { return time.Since(began) }

func (e effort) compareBy(time clock, contestants ...contestant) ([]cost, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	counts := make([]int, len(contestants))
	best := make([]cost, len(contestants))
	for i, c := range contestants {
		var err error
		if counts[i], err = e.calibrate(time, c); err != nil {
			return nil, fmt.Errorf("contestant %d: %w", i, err)
		}
		best[i] = cost{math.Inf(1), math.Inf(1), math.Inf(1)}
	}
	for range e.rounds {
		for i, c := range contestants {
			round, err := run(time, c, counts[i])
			if err != nil {
				return nil, fmt.Errorf("contestant %d: %w", i, err)
			}
			best[i] = cost{
				min(best[i].nanos, round.nanos), min(best[i].allocs, round.allocs), min(best[i].bytes, round.bytes),
			}
		}
	}
	return best, nil
}

// calibrate returns how many calls fill a slice.
func (e effort) calibrate(time clock, c contestant) (int, error) {
	const first = 20
	round, err := run(time, c, first)
	return max(first, int(float64(e.slice)/max(round.nanos, 1))), err
}

func run(time clock, c contestant, n int) (cost, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time()
	for range n {
		if err := c(); err != nil {
			return cost{}, err
		}
	}
	spent := time() - start
	runtime.ReadMemStats(&after)
	return cost{
		nanos:  float64(spent) / float64(n),
		allocs: float64(after.Mallocs-before.Mallocs) / float64(n),
		bytes:  float64(after.TotalAlloc-before.TotalAlloc) / float64(n),
	}, nil
}
