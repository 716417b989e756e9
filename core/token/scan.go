package token

import (
	"iter"
	"strings"
)

const (
	maxDepth   = 16  // objects and arrays in one another, the outermost one counted
	maxMembers = 100 // of an outermost object
)

// scanner reads one JSON object, member by member, and checks the whole grammar of RFC 8259 on the
// way. Beyond it, it refuses invalid UTF-8, escaped lone surrogates, numbers beyond a float64,
// nesting deeper than maxDepth and objects with two members of one name. It keeps no copy: names
// and values are parts of the text, unless a name is written with escapes.
type scanner struct {
	text    string
	trusted bool // because it was read before: names are not compared again
	at      int
	// inner are the names of all open objects inside of the outermost one; each looks at its own part.
	inner []string

	// The current member.
	name       string
	plainName  bool
	nameStart  int
	start, end int // of its value

	plain bool   // the last string read is ASCII without escapes
	folds uint64 // which fold bits the outermost names have so far
	count int
	state scanState
}

type scanState uint8

const (
	scanning scanState = iota
	closed             // the outermost object has ended well
	broken
)

// open reads up to the first member.
func (s *scanner) open() {
	s.space()
	if !s.take('{') {
		s.state = broken
	}
}

// step reads the next member. It returns false at the end and at the first fault.
func (s *scanner) step() bool {
	if s.state != scanning {
		return false
	}
	s.space()
	if s.take('}') {
		s.state = closed
		return false
	}
	if !s.member() {
		s.state = broken
		return false
	}
	return true
}

func (s *scanner) member() bool {
	if s.count > 0 && !s.comma() || s.count == maxMembers {
		return false
	}
	s.count++
	s.nameStart = s.at
	if s.compact() {
		return true
	}
	name, ok := s.memberName()
	if !ok {
		return false
	}
	s.name, s.plainName = name, s.plain
	s.start = s.at
	if !s.skip(1) {
		return false
	}
	s.end = s.at
	return true
}

// compact reads a member in the form that most have: a plain name and a plain text or a whole
// number, with no space between. It moves only over one that is without fault.
func (s *scanner) compact() bool {
	if s.at >= len(s.text) || s.text[s.at] != '"' {
		return false
	}
	nameEnd := skipPlain(s.text, s.at+1)
	start := nameEnd + len(`":`)
	if start >= len(s.text) || s.text[nameEnd] != '"' || s.text[nameEnd+1] != ':' {
		return false
	}
	end, ok := compactValue(s.text, start)
	if !ok {
		return false
	}
	s.name, s.plainName = s.text[s.at+1:nameEnd], true
	s.start, s.end, s.at = start, end, end
	return true
}

// compactValue returns the end of a plain text or a whole number.
func compactValue(text string, start int) (end int, ok bool) {
	switch c := text[start]; {
	case c == '"':
		end = skipPlain(text, start+1)
		return end + 1, end < len(text) && text[end] == '"'
	case '1' <= c && c <= '9':
		for end = start + 1; end < len(text) && text[end]-'0' <= 9; end++ {
		}
		return end, end < len(text) && end-start <= maxPlain && (text[end] == ',' || text[end] == '}')
	}
	return 0, false
}

// finished tells, after the last step, whether the text was one whole object and nothing more.
func (s *scanner) finished() bool {
	s.space()
	return s.state == closed && s.at == len(s.text)
}

// value is the current value as it is written.
func (s *scanner) value() string { return s.text[s.start:s.end] }

// unique adds the current name to those of the earlier outermost members, and tells whether none of
// these is equal to it, not even in another case. Names that differ in case are refused because
// half of all parsers, that of encoding/json among them, do not tell them apart. The list is not
// part of the scanner, so that it may be on the caller's stack.
func (s *scanner) unique(names []string) (_ []string, ok bool) {
	bits := foldBits(s.name, s.plainName)
	if s.folds&bits != 0 {
		for _, earlier := range names {
			if strings.EqualFold(earlier, s.name) {
				return names, false
			}
		}
	}
	s.folds |= bits
	return append(names, s.name), true
}

// foldBits is a bit that is the same for all cases of an ASCII name. Others have every bit, and so
// are compared with all names, because outside of ASCII names of different lengths may be equal: K
// and the Kelvin sign.
func foldBits(name string, plain bool) uint64 {
	if !plain || name == "" {
		return ^uint64(0)
	}
	first, last := uint(name[0]|0x20), uint(name[len(name)-1]|0x20)
	return 1 << ((uint(len(name))*11 + first*3 + last*7) & 63)
}

// elements runs through the values of an array that was read without fault; any other value has
// none.
func elements(value string) iter.Seq[string] {
	return func(yield func(string) bool) {
		s := scanner{text: value, trusted: true}
		if !s.take('[') {
			return
		}
		for s.space(); !s.take(']'); s.space() {
			_ = s.take(',')
			s.space()
			start := s.at
			if !s.skip(1) || !yield(value[start:s.at]) {
				return
			}
		}
	}
}
