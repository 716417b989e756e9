package env

import (
	"fmt"
	"reflect"
)

// Variable describes a variable that a program knows.
type Variable struct {
	Name    string // with prefix
	Default string // documented; of a boolean, what the target holds; "" for none
	Kind    string // "string", "bool", "integer", "duration", "list" or "file"
}

// Names lists the variables of targets, which are pointers to structs, in the order of their
// fields; NAME_FILE follows NAME. What is no pointer to a struct has none.
func Names(prefix string, targets ...any) []Variable {
	var variables []Variable
	for _, target := range targets {
		fields, err := fieldsOf(prefix, target)
		if err != nil {
			continue
		}
		for _, f := range fields {
			variables = append(variables, Variable{Name: f.variable, Default: f.defaultText(), Kind: f.kind()})
			if f.file {
				variables = append(variables, Variable{Name: f.fileVariable(), Kind: "file"})
			}
		}
	}
	return variables
}

// Name returns the variable of the field of target at fieldPath: "Tokens.AccessLifetime" may be
// "EASY_JWT_ACCESS_TOKEN_LIFETIME". It is false where the path leads to no field with a variable.
func Name(prefix string, target any, fieldPath string) (string, bool) {
	fields, err := fieldsOf(prefix, target)
	if err != nil {
		return "", false
	}
	for _, f := range fields {
		if f.path == fieldPath {
			return f.variable, true
		}
	}
	return "", false
}

func (f field) defaultText() string {
	if f.fallback == "" && f.value.Kind() == reflect.Bool {
		return fmt.Sprint(f.value.Bool() != f.not)
	}
	return f.fallback
}

func (f field) kind() string {
	switch {
	case unmarshals(f.value):
		return "string"
	case f.value.Type() == durationType:
		return "duration"
	case isNumber(f.value):
		return "integer"
	case f.value.Kind() == reflect.Bool:
		return "bool"
	case f.value.Kind() == reflect.Slice:
		return "list"
	}
	return "string"
}
