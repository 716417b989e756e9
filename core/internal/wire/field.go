package wire

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Field declares a text that is expected in a body. The zero value of every option is the strict
// one.
type Field struct {
	Name       string
	Optional   bool // may be missing
	AllowBlank bool // may be of length 0
	AllowNull  bool // may be JSON null
	Trim       bool // outer white space is removed first; never for passwords
	MaxLength  int  // in code points; 0: no limit
}

// Fields takes declared fields out of an object and collects what is wrong with them, so that all
// problems of a request are answered at once and in the order of declaration.
type Fields struct {
	object   *Object
	problems Problems
}

// Fields begins to take fields out of o.
func (o *Object) Fields() *Fields { return &Fields{object: o} }

// Text takes a field. Numbers count as texts and come as Python writes them. The result is ok if a
// text was given and keeps to the rules of f; a missing optional field and an allowed null are
// neither ok nor problems.
func (f *Fields) Text(field Field) (text string, ok bool) {
	f.problems.slot(field.Name) // so that its problems stand in the order of declaration
	v := find(f.object.members, field.Name)
	if v == nil || v.kind == kindNull {
		f.absent(field, v != nil)
		return "", false
	}
	text, ok = v.asText()
	if !ok {
		f.Add(field.Name, TextNotString)
		return "", false
	}
	if field.Trim {
		text = strings.TrimFunc(text, isSpace)
	}
	if problems := field.check(text); len(problems) > 0 {
		f.Add(field.Name, problems...)
		return "", false
	}
	return text, true
}

// Add records a problem that only the caller can see, such as the syntax of an address.
func (f *Fields) Add(name string, texts ...string) { f.problems.Add(name, texts...) }

// Err returns nil, or a [*Problems] with everything that was found.
func (f *Fields) Err() error {
	if f.problems.Empty() {
		return nil
	}
	return &f.problems
}

func (f *Fields) absent(field Field, null bool) {
	switch {
	case null && !field.AllowNull:
		f.Add(field.Name, TextNull)
	case !null && !field.Optional:
		f.Add(field.Name, TextRequired)
	}
}

func (f Field) check(text string) []string {
	if text == "" {
		if f.AllowBlank {
			return nil
		}
		return []string{TextBlank}
	}
	var problems []string
	if f.MaxLength > 0 && utf8.RuneCountInString(text) > f.MaxLength {
		problems = append(problems, fmt.Sprintf(TextMaxLength, f.MaxLength))
	}
	if strings.Contains(text, "\x00") {
		problems = append(problems, TextNullCharacters)
	}
	return problems
}

// isSpace is what Python strips: Go's white space and four separators.
func isSpace(r rune) bool { return unicode.IsSpace(r) || '\x1c' <= r && r <= '\x1f' }
