package env

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"
	"time"
)

const (
	problemBool     = "neither true nor false"
	problemInt      = "not a whole number, or too large"
	problemNegative = "negative"
	problemDuration = "not a duration: write it like 5m or 1.5h, or in seconds"
	problemItem     = "an item of the list is empty"
	problemInvalid  = "not valid"
	problemType     = "its field has a type that no variable can fill"
	problemLater    = "not available yet"
)

var (
	durationType    = reflect.TypeFor[time.Duration]()
	unmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// parse reads text into v, which is zero and of the field's type, and returns what is wrong with
// it.
func (f field) parse(v reflect.Value, text string) (problem string) {
	if problem := f.parseValue(v, text); problem != "" {
		return problem
	}
	if f.not && v.Kind() == reflect.Bool {
		v.SetBool(!v.Bool())
	}
	usual := f.usual()
	if v.IsZero() && !usual.IsZero() && isNumber(v) && !unmarshals(v) {
		return "zero is not a value here; leave it empty for the default, " + f.fallback
	}
	if f.later && !reflect.DeepEqual(v.Interface(), usual.Interface()) {
		return problemLater
	}
	return ""
}

// usual returns the documented default as a value.
func (f field) usual() reflect.Value {
	v := reflect.New(f.value.Type()).Elem()
	if f.fallback != "" && f.parseValue(v, f.fallback) == "" && f.not && v.Kind() == reflect.Bool {
		v.SetBool(!v.Bool())
	}
	return v
}

func isNumber(v reflect.Value) bool { return v.CanInt() || v.CanUint() }

func (f field) parseValue(v reflect.Value, text string) (problem string) {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8 && !unmarshals(v) {
		return f.parseList(v, text)
	}
	return f.parseOne(v, text)
}

func (f field) parseList(v reflect.Value, text string) (problem string) {
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item == "" {
			return problemItem
		}
		element := reflect.New(v.Type().Elem()).Elem()
		if problem := f.parseOne(element, item); problem != "" {
			return problem
		}
		v.Set(reflect.Append(v, element))
	}
	return ""
}

func unmarshals(v reflect.Value) bool { return v.Addr().Type().Implements(unmarshalerType) }

func (f field) parseOne(v reflect.Value, text string) (problem string) {
	switch {
	case unmarshals(v):
		return f.unmarshal(v, text)
	case v.Type() == durationType:
		return parseDuration(v, text)
	case v.Kind() == reflect.String:
		v.SetString(text)
		return ""
	case v.Kind() == reflect.Bool:
		return parseBool(v, text)
	case v.CanInt():
		return parseInt(v, text)
	case v.CanUint():
		return parseUint(v, text)
	}
	return problemType
}

// unmarshal passes the type's own words on, unless they may quote a secret.
func (f field) unmarshal(v reflect.Value, text string) (problem string) {
	unmarshaler, ok := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr())
	if !ok {
		return problemType
	}
	err := unmarshaler.UnmarshalText([]byte(text))
	switch {
	case err == nil:
		return ""
	case f.file:
		return problemInvalid
	}
	return oneLine(err.Error())
}

func parseBool(v reflect.Value, text string) (problem string) {
	if !strings.EqualFold(text, "true") && !strings.EqualFold(text, "false") {
		return problemBool
	}
	v.SetBool(strings.EqualFold(text, "true"))
	return ""
}

func parseInt(v reflect.Value, text string) (problem string) {
	n, err := strconv.ParseInt(text, 10, v.Type().Bits())
	switch {
	case err != nil:
		return problemInt
	case n < 0:
		return problemNegative
	}
	v.SetInt(n)
	return ""
}

func parseUint(v reflect.Value, text string) (problem string) {
	n, err := strconv.ParseUint(text, 10, v.Type().Bits())
	if err != nil {
		return problemInt
	}
	v.SetUint(n)
	return ""
}

func parseDuration(v reflect.Value, text string) (problem string) {
	if strings.Trim(text, "+-.0123456789") == "" {
		text += "s"
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return problemDuration
	case d < 0:
		return problemNegative
	}
	v.SetInt(int64(d))
	return ""
}

// oneLine keeps a list of problems one line each.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
