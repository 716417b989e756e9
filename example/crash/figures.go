package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

const header = "| database | kills | requests | acknowledged | refreshes | lost answers | 503 | restart p50 | restart max | violations |\n" +
	"| -------- | ----- | -------- | ------------ | --------- | ------------ | --- | ----------- | ----------- | ---------- |"

// figures are what a storm counts. They are safe for concurrent use.
type figures struct {
	mu         sync.Mutex
	requests   int
	answered   map[int]int // by status; 0 for answers that got lost
	refreshes  int
	kills      int
	restarts   []time.Duration
	violations []string
}

func newFigures() *figures { return &figures{answered: map[int]int{}} }

func (f *figures) answer(status int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests++
	f.answered[status]++
}

func (f *figures) refreshed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refreshes++
}

func (f *figures) restarted(after time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kills++
	f.restarts = append(f.restarts, after)
}

func (f *figures) violation(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.violations = append(f.violations, fmt.Sprintf(format, args...))
}

func (f *figures) restart(share float64) time.Duration {
	if len(f.restarts) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(f.restarts))
	return sorted[int(share*float64(len(sorted)-1))].Round(time.Millisecond)
}

func (f *figures) line(name string, o options) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	acknowledged := f.requests - f.answered[0] - f.answered[503]
	return fmt.Sprintf("| %s, %s | %d | %d | %d | %d | %d | %d | %v | %v | %d |", name, o.framework, f.kills, f.requests, acknowledged,
		f.refreshes, f.answered[0], f.answered[503], f.restart(0.5), f.restart(1), len(f.violations))
}

// verdict is an error if an invariant was broken, a restart took too long, or nothing was tried.
func (f *figures) verdict(o options) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	if len(f.violations) > 0 {
		first := f.violations[:min(len(f.violations), 20)]
		errs = append(errs, fmt.Errorf("%d violations with -seed %d:\n\t%s", len(f.violations), o.seed, strings.Join(first, "\n\t")))
	}
	if slow := f.restart(1); slow > o.restart {
		errs = append(errs, fmt.Errorf("a restart took %v, want at most %v", slow, o.restart))
	}
	if f.refreshes < o.kills {
		errs = append(errs, fmt.Errorf("%d refreshes prove nothing", f.refreshes))
	}
	return errors.Join(errs...)
}
