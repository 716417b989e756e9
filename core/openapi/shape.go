package openapi

import (
	"encoding/json"
	"slices"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/internal/wire"
)

// passedOn is the shape of refusals that another service words.
const passedOn = "PassedOn"

// shapes are the bodies of refusals in the protocol, by their names in the document.
var shapes = func() map[string]*schema {
	detail := auth.Field{Name: "detail", Text: "One sentence, for people."}
	code := auth.Field{Name: "code", Text: "What it is, for programs."}
	messages := auth.Field{Name: "messages", Text: "Why, for each kind of token in turn.", List: true, Fields: []auth.Field{
		{Name: "token_class"}, {Name: "token_type"}, {Name: "message"},
	}}
	return map[string]*schema{
		"Detail":       object([]auth.Field{detail}),
		"Refusal":      object([]auth.Field{detail, code}),
		"TokenRefusal": object([]auth.Field{detail, code, messages}),
		passedOn:       {Type: "object", Description: "What another service says, as it says it.", More: true},
		"Problems": {
			Type: "object", Description: "What is wrong with each field; " + wire.NonField + " is what concerns none alone.",
			More: &schema{Type: "array", Items: text()},
		},
	}
}()

// shapeOf returns the name of a body's shape.
func shapeOf(body any) string {
	raw, _ := wire.Marshal(body)
	var members map[string]json.RawMessage
	_ = json.Unmarshal(raw, &members)
	has := func(name string) bool { _, ok := members[name]; return ok }
	switch {
	case has("messages"):
		return "TokenRefusal"
	case has("code"):
		return "Refusal"
	case has("detail"):
		return "Detail"
	}
	return "Problems"
}

// anyOf returns the schema of bodies of some shapes.
func (w *writer) anyOf(names []string) *schema {
	slices.Sort(names)
	var all []*schema
	for _, name := range slices.Compact(names) {
		all = append(all, w.named(name, shapes[name]))
	}
	if len(all) == 1 {
		return all[0]
	}
	return &schema{AnyOf: all}
}

// named puts a schema where others can point at it.
func (w *writer) named(name string, s *schema) *schema {
	w.components.Schemas[name] = s
	return &schema{Ref: "#/components/schemas/" + name}
}
