package storetest

import (
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest/internal/linear"
)

// model compares a store with a model of it: see the package comment.
func model() []claim {
	return []claim{
		{"a long run of calls about sessions and tokens is answered as by the model", sessionSequence},
		{"what callers are told of sessions at once fits one order", sessionStorm},
		{"what callers are told of tokens at once fits one order", tokenStorm},
	}
}

// modelOfUsers compares users alone.
func modelOfUsers() []claim {
	return []claim{
		{"a long run of calls about users is answered as by the model", userSequence},
		{"what callers are told of users at once fits one order", userStorm},
	}
}

// The environment may set the seed, to repeat a run, and how long the runs are, as a multiple.
const (
	seedVariable = "STORETEST_SEED"
	longVariable = "STORETEST_LONG"
)

// seeded returns the seed of a test, which is told if the test fails.
func seeded(t *testing.T) uint64 {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv(seedVariable), 10, 64)
	if err != nil && os.Getenv(seedVariable) != "" {
		t.Fatalf("%s: %v: set the number that a failed run has told", seedVariable, err)
	}
	if err != nil {
		seed = rand.Uint64() //nolint:gosec // Nobody must not guess it.
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s=%d draws the same calls again", seedVariable, seed)
		}
	})
	return seed
}

// long returns how many times longer than usual runs are, as the environment says.
func long(t *testing.T) int {
	t.Helper()
	text := os.Getenv(longVariable)
	if text == "" {
		return 1
	}
	times, err := strconv.Atoi(text)
	if err != nil || times < 1 {
		t.Fatalf("%s is %q: set how many times longer than usual the runs are, from 1", longVariable, text)
	}
	return times
}

// storm is what callers do in one round: one of them begins, then all act at once, and then one
// looks at what there is.
type storm[S linear.State] struct {
	begin, act, end func(*caller[S])

	callers, acts int
}

// At least so many rounds are run, and more as long as they are quick.
const (
	fewRounds  = 12
	manyRounds = 1000
	roundsTime = 400 * time.Millisecond
)

// rage runs rounds of storms, each of objects of its own: what a caller who hung up has left behind
// it reaches no other round. In every second round callers hang up, and in half of the rounds they
// wait for each other before they act, so that they meet in quick stores as well.
func rage[S linear.State](t *testing.T, s auth.Store, round func(n int) storm[S]) {
	t.Helper()
	seed, times, began := seeded(t), long(t), time.Now()
	for n := 0; n < times*fewRounds || n < times*manyRounds && time.Since(began) < time.Duration(times)*roundsTime; n++ {
		r, w := round(n), &witness[S]{t: t, store: s}
		var ready atomic.Int64
		draw := func(i int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(n*100+i))) } //nolint:gosec // A seed repeats it.
		r.begin(w.caller(draw(0), false))
		allWon(t, race(r.callers, func(i int) error {
			c := w.caller(draw(i+1), n%2 == 1)
			for act := range r.acts {
				ready.Add(1)
				for n%4 < 2 && ready.Load() < int64((act+1)*r.callers) {
					runtime.Gosched()
				}
				r.act(c)
			}
			return nil
		}))
		r.end(w.caller(draw(0), false))
		w.judge()
		if t.Failed() {
			t.Fatalf("in round %d", n+1)
		}
	}
}

func sessionStorm(t *testing.T, s auth.Store) {
	rage(t, s, func(n int) storm[sessionModel] {
		p := &sessionPlay{name: strconv.Itoa(n), users: []string{owner(t, s, 2*n), owner(t, s, 2*n+1)}}
		return storm[sessionModel]{begin: p.begin, end: p.end, callers: 5, acts: 4, act: func(c *caller[sessionModel]) {
			if c.chance(4) {
				c.do(p.purges(p.moment(c)))
				return
			}
			p.act(c)
		}}
	})
}

func tokenStorm(t *testing.T, s auth.Store) {
	rage(t, s, func(n int) storm[tokenModel] {
		name := strconv.Itoa(n)
		p := &tokenPlay{ids: []string{name + "a", name + "b"}}
		return storm[tokenModel]{begin: p.end, end: p.end, callers: 6, acts: 3, act: func(c *caller[tokenModel]) {
			if c.chance(10) {
				c.do(p.purges(p.moment(c)))
				return
			}
			p.act(c)
		}}
	})
}

func userStorm(t *testing.T, s auth.Store) {
	registry, made := newRegistry(), &atomic.Int64{}
	rage(t, s, func(n int) storm[userModel] {
		p := &userPlay{name: strconv.Itoa(n), values: 3, registry: registry, made: made}
		return storm[userModel]{begin: p.begin, act: p.act, end: p.end, callers: 5, acts: 5}
	})
}
