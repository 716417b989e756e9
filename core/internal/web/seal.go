package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"time"
)

// Seal signs what a browser carries for the service, with the first of its keys, and recognizes what
// any of them has signed. It hides nothing. It is safe for concurrent use.
type Seal struct{ keys [][]byte }

// NewSeal returns a seal of keys, which have 32 random bytes each.
func NewSeal(keys ...[]byte) *Seal { return &Seal{keys} }

// MAC returns what proves that the service itself has put these parts together for a purpose.
func (s *Seal) MAC(purpose string, parts ...string) []byte { return mac(s.keys[0], purpose, parts) }

// leastMAC is how many bytes of a MAC are enough.
const leastMAC = 16

// Proves reports whether a MAC, or its first 16 bytes or more, is one of these parts, in a time that
// tells nothing about it.
func (s *Seal) Proves(given []byte, purpose string, parts ...string) bool {
	if len(given) < leastMAC || len(given) > sha256.Size {
		return false
	}
	proves := false
	for _, key := range s.keys {
		proves = hmac.Equal(given, mac(key, purpose, parts)[:len(given)]) || proves
	}
	return proves
}

// mac counts the lengths of parts too, so that no two lists give the same bytes.
func mac(key []byte, purpose string, parts []string) []byte {
	m := hmac.New(sha256.New, key)
	for _, part := range append([]string{purpose}, parts...) {
		_ = binary.Write(m, binary.BigEndian, uint64(len(part)))
		m.Write([]byte(part))
	}
	return m.Sum(nil)
}

// Sign returns a text with its end and its proof, of characters that cookies and URLs take.
func (s *Seal) Sign(purpose, text string, until time.Time) string {
	end := strconv.FormatInt(until.Unix(), 10)
	return Encode([]byte(text)) + "." + end + "." + Encode(s.MAC(purpose, text, end))
}

// Open returns the text of a signed one, unless it was made for another purpose, was changed, or is
// past.
func (s *Seal) Open(purpose, signed string, now time.Time) (text string, ok bool) {
	parts := strings.Split(signed, ".")
	if len(parts) != 3 {
		return "", false
	}
	raw, given := Decode(parts[0]), Decode(parts[2])
	end, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || given == nil || !s.Proves(given, purpose, string(raw), parts[1]) {
		return "", false
	}
	return string(raw), now.Unix() < end
}

// Encode returns bytes as base64url without padding.
func Encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// Decode returns the bytes of a text by [Encode], or nil: each has one spelling.
func Decode(text string) []byte {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return nil
	}
	return b
}
