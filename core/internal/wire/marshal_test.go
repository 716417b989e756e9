package wire_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/authplug/authplug/core/internal/wire"
)

func ExampleMembers() {
	body, err := wire.Marshal(wire.Members{
		{Name: "refresh", Value: "<r&r>"},
		{Name: "access", Value: nil},
		{Name: "user", Value: wire.Members{{Name: "name", Value: "Jürgen"}}},
	})
	fmt.Println(string(body), err)
	// Output: {"refresh":"<r&r>","access":null,"user":{"name":"Jürgen"}} <nil>
}

func TestMarshalIsCompactAndRaw(t *testing.T) {
	for want, v := range map[string]any{
		`{"detail":"a > b & \"ü😀\u2028"}`: map[string]string{"detail": "a > b & \"ü😀\u2028"},
		`{}`:                              wire.Members{},
		`{"a\"":["<x>"],"a\"":1}`:         wire.Members{{`a"`, []string{"<x>"}}, {`a"`, 1}},
		`null`:                            nil,
	} {
		if got, err := wire.Marshal(v); string(got) != want || err != nil {
			t.Errorf("Marshal(%v) = %s, %v, want %s", v, got, err, want)
		}
	}
}

func TestMarshalReportsWhatJSONCannotHold(t *testing.T) {
	for _, v := range []any{math.NaN(), wire.Members{{"a", func() {}}}} {
		if got, err := wire.Marshal(v); err == nil {
			t.Errorf("Marshal(%T) = %s, want an error", v, got)
		}
	}
}
