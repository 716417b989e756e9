package token

import (
	"strings"
	"unicode/utf8"
)

// maxCustom leaves room for all standard claims within maxMembers.
const maxCustom = maxMembers - standardFields

// appendCustom writes custom claims.
func (c *Codec) appendCustom(b []byte, members []Member) ([]byte, error) {
	if len(members) > maxCustom {
		return nil, badClaims("more than %d custom claims", maxCustom)
	}
	values := joinValues(members)
	for i, m := range members {
		if err := c.checkCustomName(m.Name, members[:i]); err != nil {
			return nil, err
		}
		b = append(appendString(append(b, ','), m.Name), ':')
		var ok bool
		if b, ok = appendJSON(b, values[:len(m.Value)]); !ok {
			return nil, badClaims("custom claim %q is not strict JSON, or has a number beyond a float64", m.Name)
		}
		values = values[len(m.Value):]
	}
	return b, nil
}

// joinValues makes one string of all values, so that reading them takes one allocation.
func joinValues(members []Member) string {
	var b strings.Builder
	size := 0
	for _, m := range members {
		size += len(m.Value)
	}
	b.Grow(size)
	for _, m := range members {
		b.Write(m.Value)
	}
	return b.String()
}

func (c *Codec) checkCustomName(name string, earlier []Member) error {
	if name == "" || !utf8.ValidString(name) {
		return badClaims("custom claim name %q is empty or not UTF-8", name)
	}
	for _, standard := range c.fields {
		if strings.EqualFold(standard, name) {
			return badClaims("custom claim %q has the name of a standard one", name)
		}
	}
	for _, m := range earlier {
		if strings.EqualFold(m.Name, name) {
			return badClaims("custom claim %q is there twice", name)
		}
	}
	return nil
}

// appendJSON checks a value and appends it as Python's json would write it: no white space, all of
// it ASCII.
func appendJSON(b []byte, value string) (_ []byte, ok bool) {
	s := scanner{text: value}
	s.space()
	if !s.skip(1) {
		return nil, false
	}
	s.space()
	if s.at != len(value) {
		return nil, false
	}
	s.at = 0
	for s.space(); s.at < len(value); s.space() {
		start := s.at
		if value[start] == '"' {
			s.skipString()
			b = appendString(b, unescape(value[start+1:s.at-1]))
			continue
		}
		b = append(b, value[start])
		s.at++
	}
	return b, true
}
