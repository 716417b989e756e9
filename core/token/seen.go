package token

import (
	"crypto/sha256"
	"encoding/binary"
	"sync/atomic"
)

// seen remembers tokens whose signature has been verified, by the SHA-256 of the whole token. It
// has a fixed number of places, and a new token takes that of another one: to forget costs one
// verification. The zero value remembers nothing. It is safe for concurrent use.
type seen struct {
	places []atomic.Pointer[[sha256.Size]byte]
}

func newSeen(tokens int) seen {
	return seen{make([]atomic.Pointer[[sha256.Size]byte], max(tokens, 0))}
}

// has reports whether a token has been remembered, by its sum.
func (s *seen) has(sum *[sha256.Size]byte) bool {
	one, other := s.placesOf(sum)
	return is(one, sum) || is(other, sum)
}

// add remembers a token in the free one of its two places, or instead of another token.
func (s *seen) add(sum [sha256.Size]byte) {
	one, other := s.placesOf(&sum)
	if one.Load() != nil {
		one = other
	}
	one.Store(&sum)
}

func (s *seen) placesOf(sum *[sha256.Size]byte) (one, other *atomic.Pointer[[sha256.Size]byte]) {
	n := uint64(len(s.places))
	return &s.places[binary.LittleEndian.Uint64(sum[:])%n], &s.places[binary.LittleEndian.Uint64(sum[8:])%n]
}

func is(place *atomic.Pointer[[sha256.Size]byte], sum *[sha256.Size]byte) bool {
	held := place.Load()
	return held != nil && *held == *sum
}
