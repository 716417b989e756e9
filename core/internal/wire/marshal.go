package wire

import (
	"bytes"
	"encoding/json"
)

// Marshal returns v as JSON the way the protocol writes it: compact, no trailing newline, and HTML
// characters as they are. It is safe for concurrent use.
func Marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Member is one member of an object that is written.
type Member struct {
	Name  string
	Value any
}

// Members is a JSON object whose members keep their order. Its zero value is the empty object.
// Names are not checked for duplicates.
type Members []Member

// MarshalJSON returns the object, its members in order.
func (m Members) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, member := range m {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := Marshal(member.Name)
		if err != nil {
			return nil, err
		}
		value, err := Marshal(member.Value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}
