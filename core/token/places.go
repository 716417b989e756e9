package token

import "math/bits"

// customPlaces remembers where in a payload the custom claims are, so that they can be read without
// reading the others again.
type customPlaces struct {
	first int // where the name of the first one begins
	which places
}

// add adds the current member.
func (p *customPlaces) add(s *scanner) {
	if !p.which.any() {
		p.first = s.nameStart
	}
	p.which.add(s.count - 1)
}

// places is a set of numbers below maxMembers.
type places [2]uint64

func (p *places) add(i int) { p[i/64] |= 1 << (i % 64) }

// take removes a number, and tells whether it was there.
func (p *places) take(i int) bool {
	was := p[i/64]
	p[i/64] &^= 1 << (i % 64)
	return was != p[i/64]
}

func (p *places) any() bool { return p[0]|p[1] != 0 }

// lowest is the lowest number of a set that is not empty.
func (p *places) lowest() int {
	if p[0] == 0 {
		return 64 + bits.TrailingZeros64(p[1])
	}
	return bits.TrailingZeros64(p[0])
}
