package described

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// value is a decoded JSON value, its numbers of type [json.Number].
type value = any

// object is a JSON object.
type object = map[string]any

// check says what is wrong with a value by a JSON Schema, or "". It knows the keywords that
// descriptions use and complains of all others. A closed object has no member that is not
// described.
func (d *document) check(schema object, v value, closed bool) string {
	for keyword := range schema {
		if !slices.Contains(keywords, keyword) {
			return fmt.Sprintf("the keyword %q is not known", keyword)
		}
	}
	if ref, ok := schema["$ref"].(string); ok {
		return d.check(d.resolve(ref), v, closed)
	}
	if n, ok := v.(json.Number); ok && !closed && slices.Contains(texts(schema["type"]), "string") {
		v = n.String() // in a request a number is taken for a text
	}
	if problem := d.checkAny(schema, v, closed); problem != "" {
		return problem
	}
	if problem := checkKind(schema, v); problem != "" {
		return problem
	}
	switch v := v.(type) {
	case string:
		return checkText(schema, v)
	case []any:
		return d.checkList(schema, v, closed)
	case object:
		return d.checkObject(schema, v, closed)
	}
	return ""
}

var keywords = []string{
	"$ref", "additionalProperties", "anyOf", "description", "enum", "format", "items", "maxLength", "minLength",
	"properties", "required", "type",
}

func (d *document) checkAny(schema object, v value, closed bool) string {
	all, _ := schema["anyOf"].([]any)
	var problems []string
	for _, one := range all {
		one, _ := one.(object)
		problem := d.check(one, v, closed)
		if problem == "" {
			return ""
		}
		problems = append(problems, problem)
	}
	return strings.Join(problems, ", or ")
}

// checkKind compares with type and enum.
func checkKind(schema object, v value) string {
	if types := texts(schema["type"]); types != nil && !slices.ContainsFunc(types, func(t string) bool { return is(v, t) }) {
		return fmt.Sprintf("%v is of none of the types %v", v, types)
	}
	same := func(allowed any) bool { return reflect.DeepEqual(allowed, v) }
	if all, ok := schema["enum"].([]any); ok && !slices.ContainsFunc(all, same) {
		return fmt.Sprintf("%v is none of %v", v, all)
	}
	return ""
}

// texts returns a text or a list of them as a list.
func texts(v value) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, item := range v {
			text, _ := item.(string)
			all = append(all, text)
		}
		return all
	}
	return nil
}

// is reports whether a value is of a type of JSON Schema.
func is(v value, kind string) bool {
	switch v := v.(type) {
	case nil:
		return kind == "null"
	case bool:
		return kind == "boolean"
	case string:
		return kind == "string"
	case json.Number:
		return kind == "number" || kind == "integer" && !strings.ContainsAny(v.String(), ".eE")
	case []any:
		return kind == "array"
	}
	return kind == "object"
}

func checkText(schema object, text string) string {
	n := utf8.RuneCountInString(text)
	if least, ok := number(schema["minLength"]); ok && n < least {
		return fmt.Sprintf("%q has less than %d characters", text, least)
	}
	if most, ok := number(schema["maxLength"]); ok && n > most {
		return fmt.Sprintf("%q has more than %d characters", text, most)
	}
	switch schema["format"] {
	case nil, "password":
	case "idn-email":
		if !strings.Contains(text, "@") {
			return fmt.Sprintf("%q is no address", text)
		}
	case "date-time":
		if _, err := time.Parse(time.RFC3339Nano, text); err != nil {
			return fmt.Sprintf("%q is no time", text)
		}
	default:
		return fmt.Sprintf("the format %v is not known", schema["format"])
	}
	return ""
}

func number(v value) (int, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := n.Int64()
	return int(i), err == nil
}

func (d *document) checkList(schema object, list []any, closed bool) string {
	items, ok := schema["items"].(object)
	for i, item := range list {
		if !ok {
			return "what is in the list is not described"
		}
		if problem := d.check(items, item, closed); problem != "" {
			return fmt.Sprintf("[%d]: %s", i, problem)
		}
	}
	return ""
}

func (d *document) checkObject(schema, v object, closed bool) string {
	for _, name := range texts(schema["required"]) {
		if _, ok := v[name]; !ok {
			return fmt.Sprintf("%q is missing", name)
		}
	}
	properties, _ := schema["properties"].(object)
	for name, member := range v {
		described, ok := properties[name].(object)
		if !ok {
			described, ok = schema["additionalProperties"].(object)
		}
		if !ok && closed && schema["additionalProperties"] != true && schema["anyOf"] == nil {
			return fmt.Sprintf("%q is not described", name)
		}
		if problem := d.check(described, member, closed); ok && problem != "" {
			return fmt.Sprintf("%s: %s", name, problem)
		}
	}
	return ""
}
