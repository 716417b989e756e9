package replay

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/adaptertest/recorded"
)

// quoted are the exchanges whose body was a JSON text, which is recorded like one that was sent as
// it is.
var quoted = []string{"s1-023"}

// sentBody returns the body of a request as it was sent.
func sentBody(t *testing.T, e recorded.Exchange) string {
	t.Helper()
	body := e.Request.Body
	switch {
	case len(body) == 0 || string(body) == "null":
		return ""
	case body[0] != '"' || slices.Contains(quoted, e.ID):
		return compact(t, body)
	}
	var text string
	if err := json.Unmarshal(body, &text); err != nil {
		t.Fatal(err)
	}
	if bytesOfPython, ok := strings.CutPrefix(text, "b'"); ok {
		return unescaped(t, strings.TrimSuffix(bytesOfPython, "'"))
	}
	return text
}

// unescaped reads Python's notation for bytes, which between double quotes is Go's for strings.
func unescaped(t *testing.T, python string) string {
	t.Helper()
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(python, `"`, `\"`) + `"`)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// compact returns JSON without spaces; the order of its members stays.
func compact(t *testing.T, text json.RawMessage) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return b.String()
}

// member is a member of a JSON object, whose value is compact.
type member struct{ name, value string }

// members takes an object apart and keeps the order.
func members(t *testing.T, object json.RawMessage) []member {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(object))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		t.Fatalf("not an object: %s", object)
	}
	var all []member
	for decoder.More() {
		name, err := decoder.Token()
		var value json.RawMessage
		if err == nil {
			err = decoder.Decode(&value)
		}
		text, ok := name.(string)
		if err != nil || !ok {
			t.Fatalf("%v in %s", err, object)
		}
		all = append(all, member{text, compact(t, value)})
	}
	return all
}

// valueOf returns the value of a member, or "".
func valueOf(all []member, name string) string {
	i := slices.IndexFunc(all, func(m member) bool { return m.name == name })
	if i < 0 {
		return ""
	}
	return all[i].value
}
