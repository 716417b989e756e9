package token

import (
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What is inside of JSON strings: recognizing, reading and writing it.

const (
	everyByte = 0x0101010101010101
	highBits  = 0x8080808080808080
)

// skipPlain returns the first place from i on whose byte is not printable ASCII, a quote or a
// backslash. It looks at eight bytes at a time.
func skipPlain(text string, i int) int {
	for ; i+8 <= len(text); i += 8 {
		b := text[i : i+8]
		w := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		// A subtraction borrows into the high bit of a byte below the limit, and on into the bytes above
		// it: only the lowest hit is one for sure.
		quote, backslash := w^'"'*everyByte, w^'\\'*everyByte
		hit := (w | (w - 0x20*everyByte) | (quote - everyByte) | (backslash - everyByte)) & highBits
		if hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	for i < len(text) && text[i] >= 0x20 && text[i] < utf8.RuneSelf && text[i] != '"' && text[i] != '\\' {
		i++
	}
	return i
}

// runeLen returns the length of the UTF-8 sequence that s begins with, 0 if it is none.
func runeLen(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n <= 1 {
		return 0
	}
	return n
}

// escapeLen returns the length of the escape that s begins with, 0 if it is none. The two halves of
// a surrogate pair are one escape, and one half is none.
func escapeLen(s string) int {
	if len(s) < 2 {
		return 0
	}
	if s[1] != 'u' {
		if strings.IndexByte(`"\/bfnrt`, s[1]) < 0 {
			return 0
		}
		return 2
	}
	r, ok := hexRune(s)
	if !ok {
		return 0
	}
	if !utf16.IsSurrogate(r) {
		return 6
	}
	low, ok := hexRune(s[6:])
	if !ok || utf16.DecodeRune(r, low) == utf8.RuneError {
		return 0
	}
	return 12
}

// hexRune reads an escape of the form \u12ab.
func hexRune(s string) (r rune, ok bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	for _, c := range []byte(s[2:6]) {
		d := hexDigit(c)
		if d < 0 {
			return 0, false
		}
		r = r<<4 | d
	}
	return r, true
}

func hexDigit(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return rune(c|0x20) - 'a' + 10
	default:
		return -1
	}
}

// unescape decodes what is between the quotes of a string that was read without fault.
func unescape(s string) string {
	next := strings.IndexByte(s, '\\')
	if next < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for ; next >= 0; next = strings.IndexByte(s, '\\') {
		b.WriteString(s[:next])
		n := escapeLen(s[next:])
		b.WriteRune(escaped(s[next : next+n]))
		s = s[next+n:]
	}
	b.WriteString(s)
	return b.String()
}

// escaped decodes one escape.
func escaped(s string) rune {
	switch s[1] {
	case 'u':
		r, _ := hexRune(s)
		if len(s) == 12 {
			low, _ := hexRune(s[6:])
			return utf16.DecodeRune(r, low)
		}
		return r
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	default:
		return rune(s[1])
	}
}

// appendString appends s, which must be valid UTF-8, as a JSON string in ASCII, byte for byte as
// Python's json does.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for s != "" {
		n := skipPlain(s, 0)
		if i := strings.IndexByte(s[:n], 0x7f); i >= 0 {
			n = i // Python escapes DEL as well.
		}
		dst = append(dst, s[:n]...)
		if n < len(s) {
			r, size := utf8.DecodeRuneInString(s[n:])
			dst = appendEscape(dst, r)
			n += size
		}
		s = s[n:]
	}
	return append(dst, '"')
}

func appendEscape(dst []byte, r rune) []byte {
	if i := strings.IndexRune("\"\\\b\f\n\r\t", r); i >= 0 {
		return append(dst, '\\', `"\bfnrt`[i])
	}
	if r > 0xffff {
		high, low := utf16.EncodeRune(r)
		return appendHex(appendHex(dst, high), low)
	}
	return appendHex(dst, r)
}

func appendHex(dst []byte, r rune) []byte {
	dst = append(dst, '\\', 'u')
	for shift := 12; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[r>>shift&0xf])
	}
	return dst
}

// textOf decodes a string value, as a scanner returned it; ok is false for values of other types.
func textOf(value string) (text string, ok bool) {
	if value == "" || value[0] != '"' {
		return "", false
	}
	return unescape(value[1 : len(value)-1]), true
}

// textUpTo is textOf for names and ids: not empty, at most limit characters, and without NUL, which
// databases refuse.
func textUpTo(value string, limit int) (text string, ok bool) {
	text, ok = textOf(value)
	return text, ok && fits(text, limit)
}

func fits(text string, limit int) bool {
	if text == "" || len(text) > limit && utf8.RuneCountInString(text) > limit {
		return false
	}
	return strings.IndexByte(text, 0) < 0
}
