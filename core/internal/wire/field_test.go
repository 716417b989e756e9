package wire_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/internal/wire"
)

func object(t *testing.T, body string) *wire.Object {
	t.Helper()
	o, err := wire.ReadObject(post(jsonType, body))
	if err != nil {
		t.Fatalf("ReadObject(%s): %v", body, err)
	}
	return o
}

func TestFieldRules(t *testing.T) {
	strict := wire.Field{Name: "f"}
	optional := wire.Field{Name: "f", Optional: true}
	trimmed := wire.Field{Name: "f", Trim: true, MaxLength: 3}
	loose := wire.Field{Name: "f", Optional: true, AllowBlank: true, AllowNull: true, Trim: true}
	for _, c := range []struct {
		field wire.Field
		body  string
		text  string
		ok    bool
		want  string
	}{
		{strict, `{}`, "", false, wire.TextRequired},
		{strict, `{"f":null}`, "", false, wire.TextNull},
		{strict, `{"f":""}`, "", false, wire.TextBlank},
		{strict, `{"f":"  "}`, "  ", true, ""},
		{strict, `{"f":" p w "}`, " p w ", true, ""},
		{strict, `{"f":true}`, "", false, wire.TextNotString},
		{strict, `{"f":["a"]}`, "", false, wire.TextNotString},
		{strict, `{"f":{}}`, "", false, wire.TextNotString},
		{strict, `{"f":"a\u0000b"}`, "", false, wire.TextNullCharacters},
		{optional, `{}`, "", false, ""},
		{optional, `{"f":null}`, "", false, wire.TextNull},
		{optional, `{"f":""}`, "", false, wire.TextBlank},
		{trimmed, `{"f":"\u001c \u00a0\u2003a b\u0085\n"}`, "a b", true, ""},
		{trimmed, `{"f":" \t "}`, "", false, wire.TextBlank},
		{trimmed, `{"f":" üüü "}`, "üüü", true, ""},
		{trimmed, `{"f":"üüüü"}`, "", false, "Ensure this field has no more than 3 characters."},
		{loose, `{}`, "", false, ""},
		{loose, `{"f":null}`, "", false, ""},
		{loose, `{"f":" "}`, "", true, ""},
		{loose, `{"f":5}`, "5", true, ""},
	} {
		fields := object(t, c.body).Fields()
		text, ok := fields.Text(c.field)
		if text != c.text || ok != c.ok {
			t.Errorf("%s: Text(%+v) = %q, %v, want %q, %v", c.body, c.field, text, ok, c.text, c.ok)
		}
		err := fields.Err()
		if (err != nil) != (c.want != "") || err != nil && !strings.HasSuffix(err.Error(), "; f: "+c.want) {
			t.Errorf("%s: Err() = %v, want %q", c.body, err, c.want)
		}
	}
}

func TestNumbersAreTextsAsPythonWritesThem(t *testing.T) {
	for literal, want := range map[string]string{
		"5": "5", "-7": "-7", "-0": "0", "123456789012345678901234567890": "123456789012345678901234567890",
		"5.0": "5.0", "1e3": "1000.0", "-0.0": "-0.0", "0.1": "0.1", "1.50": "1.5",
		"1e15": "1000000000000000.0", "1e16": "1e+16", "1.25E22": "1.25e+22", "0.0001": "0.0001", "0.00001": "1e-05",
	} {
		if got := object(t, `{"n":`+literal+`}`).Text("n"); got != want {
			t.Errorf("%s = %q, want %q", literal, got, want)
		}
	}
}

func TestProblemsAreOrderedByDeclaration(t *testing.T) {
	fields := object(t, `{"name":"xxxx\u0000","email":"nope","password":"pw"}`).Fields()
	email, ok := fields.Text(wire.Field{Name: "email"})
	if !ok || email != "nope" {
		t.Fatalf("email = %q, %v", email, ok)
	}
	fields.Text(wire.Field{Name: "password"})
	fields.Text(wire.Field{Name: "name", MaxLength: 4})
	fields.Text(wire.Field{Name: "phone", Optional: true})
	fields.Add("password", "too short", "too common")
	fields.Add("email", wire.TextInvalidEmail)
	fields.Add("phone")
	const want = `{"email":["Enter a valid email address."],"password":["too short","too common"],` +
		`"name":["Ensure this field has no more than 4 characters.","Null characters are not allowed."]}`
	var problems *wire.Problems
	if err := fields.Err(); !errors.As(err, &problems) || errors.Is(err, wire.ErrNotObject) {
		t.Fatalf("Err() = %v", err)
	}
	if got, err := wire.Marshal(problems.Members()); string(got) != want || err != nil {
		t.Errorf("problems are %s, %v, want %s", got, err, want)
	}
}

func TestNoProblemIsNoError(t *testing.T) {
	fields := object(t, `{"email":"a"}`).Fields()
	fields.Text(wire.Field{Name: "email"})
	if err := fields.Err(); err != nil {
		t.Errorf("Err() = %v", err)
	}
}
