package storetest

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest/internal/linear"
)

// witness writes down what callers do to a store at the same time, and what they are told.
type witness[S linear.State] struct {
	t     *testing.T
	store auth.Store
	clock atomic.Int64 // counts the moments at which something began or ended

	mu    sync.Mutex
	notes []noted[S]
}

// caller returns a caller of the store, who hangs up now and then if that is wanted.
func (w *witness[S]) caller(r *rand.Rand, hangsUp bool) *caller[S] {
	return &caller[S]{r, func(d deed[S]) {
		switch {
		case hangsUp && r.IntN(100) < 4:
			w.refusesTheGone(d)
		case hangsUp && r.IntN(100) < 10 && d.parts == nil: // else nobody could tell which parts were done
			ctx, cancel := context.WithCancel(w.t.Context())
			defer cancel()
			go hangUpSoon(cancel, r.IntN(1<<r.IntN(12)))
			w.see(ctx, d)
		default:
			if n := w.see(w.t.Context(), d); n.maybe {
				w.t.Errorf("%s: %s", d.text, n.answer)
			}
		}
	}}
}

// see does a deed and writes it down.
func (w *witness[S]) see(ctx context.Context, d deed[S]) noted[S] {
	n := noted[S]{deed: d, begin: w.clock.Add(1)}
	answer, err := d.call(ctx, w.store)
	n.end = w.clock.Add(1)
	answer, known := told(answer, err)
	n.answer, n.maybe = answer, !known
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notes = append(w.notes, n)
	return n
}

// refusesTheGone requires that a call whose context is done is not answered. It is not written
// down: it must not take effect.
func (w *witness[S]) refusesTheGone(d deed[S]) {
	ctx, cancel := context.WithCancel(w.t.Context())
	cancel()
	if answer, known := told(d.call(ctx, w.store)); known {
		w.t.Errorf("%s with a canceled context was told %q", d.text, answer)
	}
}

// hangUpSoon cancels while a call is perhaps under way, wherever others run that long.
func hangUpSoon(cancel func(), pause int) {
	for range pause {
		runtime.Gosched()
	}
	cancel()
}

// noted is what a caller did and was told.
type noted[S linear.State] struct {
	deed[S]

	answer     string
	begin, end int64
	maybe      bool
}

// parted returns the call, or each of its parts, by object.
func (n noted[S]) parted(to map[string][]linear.Call[S]) {
	reads := isRefusal(n.answer) || n.reads != nil && n.reads(n.answer)
	parts := []part[S]{{on: n.on, answer: n.answer, step: n.step, reads: reads, maybe: n.maybe}}
	if n.parts != nil {
		parts = n.parts(n.answer)
	}
	for _, p := range parts {
		if n.maybe {
			n.end = 0
		}
		to[p.on] = append(to[p.on], linear.Call[S]{
			Text: n.text + " → " + p.answer, Begin: n.begin, End: n.end, Maybe: p.maybe, Reads: p.reads,
			Step: func(s S) (S, bool) {
				next, answers := p.step(s)
				return next, p.maybe || slices.Contains(answers, p.answer)
			},
		})
	}
}

// judge fails the test unless all that was told about each object fits into one order.
func (w *witness[S]) judge() {
	w.t.Helper()
	calls := map[string][]linear.Call[S]{}
	for _, n := range w.notes {
		n.parted(calls)
	}
	for _, object := range slices.Sorted(maps.Keys(calls)) {
		var empty S
		if order, ok := linear.Order(empty, calls[object]); !ok {
			w.t.Errorf("no order explains what callers were told of %q: %s", object, history(calls[object], order))
		}
	}
}

// history shows calls by their beginning, and marks those that do fit behind each other.
func history[S linear.State](calls []linear.Call[S], order []int) string {
	lines := make([]string, 0, len(calls))
	for i, c := range calls {
		place, end := "", fmt.Sprint(c.End)
		if at := slices.Index(order, i); at >= 0 {
			place = fmt.Sprintf("#%d", at+1)
		}
		switch {
		case c.Maybe && c.End == 0:
			end = "?"
		case c.Maybe:
			end += "?"
		}
		lines = append(lines, fmt.Sprintf("\n%4d to %4s %4s  %s", c.Begin, end, place, c.Text))
	}
	slices.Sort(lines)
	return strings.Join(lines, "") + "\nThose with a # could have come in this order; no further one fits behind them."
}
