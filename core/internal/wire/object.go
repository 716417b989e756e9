package wire

import (
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"
)

// Object is a decoded body. Its zero value is the empty object. That of a request is read through
// [Object.Fields], that of another service's answer through [Object.All].
type Object struct {
	members []value
}

// kind tells the values of JSON apart the way Python does, because the protocol's texts name its
// types.
type kind string

const (
	kindNull   kind = "NoneType"
	kindBool   kind = "bool"
	kindInt    kind = "int"
	kindFloat  kind = "float"
	kindString kind = "str"
	kindList   kind = "list"
	kindObject kind = "dict"
)

// value is one member of a body. The content of lists and objects is checked but not decoded: no
// field of the protocol is one.
type value struct {
	name string
	kind kind
	text string
	raw  string // as it stands in a body of JSON
}

// reason says in the words of a client's answer why a body is refused; none is "".
type reason string

const (
	reasonDuplicate reason = "Duplicate name"
	reasonTooMany   reason = "Too many names"
	reasonUTF8      reason = "Invalid UTF-8"
	reasonPercent   reason = "Invalid percent-encoding"
	reasonBoundary  reason = "Invalid boundary"
	reasonPart      reason = "Malformed part"
)

// ParseObject decodes a text that must be a JSON object, as strictly as [ReadObject] does. Its errors
// are those of [ReadObject]. The length is for the caller to bound.
func ParseObject(text string) (*Object, error) { return parseJSON(text) }

// All returns the members of an object of JSON in their order, their values as they stand there.
func (o *Object) All() iter.Seq2[string, json.RawMessage] {
	return func(yield func(string, json.RawMessage) bool) {
		for _, v := range o.members {
			if !yield(v.name, json.RawMessage(v.raw)) {
				return
			}
		}
	}
}

// add appends a member, or says why it cannot.
func (o *Object) add(v value) reason {
	if why := refuses(o.members, v.name); why != "" {
		return why
	}
	o.members = append(o.members, v)
	return ""
}

// refuses says why an object with members cannot have one more of this name.
func refuses(members []value, name string) reason {
	if len(members) == maxMembers {
		return reasonTooMany
	}
	if find(members, name) != nil {
		return reasonDuplicate
	}
	return ""
}

func find(members []value, name string) *value {
	for i := range members {
		if members[i].name == name {
			return &members[i]
		}
	}
	return nil
}

// notObject is the error of a body that is another value than an object.
func notObject(k kind) error {
	text := fmt.Sprintf(TextNotObject, k)
	if k == kindNull {
		text = TextNoData
	}
	problems := &Problems{cause: ErrNotObject}
	problems.Add(NonField, text)
	return problems
}

// asText returns what Python's str() makes of the value: the protocol takes numbers for texts.
func (v *value) asText() (text string, ok bool) {
	if v.kind == kindFloat {
		return floatText(v.text), true
	}
	return v.text, v.kind == kindString || v.kind == kindInt
}

// floatText writes a number as Python's repr does: the shortest digits that read back equal, with
// an exponent below 1e-4 and from 1e16 on, and always recognizable as a float.
func floatText(literal string) string {
	f, _ := strconv.ParseFloat(literal, 64) // The parser has checked it.
	scientific := strconv.FormatFloat(f, 'e', -1, 64)
	_, digits, _ := strings.Cut(scientific, "e")
	if exponent, _ := strconv.Atoi(digits); exponent < -4 || exponent >= 16 {
		return scientific
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}
