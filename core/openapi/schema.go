package openapi

import (
	"slices"
	"strings"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/internal/wire"
)

// object returns the schema of a JSON object with these members.
func object(fields []auth.Field) *schema {
	s := &schema{Type: "object"}
	for _, f := range fields {
		s.Properties = append(s.Properties, wire.Member{Name: f.Name, Value: member(f)})
		if !f.Optional {
			s.Required = append(s.Required, f.Name)
		}
	}
	return s
}

// member returns the schema of one member of an object.
func member(f auth.Field) *schema {
	s := value(f)
	if f.List {
		s = &schema{Type: "array", Items: s}
	}
	s.Description = f.Text
	return s
}

func value(f auth.Field) *schema {
	types := strings.Split(f.Type, "|")
	if f.Type == "" && len(f.Fields) > 0 {
		types = []string{"object"}
	} else if f.Type == "" {
		types = []string{"string"}
	}
	s := &schema{}
	if len(f.Fields) > 0 {
		s = object(f.Fields)
	}
	s.Type = any(types)
	if len(types) == 1 {
		s.Type = types[0]
	}
	for _, v := range f.Values {
		s.Enum = append(s.Enum, v)
	}
	if len(s.Enum) > 0 && slices.Contains(types, "null") {
		s.Enum = append(s.Enum, nil)
	}
	s.Format, s.MinLength, s.MaxLength = f.Format, f.MinLength, f.MaxLength
	return s
}

// text is the schema of a text.
func text() *schema { return &schema{Type: "string"} }
