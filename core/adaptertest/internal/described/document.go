package described

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// document is a description as it was served.
type document struct{ root object }

func parse(text []byte) (*document, error) {
	v, err := decode(text)
	if err != nil {
		return nil, err
	}
	root, _ := v.(object)
	return &document{root}, nil
}

func decode(text []byte) (value, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var v value
	err := decoder.Decode(&v)
	return v, err
}

// resolve returns what a reference points at.
func (d *document) resolve(ref string) object {
	part := d.root
	for name := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		part = member(part, name)
	}
	return part
}

// member returns an object in an object, or nil.
func member(o object, name string) object {
	m, _ := o[name].(object)
	return m
}

// item returns what is described at a path, with or without its trailing slash.
func (d *document) item(path string) object {
	parts := strings.Split(strings.TrimSuffix(path, "/")+"/", "/")
	for pattern, item := range member(d.root, "paths") {
		if matches(strings.Split(pattern, "/"), parts) {
			item, _ := item.(object)
			return item
		}
	}
	return nil
}

func matches(pattern, parts []string) bool {
	return slices.EqualFunc(pattern, parts, func(p, part string) bool {
		return p == part || strings.HasPrefix(p, "{") && part != ""
	})
}

// response returns what an operation says of a status.
func (d *document) response(operation object, status string) object {
	p := member(member(operation, "responses"), status)
	if ref, ok := p["$ref"].(string); ok {
		return d.resolve(ref)
	}
	return p
}

// operations calls f with every operation.
func (d *document) operations(f func(operation object)) {
	for _, item := range member(d.root, "paths") {
		item, _ := item.(object)
		for _, operation := range item {
			operation, _ := operation.(object)
			f(operation)
		}
	}
}

// examples are the names and bodies of a response's examples, in a fixed order.
func examples(response object) []object {
	all := member(member(member(response, "content"), "application/json"), "examples")
	var bodies []object
	for _, name := range slices.Sorted(maps.Keys(all)) {
		bodies = append(bodies, member(member(all, name), "value"))
	}
	return bodies
}

// open reports whether a response may have any object as its body.
func (d *document) open(response object) bool {
	schema := member(member(member(response, "content"), "application/json"), "schema")
	anything := func(v value) bool {
		schema, _ := v.(object)
		if ref, ok := schema["$ref"].(string); ok {
			schema = d.resolve(ref)
		}
		return schema["properties"] == nil && schema["additionalProperties"] == true
	}
	all, _ := schema["anyOf"].([]any)
	return anything(schema) || slices.ContainsFunc(all, anything)
}
