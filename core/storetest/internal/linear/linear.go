// Package linear decides whether what concurrent callers were told could also have been told to
// callers who came one after another. It is the search of Wing and Gong, which remembers where it
// has been in vain.
package linear

import "slices"

// State is what an object can be in. A state never changes; a step makes another one.
type State interface {
	// Key tells states apart.
	Key() string
}

// Call is one call of a history.
type Call[S State] struct {
	Text string // for people

	// Begin and End are readings of one clock that never shows the same twice. The call took effect
	// between them.
	Begin, End int64

	// Maybe says that nobody knows what became of the call: it took effect behind Begin, and before
	// End unless that is 0, or never.
	Maybe bool

	// Reads says that the call would have been told something else if it had changed anything. The
	// search is quicker for it.
	Reads bool

	// Step returns the state behind the call, and whether its caller would have been told what it
	// was told. Of a call that may be, that is always true.
	Step func(S) (S, bool)
}

// Order returns in which order, by index, the calls could have taken effect from a state on. If
// there is none it is not ok, and the order is the longest beginning of one.
func Order[S State](from S, calls []Call[S]) (order []int, ok bool) {
	s := search[S]{calls: calls, done: make([]byte, len(calls)), vain: map[string]bool{}}
	ok = s.from(from)
	if ok {
		return s.path, true
	}
	return s.longest, false
}

type search[S State] struct {
	calls         []Call[S]
	done          []byte // 1 for each call of path
	path, longest []int
	vain          map[string]bool
}

// move is a call that fits, and the state behind it.
type move[S State] struct {
	call int
	to   S
}

// from reports whether the calls that are not done fit behind a state.
func (s *search[S]) from(state S) bool {
	next, open := s.next()
	if !open {
		return true
	}
	key := state.Key()
	place := string(s.done) + key
	if s.vain[place] {
		return false
	}
	s.vain[place] = true
	if len(s.path) > len(s.longest) {
		s.longest = slices.Clone(s.path)
	}
	return slices.ContainsFunc(s.moves(state, key, next), s.take)
}

// next returns the calls of which each could be the next to take effect, as no call that is not
// done had ended when they began. It is open as long as a call must still take effect.
func (s *search[S]) next() (next []int, open bool) {
	first, last := int64(0), int64(0) // the time is behind the last that has begun and before the first that ends
	for i, c := range s.calls {
		switch {
		case s.done[i] == 1:
			last = max(last, c.Begin)
		case !c.Maybe && (!open || c.End < first):
			first, open = c.End, true
		}
	}
	for i, c := range s.calls {
		over := c.Maybe && c.End != 0 && c.End < last
		if s.done[i] == 0 && c.Begin < first && !over {
			next = append(next, i)
		}
	}
	return next, open
}

// moves returns which calls fit. One that reads is the only move: wherever it would fit later, it
// can as well be taken now, unless it was made when it was too late for another.
func (s *search[S]) moves(state S, key string, next []int) (moves []move[S]) {
	for _, i := range next {
		to, fits := s.calls[i].Step(state)
		switch {
		case !fits || s.calls[i].Maybe && to.Key() == key:
		case s.calls[i].Reads && !s.closes(i, next):
			return []move[S]{{i, to}}
		default:
			moves = append(moves, move[S]{i, to})
		}
	}
	return moves
}

// closes reports whether a call began when one of the others, which may be, was over.
func (s *search[S]) closes(call int, next []int) bool {
	return slices.ContainsFunc(next, func(i int) bool {
		c := s.calls[i]
		return c.Maybe && c.End != 0 && c.End < s.calls[call].Begin
	})
}

// take makes a move, and takes it back if nothing fits behind it.
func (s *search[S]) take(m move[S]) bool {
	s.done[m.call] = 1
	s.path = append(s.path, m.call)
	if s.from(m.to) {
		return true
	}
	s.done[m.call] = 0
	s.path = s.path[:len(s.path)-1]
	return false
}
