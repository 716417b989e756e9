package token

import "encoding/binary"

// Base64url without padding (RFC 7515 §2), strictly: one text for each byte string. The decoder of
// encoding/base64 skips line breaks, and needs its input as bytes.

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// invalidDigit is above every sum of shifted digits, and survives being combined with them.
const invalidDigit = 1 << 31

// digits holds, for each of the four places of a quantum, the value of every byte, already shifted.
var digits = func() (t [4][256]uint32) {
	for place := range t {
		for b := range t[place] {
			t[place][b] = invalidDigit
		}
		for v := range len(alphabet) {
			t[place][alphabet[v]] = uint32(v) << (18 - 6*place)
		}
	}
	return t
}()

// decodedLen is the number of bytes that n digits decode to.
func decodedLen(n int) int { return n/4*3 + n%4*3/4 }

// decode decodes all of text into dst, which must have room for decodedLen(len(text)) bytes.
func decode(dst []byte, text string) (n int, ok bool) {
	// Two quanta at a time, as long as there is room to write eight bytes for the six.
	for len(text) >= 8 && len(dst)-n >= 8 {
		v, w := quantum(text[:4]), quantum(text[4:8])
		if v|w >= invalidDigit {
			return 0, false
		}
		binary.BigEndian.PutUint64(dst[n:n+8], uint64(v)<<40|uint64(w)<<16)
		n += 6
		text = text[8:]
	}
	for len(text) >= 4 && len(dst)-n >= 3 {
		v := quantum(text[:4])
		if v >= invalidDigit {
			return 0, false
		}
		dst[n], dst[n+1], dst[n+2] = byte(v>>16&0xff), byte(v>>8&0xff), byte(v&0xff)
		n += 3
		text = text[4:]
	}
	if text == "" {
		return n, true
	}
	tail, ok := decodeTail(dst[n:], text)
	return n + tail, ok
}

// quantum is the value of four digits.
func quantum(text string) uint32 {
	return digits[0][text[0]] | digits[1][text[1]] | digits[2][text[2]] | digits[3][text[3]]
}

// decodeTail decodes a last quantum of two or three digits, whose unused bits must be zero.
func decodeTail(dst []byte, text string) (n int, ok bool) {
	if len(text) < 2 || len(text) > 3 {
		return 0, false
	}
	v := digits[0][text[0]] | digits[1][text[1]]
	if len(text) == 3 {
		v |= digits[2][text[2]]
	}
	n = len(text) - 1
	unused := uint32(1)<<(24-8*n) - 1
	if v >= invalidDigit || v&unused != 0 || len(dst) < n {
		return 0, false
	}
	for i := range n {
		dst[i] = byte(v >> (16 - 8*i) & 0xff)
	}
	return n, true
}
