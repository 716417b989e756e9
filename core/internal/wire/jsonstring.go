package wire

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string that begins at the current position. One without escapes is a part of the
// body, not a copy.
func (p *jsonParser) str() (string, error) {
	opening := p.pos
	p.pos++
	var decoded strings.Builder
	for {
		rest := p.text[p.pos:]
		end := strings.IndexFunc(rest, endsRun)
		if end < 0 {
			p.pos = opening
			return "", p.fail("Unterminated string starting at")
		}
		run, stop := rest[:end], rest[end]
		p.pos += end
		switch {
		case stop == '"' && decoded.Len() == 0:
			p.pos++
			return run, nil
		case stop == '"':
			p.pos++
			return decoded.String() + run, nil
		case stop != '\\':
			return "", p.fail("Invalid control character at")
		}
		r, err := p.escape()
		if err != nil {
			return "", err
		}
		decoded.WriteString(run)
		decoded.WriteRune(r)
	}
}

func endsRun(r rune) bool { return r == '"' || r == '\\' || r < ' ' }

// escape reads an escape sequence, or the two that make one character beyond the basic plane.
func (p *jsonParser) escape() (rune, error) {
	start := p.pos
	p.pos++
	c := p.peek()
	p.pos = min(p.pos+1, len(p.text))
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		p.pos = start
		return 0, p.fail("Invalid \\escape")
	}
	r := p.hex()
	if utf16.IsSurrogate(r) {
		if !strings.HasPrefix(p.text[p.pos:], `\u`) {
			r = utf8.RuneError
		} else {
			p.pos += 2
			r = utf16.DecodeRune(r, p.hex())
		}
		if r == utf8.RuneError {
			r = -1
		}
	}
	if r < 0 {
		p.pos = start
		return 0, p.fail("Invalid \\uXXXX escape")
	}
	return r, nil
}

// hex reads four hexadecimal digits, and returns -1 where there are none.
func (p *jsonParser) hex() rune {
	end := p.pos + 4
	if end > len(p.text) {
		return -1
	}
	n, err := strconv.ParseUint(p.text[p.pos:end], 16, 16)
	if err != nil {
		return -1
	}
	p.pos = end
	return rune(n)
}
