package token

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"iter"
	"time"
)

// Kind says what a token is for. Every token has one.
type Kind string

// The kinds of the protocol. A codec mints and verifies others as well: the caller compares.
const (
	Access  Kind = "access"
	Refresh Kind = "refresh"
	Sliding Kind = "sliding"
)

// Claims is what a token says. [Codec.Verify] fills it and [Codec.Mint] reads it.
// It may be copied, and read by several goroutines.
type Claims struct {
	Kind    Kind
	ID      string // 1 to 255 characters, see [NewID]
	User    string // decimal digits, or with Config.TextUserID 1 to 254 characters of any kind; "" is absent
	Session string // 1 to 255 characters; "" is absent
	Revoke  string // 1 to 255 characters, a fingerprint of the password hash; "" is absent

	// Epoch is a number from 0 to 2^53. It is 0 in a token without one; HasEpoch tells the two apart,
	// and asks Mint to write it.
	Epoch    int64
	HasEpoch bool

	// The zero time is an absent claim. Minted times are cut to whole seconds. Verified ones are in
	// UTC, and a fraction finer than a nanosecond is rounded up, which changes no comparison.
	ExpiresAt        time.Time
	IssuedAt         time.Time
	NotBefore        time.Time // never minted
	RefreshExpiresAt time.Time // of a sliding token: until when it may be exchanged for a new one

	// Custom claims are minted behind the standard ones, in this order. Verify leaves them empty: see
	// [Payload.Member] and [Claims.CustomMembers].
	Custom []Member

	// Payload is what Verify read. Mint ignores it.
	Payload

	custom customPlaces
}

// Payload holds all claims of a verified token as they are written, as one JSON object.
type Payload string

// Member is one member of a JSON object: its name, and its value as JSON text.
type Member struct {
	Name  string
	Value []byte
}

// Member finds a claim of a verified token by its exact name, standard or custom, and returns its
// value as JSON text. It scans the payload; ok is false if there is none.
func (p Payload) Member(name string) (value string, ok bool) {
	s := scanner{text: string(p), trusted: true}
	s.open()
	for s.step() {
		if s.name == name {
			return s.value(), true
		}
	}
	return "", false
}

// Members runs through all claims of a verified token in the order of its payload: names decoded,
// values as JSON text.
func (p Payload) Members() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		s := scanner{text: string(p), trusted: true}
		s.open()
		for s.step() {
			if !yield(s.name, s.value()) {
				return
			}
		}
	}
}

// CustomMembers runs through the claims of a verified token that are not standard ones, as
// [Payload.Members] does. It reads no more of the payload than it must.
func (cl *Claims) CustomMembers() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		s := scanner{text: string(cl.Payload), trusted: true}
		for _, place := range cl.custom.known[:cl.custom.n] {
			s.at = int(place.start)
			name, _ := s.memberName()
			if !yield(name, s.text[place.value:place.end]) {
				return
			}
		}
		s.at = cl.custom.first
		rest := cl.custom.which
		for i := rest.lowest(); rest.any() && s.step(); i++ {
			if rest.take(i) && !yield(s.name, s.value()) {
				return
			}
		}
	}
}

// NewID returns a fresh token id: a random UUID (RFC 9562 version 4) as 32 lower-case hexadecimal
// digits.
func NewID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // It never fails: it ends the program instead.
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return hex.EncodeToString(b[:])
}

// NewOrderedID returns a fresh id that begins with a time of milliseconds: a UUID (RFC 9562 version 7) as
// 32 lower-case hexadecimal digits, 74 bits of them random. What is made one after the other is near to
// each other in a database's index, and a large one need not be read all over to add or remove it.
func NewOrderedID(at time.Time) string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	binary.BigEndian.PutUint64(b[:8], uint64(at.UnixMilli())<<16|uint64(b[6]&0x0f|0x70)<<8|uint64(b[7]))
	b[8] = b[8]&0x3f | 0x80
	return hex.EncodeToString(b[:])
}
