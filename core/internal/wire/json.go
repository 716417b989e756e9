package wire

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep lists and objects of a body may be nested.
const maxDepth = 32

// jsonParser reads RFC 8259 and nothing else. encoding/json does not serve here: it takes the last
// of duplicate names and replaces invalid UTF-8 and lone surrogates, so that two readers of one
// body may see two passwords.
type jsonParser struct {
	text  string
	pos   int
	depth int

	// members are those of the objects that are open, the outermost first.
	members []value
}

func parseJSON(body string) (*Object, error) {
	p := &jsonParser{text: body}
	if !utf8.ValidString(body) {
		p.pos = len(body) - len(afterValid(body))
		return nil, p.fail(reasonUTF8)
	}
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	if p.space(); p.pos < len(p.text) {
		return nil, p.fail("Extra data")
	}
	if v.kind != kindObject {
		return nil, notObject(v.kind)
	}
	return &Object{members: p.members}, nil
}

func afterValid(text string) string {
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 {
			return text
		}
		text = text[size:]
	}
	return text
}

// value reads one value. It leaves the members of an object behind if that is the body itself.
func (p *jsonParser) value() (value, error) {
	p.space()
	switch p.peek() {
	case '{':
		return value{kind: kindObject}, p.nested(p.object)
	case '[':
		return value{kind: kindList}, p.nested(p.list)
	case '"':
		text, err := p.str()
		return value{kind: kindString, text: text}, err
	case 'n':
		return value{kind: kindNull}, p.word("null")
	case 't':
		return value{kind: kindBool}, p.word("true")
	case 'f':
		return value{kind: kindBool}, p.word("false")
	}
	return p.number()
}

// nested runs read one level deeper, after the opening bracket.
func (p *jsonParser) nested(read func() error) error {
	if p.depth == maxDepth {
		return p.fail("Nested too deeply")
	}
	p.depth++
	p.pos++
	err := read()
	p.depth--
	return err
}

func (p *jsonParser) object() error {
	base := len(p.members)
	if p.space(); p.accept('}') {
		return nil
	}
	for {
		if err := p.member(base); err != nil {
			return err
		}
		if p.space(); p.accept('}') {
			break
		}
		if !p.accept(',') {
			return p.fail("Expecting ',' delimiter")
		}
		p.space()
	}
	if p.depth > 1 {
		p.members = p.members[:base]
	}
	return nil
}

// member reads a member of the object whose members begin at base.
func (p *jsonParser) member(base int) error {
	if p.peek() != '"' {
		return p.fail("Expecting property name enclosed in double quotes")
	}
	start := p.pos
	name, err := p.str()
	if err != nil {
		return err
	}
	if why := refuses(p.members[base:], name); why != "" {
		p.pos = start
		return p.fail(why)
	}
	if p.space(); !p.accept(':') {
		return p.fail("Expecting ':' delimiter")
	}
	p.space()
	begin := p.pos
	v, err := p.value()
	if err != nil {
		return err
	}
	v.name, v.raw = name, p.text[begin:p.pos]
	p.members = append(p.members, v)
	return nil
}

func (p *jsonParser) list() error {
	if p.space(); p.accept(']') {
		return nil
	}
	for {
		if _, err := p.value(); err != nil {
			return err
		}
		if p.space(); p.accept(']') {
			return nil
		}
		if !p.accept(',') {
			return p.fail("Expecting ',' delimiter")
		}
	}
}

func (p *jsonParser) word(word string) error {
	if !strings.HasPrefix(p.text[p.pos:], word) {
		return p.fail("Expecting value")
	}
	p.pos += len(word)
	return nil
}

func (p *jsonParser) number() (value, error) {
	start, k := p.pos, kindInt
	p.accept('-')
	if !p.accept('0') && !p.digits() {
		p.pos = start
		return value{}, p.fail("Expecting value")
	}
	if p.accept('.') {
		if k = kindFloat; !p.digits() {
			return value{}, p.fail("Expecting digit")
		}
	}
	if p.accept('e') || p.accept('E') {
		k = kindFloat
		_ = p.accept('+') || p.accept('-')
		if !p.digits() {
			return value{}, p.fail("Expecting digit")
		}
	}
	text := p.text[start:p.pos]
	if _, err := strconv.ParseFloat(text, 64); errors.Is(err, strconv.ErrRange) {
		p.pos = start
		return value{}, p.fail("Number out of range")
	}
	if text == "-0" {
		text = "0"
	}
	return value{kind: k, text: text}, nil
}

func (p *jsonParser) digits() bool {
	start := p.pos
	for c := p.peek(); '0' <= c && c <= '9'; c = p.peek() {
		p.pos++
	}
	return p.pos > start
}

func (p *jsonParser) space() {
	for c := p.peek(); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = p.peek() {
		p.pos++
	}
}

// peek returns the next byte, 0 at the end: no valid text has one outside strings, and those look
// for themselves.
func (p *jsonParser) peek() byte {
	if p.pos == len(p.text) {
		return 0
	}
	return p.text[p.pos]
}

func (p *jsonParser) accept(c byte) bool {
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

// fail names the position the way Python does: lines and columns from 1, characters from 0, in code
// points.
func (p *jsonParser) fail(why reason) error {
	before := p.text[:p.pos]
	line := 1 + strings.Count(before, "\n")
	column := 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	at := fmt.Sprintf("%s: line %d column %d (char %d)", why, line, column, utf8.RuneCountInString(before))
	return &Error{Status: http.StatusBadRequest, Detail: fmt.Sprintf(TextJSONError, at)}
}
