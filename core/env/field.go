package env

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
)

// field is one field of a target that takes part.
type field struct {
	value    reflect.Value
	path     string // "Tokens.AccessLifetime"
	variable string // with prefix
	fallback string // the documented default
	not      bool
	file     bool
	later    bool
}

// fileVariable returns the name of the variable that names a file instead, "" where there is none.
func (f field) fileVariable() string {
	if !f.file {
		return ""
	}
	return f.variable + "_FILE"
}

// fieldsOf returns the fields of a target that take part, in their order.
func fieldsOf(prefix string, target any) ([]field, error) {
	v := reflect.ValueOf(target)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil, fmt.Errorf("env: target %T is not a pointer to a struct", target)
	}
	return walk(prefix, "", v.Elem()), nil
}

func walk(prefix, path string, v reflect.Value) []field {
	var fields []field
	for i := range v.NumField() {
		sf, value := v.Type().Field(i), v.Field(i)
		tag, tagged := sf.Tag.Lookup("env")
		switch {
		case !sf.IsExported():
		case tagged:
			fields = append(fields, newField(prefix+tag, path+sf.Name, sf.Tag.Get("default"), value))
		case value.Kind() == reflect.Struct:
			fields = append(fields, walk(prefix, path+sf.Name+".", value)...)
		}
	}
	return fields
}

func newField(tag, path, fallback string, value reflect.Value) field {
	options := strings.Split(tag, ",")
	return field{
		value:    value,
		path:     path,
		variable: options[0],
		fallback: fallback,
		not:      slices.Contains(options[1:], "not"),
		file:     slices.Contains(options[1:], "file"),
		later:    slices.Contains(options[1:], "later"),
	}
}

// readFile returns the content of a file less one newline at its end, which editors add. Nothing
// but white space is no value.
func readFile(path string) (content, problem string) {
	b, err := os.ReadFile(path) //nolint:gosec // Naming the file is what the variable is for.
	if err != nil {
		if pathError := (*fs.PathError)(nil); errors.As(err, &pathError) {
			err = pathError.Err
		}
		return "", "the file cannot be read: " + err.Error()
	}
	content = strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	if strings.TrimSpace(content) == "" {
		return "", "the file is empty"
	}
	return content, ""
}
