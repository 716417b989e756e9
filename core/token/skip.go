package token

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The grammar of RFC 8259: each of these methods reads one piece of it, and tells whether it is
// there without fault.

// skip reads any value; depth is how many objects and arrays are open around it.
func (s *scanner) skip(depth int) bool {
	if s.at >= len(s.text) {
		return false
	}
	switch s.text[s.at] {
	case '"':
		return s.skipString()
	case '{':
		return depth < maxDepth && s.skipObject(depth+1)
	case '[':
		return depth < maxDepth && s.skipArray(depth+1)
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	default:
		return s.skipNumber()
	}
}

func (s *scanner) skipObject(depth int) bool {
	s.at++
	outer := len(s.inner)
	for first := true; ; first = false {
		s.space()
		if s.take('}') {
			s.inner = s.inner[:outer]
			return true
		}
		if !first && !s.comma() || !s.skipMember(depth, outer) {
			return false
		}
	}
}

func (s *scanner) skipMember(depth, outer int) bool {
	name, ok := s.memberName()
	return ok && s.fresh(name, outer) && s.skip(depth)
}

// fresh tells whether the innermost object has no such name yet; its names begin at outer.
func (s *scanner) fresh(name string, outer int) bool {
	if s.trusted {
		return true
	}
	if slices.Contains(s.inner[outer:], name) {
		return false
	}
	if s.inner == nil {
		s.inner = make([]string, 0, 32) // One allocation, where growing would make six.
	}
	s.inner = append(s.inner, name)
	return true
}

func (s *scanner) skipArray(depth int) bool {
	s.at++
	for first := true; ; first = false {
		s.space()
		if s.take(']') {
			return true
		}
		if !first && !s.comma() || !s.skip(depth) {
			return false
		}
	}
}

// comma reads a comma and the space behind it. What must follow is then read without asking for a
// closing bracket.
func (s *scanner) comma() bool {
	ok := s.take(',')
	s.space()
	return ok
}

// memberName reads a name, the colon and the space behind it.
func (s *scanner) memberName() (name string, ok bool) {
	start := s.at
	if start >= len(s.text) || s.text[start] != '"' || !s.skipString() {
		return "", false
	}
	name = s.text[start+1 : s.at-1]
	if !s.plain {
		name = unescape(name)
	}
	s.space()
	if !s.take(':') {
		return "", false
	}
	s.space()
	return name, true
}

func (s *scanner) take(c byte) bool {
	if s.at >= len(s.text) || s.text[s.at] != c {
		return false
	}
	s.at++
	return true
}

func (s *scanner) space() {
	for s.at < len(s.text) && s.text[s.at] <= ' ' && isSpace(s.text[s.at]) {
		s.at++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (s *scanner) literal(word string) bool {
	if !strings.HasPrefix(s.text[s.at:], word) {
		return false
	}
	s.at += len(word)
	return true
}

// maxPlain is a length that no number without an exponent has if it is beyond a float64.
const maxPlain = 308

func (s *scanner) skipNumber() bool {
	start := s.at
	_ = s.take('-')
	if !s.take('0') && !s.skipDigits() {
		return false
	}
	if s.take('.') && !s.skipDigits() {
		return false
	}
	if s.take('e') || s.take('E') {
		_ = s.take('+') || s.take('-')
		return s.skipDigits() && withinFloat(s.text[start:s.at])
	}
	return s.at-start <= maxPlain || withinFloat(s.text[start:s.at])
}

// withinFloat tells whether a number has a size that readers can hold as a float64: many refuse the
// whole text for one that has not, such as 1e400.
func withinFloat(number string) bool {
	_, err := strconv.ParseFloat(number, 64)
	return err == nil
}

func (s *scanner) skipDigits() bool {
	start := s.at
	for s.at < len(s.text) && s.text[s.at]-'0' <= 9 {
		s.at++
	}
	return s.at > start
}

// skipString reads a string from its opening quote.
func (s *scanner) skipString() bool {
	s.plain = true
	i := s.at + 1
	for {
		i = skipPlain(s.text, i)
		if i >= len(s.text) {
			return false
		}
		n := 0
		switch c := s.text[i]; {
		case c == '"':
			s.at = i + 1
			return true
		case c == '\\':
			n = escapeLen(s.text[i:])
		case c >= utf8.RuneSelf:
			n = runeLen(s.text[i:])
		}
		if n == 0 {
			return false
		}
		s.plain = false
		i += n
	}
}
