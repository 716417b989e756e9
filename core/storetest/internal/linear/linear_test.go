package linear_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/authplug/authplug/core/storetest/internal/linear"
)

// register is an object that holds one number.
type register int

func (r register) Key() string { return fmt.Sprint(int(r)) }

type call = linear.Call[register]

func read(begin, end int64, want register) call {
	step := func(r register) (register, bool) { return r, r == want }
	return call{Begin: begin, End: end, Reads: true, Step: step}
}

func write(begin, end int64, n register) call {
	return call{Begin: begin, End: end, Step: func(register) (register, bool) { return n, true }}
}

// swap tells whether the register held from and holds to now.
func swap(begin, end int64, from, to register, won bool) call {
	return call{Begin: begin, End: end, Reads: !won, Step: func(r register) (register, bool) {
		if r != from {
			return r, !won
		}
		return to, won
	}}
}

// clear empties the register, and does not tell whether it was empty before.
func clear(begin, end int64) call { return write(begin, end, 0) }

// maybe is a write of 7 of which nobody knows what became.
func maybe(begin int64) call { return perhaps(begin, 0, 7) }

// perhaps is a write that was made in time or never.
func perhaps(begin, end int64, n register) call {
	c := write(begin, end, n)
	c.Maybe = true
	return c
}

func TestHistories(t *testing.T) {
	for name, h := range map[string]struct {
		calls []call
		fits  bool
	}{
		"no calls":                           {nil, true},
		"one after another":                  {[]call{write(1, 2, 7), read(3, 4, 7)}, true},
		"a read of what was before":          {[]call{write(1, 2, 7), read(3, 4, 0)}, false},
		"a read beside a write, old":         {[]call{write(1, 4, 7), read(2, 3, 0)}, true},
		"a read beside a write, new":         {[]call{write(1, 4, 7), read(2, 3, 7)}, true},
		"new, and then old":                  {[]call{write(1, 8, 7), read(2, 3, 7), read(4, 5, 0)}, false},
		"old, and then new":                  {[]call{write(1, 8, 7), read(2, 3, 0), read(4, 5, 7)}, true},
		"a value from nowhere":               {[]call{write(1, 4, 7), read(2, 3, 8)}, false},
		"one of two swaps wins":              {[]call{swap(1, 4, 0, 7, true), swap(2, 3, 0, 8, false)}, true},
		"both swaps win":                     {[]call{swap(1, 4, 0, 7, true), swap(2, 3, 0, 8, true)}, false},
		"no swap wins":                       {[]call{swap(1, 4, 0, 7, false), swap(2, 3, 0, 8, false)}, false},
		"a swap that lost to nobody":         {[]call{swap(1, 2, 0, 7, false), swap(3, 4, 0, 8, true)}, false},
		"the second swap comes first":        {[]call{swap(1, 4, 8, 7, true), swap(2, 3, 0, 8, true)}, true},
		"a lost write":                       {[]call{write(1, 2, 7), write(3, 4, 8), read(5, 6, 7)}, false},
		"a write that first changes nothing": {[]call{clear(1, 8), read(2, 3, 0), write(4, 5, 7), read(9, 10, 0)}, true},
		"maybe it happened":                  {[]call{maybe(1), read(2, 3, 7)}, true},
		"maybe it did not":                   {[]call{maybe(1), read(2, 3, 0)}, true},
		"maybe it happened later":            {[]call{maybe(1), read(2, 3, 0), read(4, 5, 7)}, true},
		"maybe, but not back and forth":      {[]call{maybe(1), read(2, 3, 7), read(4, 5, 0)}, false},
		"perhaps it happened in time":        {[]call{perhaps(1, 4, 7), read(2, 3, 0), read(5, 6, 7)}, true},
		"perhaps it never happened":          {[]call{perhaps(1, 2, 7), read(3, 4, 0)}, true},
		"perhaps, but not too late":          {[]call{perhaps(1, 2, 7), read(3, 4, 0), read(5, 6, 7)}, false},
		"perhaps it happened before a read that fits without": {
			[]call{write(1, 2, 7), perhaps(3, 4, 8), swap(5, 6, 9, 1, false), read(7, 8, 8)}, true,
		},
		"maybe, but not before": {[]call{read(1, 2, 7), maybe(3)}, false},
		"two writers, two readers agree": {
			[]call{write(1, 9, 7), write(2, 10, 8), read(3, 4, 7), read(5, 6, 8), read(7, 8, 8)}, true,
		},
		"two writers, two readers differ": {
			[]call{write(1, 3, 7), write(2, 4, 8), read(5, 6, 7), read(7, 8, 8)}, false,
		},
	} {
		if order, ok := linear.Order(0, h.calls); ok != h.fits {
			t.Errorf("%s: fits %v, want %v; order %v", name, ok, h.fits, order)
		}
	}
}

func TestOrderIsOneThatFits(t *testing.T) {
	calls := []call{swap(1, 10, 2, 3, true), swap(2, 9, 1, 2, true), swap(3, 8, 0, 1, true), read(11, 12, 3)}
	if order, ok := linear.Order(0, calls); !ok || !slices.Equal(order, []int{2, 1, 0, 3}) {
		t.Errorf("Order = %v, %v", order, ok)
	}
}

func TestTheLongestBeginningIsTold(t *testing.T) {
	calls := []call{write(1, 2, 7), read(3, 4, 7), read(5, 6, 8), read(7, 8, 7)}
	if order, ok := linear.Order(0, calls); ok || !slices.Equal(order, []int{0, 1}) {
		t.Errorf("Order = %v, %v", order, ok)
	}
}

// Of 12 writes at once, which can come in any order, the search must not try all 479,001,600 orders.
func TestManyAtOnceAreDecided(t *testing.T) {
	var calls []call
	for i := range 12 {
		n := int64(i)
		calls = append(calls, write(n, n+100, register(i%3)))
	}
	if _, ok := linear.Order(0, append(calls, read(200, 201, 9))); ok {
		t.Error("9 was never written")
	}
}
