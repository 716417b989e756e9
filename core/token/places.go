package token

import "math/bits"

// customPlaces remembers where in a payload the custom claims are, so that they can be read without
// reading anything again. Of more than fit, it remembers which members they are.
type customPlaces struct {
	known [8]customPlace
	n     int // of known

	first int // where the name of the first of the others begins
	which places
}

// customPlace is where one claim begins, and its value. A payload is short enough for these
// numbers.
type customPlace struct{ start, value, end uint16 }

// add adds the current member.
func (p *customPlaces) add(s *scanner) {
	if p.n < len(p.known) {
		p.known[p.n] = customPlace{uint16(s.nameStart), uint16(s.start), uint16(s.end)} //nolint:gosec // Below maxToken.
		p.n++
		return
	}
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
