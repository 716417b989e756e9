package wire_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/core/internal/wire"
)

func TestBrokenJSONIsRefusedWithItsPosition(t *testing.T) {
	const property, value = "Expecting property name enclosed in double quotes", "Expecting value"
	for _, c := range []struct{ body, reason string }{
		{`{"email": `, value + ": line 1 column 11 (char 10)"},
		{`{"email":"a",}`, property + ": line 1 column 14 (char 13)"},
		{`{`, property + ": line 1 column 2 (char 1)"},
		{" ", value + ": line 1 column 2 (char 1)"},
		{"{\"ü\":1,\n\"b\" 2}", "Expecting ':' delimiter: line 2 column 5 (char 12)"},
		{`{"a":1 "b":2}`, "Expecting ',' delimiter: line 1 column 8 (char 7)"},
		{`{"a":[1 2]}`, "Expecting ',' delimiter: line 1 column 9 (char 8)"},
		{`{"a":[1,]}`, value + ": line 1 column 9 (char 8)"},
		{`{}{}`, "Extra data: line 1 column 3 (char 2)"},
		{`{} x`, "Extra data: line 1 column 4 (char 3)"},
		{"{\"email\": \"\xff\xfe\"}", "Invalid UTF-8: line 1 column 12 (char 11)"},
		{"{\"a\":\"\xed\xa0\x80\"}", "Invalid UTF-8: line 1 column 7 (char 6)"},
		{"\ufeff{}", value + ": line 1 column 1 (char 0)"},
		{`{"a":1,"a":2}`, "Duplicate name: line 1 column 8 (char 7)"},
		{`{"a":1,"\u0061":2}`, "Duplicate name: line 1 column 8 (char 7)"},
		{`{"a":{"b":[{"c":1,"c":2}]}}`, "Duplicate name: line 1 column 19 (char 18)"},
		{`{"a":"\ud800"}`, `Invalid \uXXXX escape: line 1 column 7 (char 6)`},
		{`{"a":"\udc00\ud800"}`, `Invalid \uXXXX escape: line 1 column 7 (char 6)`},
		{`{"a":"\ud800\u0041"}`, `Invalid \uXXXX escape: line 1 column 7 (char 6)`},
		{`{"a":"\ud800\ud800"}`, `Invalid \uXXXX escape: line 1 column 7 (char 6)`},
		{`{"a":"\u12g4"}`, `Invalid \uXXXX escape: line 1 column 7 (char 6)`},
		{`{"a":"\u+123"}`, `Invalid \uXXXX escape: line 1 column 7 (char 6)`},
		{`{"a":"\u12`, `Invalid \uXXXX escape: line 1 column 7 (char 6)`},
		{`{"a":"\x"}`, `Invalid \escape: line 1 column 7 (char 6)`},
		{`{"a":"b`, "Unterminated string starting at: line 1 column 6 (char 5)"},
		{`{"a":"b\"`, "Unterminated string starting at: line 1 column 6 (char 5)"},
		{`{"a":"b` + "\n\"}", "Invalid control character at: line 1 column 8 (char 7)"},
		{`{"a":NaN}`, value + ": line 1 column 6 (char 5)"},
		{`{"a":-Infinity}`, value + ": line 1 column 6 (char 5)"},
		{`{"a":+1}`, value + ": line 1 column 6 (char 5)"},
		{`{"a":.5}`, value + ": line 1 column 6 (char 5)"},
		{`{"a":01}`, "Expecting ',' delimiter: line 1 column 7 (char 6)"},
		{`{"a":1.}`, "Expecting digit: line 1 column 8 (char 7)"},
		{`{"a":1e+}`, "Expecting digit: line 1 column 9 (char 8)"},
		{`{"a":1e400}`, "Number out of range: line 1 column 6 (char 5)"},
		{`{"a":nul}`, value + ": line 1 column 6 (char 5)"},
		{`{"a":True}`, value + ": line 1 column 6 (char 5)"},
		{`{'a':1}`, property + ": line 1 column 2 (char 1)"},
		{`{"a":1}` + "\x00", "Extra data: line 1 column 8 (char 7)"},
	} {
		status, detail := refusal(t, post(jsonType, c.body))
		if want := "JSON parse error - " + c.reason; status != 400 || detail != want {
			t.Errorf("%q: %d %q, want 400 %q", c.body, status, detail, want)
		}
	}
}

func TestWhatIsNoObjectIsKnownAsSuch(t *testing.T) {
	for body, text := range map[string]string{
		`[1,2]`: "Invalid data. Expected a dictionary, but got list.",
		`"abc"`: "Invalid data. Expected a dictionary, but got str.",
		`5`:     "Invalid data. Expected a dictionary, but got int.",
		`-0.5`:  "Invalid data. Expected a dictionary, but got float.",
		`false`: "Invalid data. Expected a dictionary, but got bool.",
		`null`:  "No data provided",
	} {
		_, err := wire.ReadObject(post(jsonType, body))
		var problems *wire.Problems
		if !errors.As(err, &problems) || !errors.Is(err, wire.ErrNotObject) {
			t.Fatalf("%s: %v, want *wire.Problems that wrap ErrNotObject", body, err)
		}
		if got, err := wire.Marshal(problems.Members()); string(got) != `{"non_field_errors":["`+text+`"]}` || err != nil {
			t.Errorf("%s: %s, %v, want %q", body, got, err, text)
		}
	}
}

func TestStringsAreDecoded(t *testing.T) {
	for literal, want := range map[string]string{
		`"\"\\\/\b\f\n\r\t"`:      "\"\\/\b\f\n\r\t",
		`"\u0000\u00FC\ufffd"`:    "\x00ü\ufffd",
		`"a\ud83d\uDE00b"`:        "a😀b",
		"\"\u2028ü😀\x7f\\u0041\"": "\u2028ü😀\x7fA",
		`""`:                      "",
	} {
		object, err := wire.ReadObject(post(jsonType, `{"a\u0062":`+literal+`}`))
		if err != nil {
			t.Fatalf("%s: %v", literal, err)
		}
		if got := object.Text("ab"); got != want {
			t.Errorf("%s = %q, want %q", literal, got, want)
		}
	}
}

func TestNestingIsLimited(t *testing.T) {
	nested := func(depth int) string {
		return `{"a":` + strings.Repeat("[", depth-1) + strings.Repeat("]", depth-1) + "}"
	}
	if _, err := wire.ReadObject(post(jsonType, nested(32))); err != nil {
		t.Errorf("32 levels: %v", err)
	}
	status, detail := refusal(t, post(jsonType, nested(33)))
	if status != 400 || !strings.Contains(detail, "Nested too deeply") {
		t.Errorf("33 levels: %d %q", status, detail)
	}
	if status, _ := refusal(t, post(jsonType, strings.Repeat(`{"a":`, 3000))); status != 400 {
		t.Errorf("3000 levels: %d", status)
	}
}

func members(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`,"` + strconv.Itoa(i) + `":0`)
	}
	return "{" + b.String()[1:] + "}"
}

func TestMembersAreLimited(t *testing.T) {
	if _, err := wire.ReadObject(post(jsonType, members(100))); err != nil {
		t.Errorf("100 members: %v", err)
	}
	for _, body := range []string{members(101), `{"a":` + members(101) + `}`} {
		status, detail := refusal(t, post(jsonType, body))
		if status != 400 || !strings.Contains(detail, "Too many names") {
			t.Errorf("101 members: %d %q", status, detail)
		}
	}
}

// The costliest bodies found: many objects just under the limit of names, and the most of whatever
// else a body can hold. DS-04.
func TestWorstBodyIsCheap(t *testing.T) {
	fill := func(kind, begin, piece, end string) [2]string {
		return [2]string{kind, begin + strings.Repeat(piece, (wire.MaxBody-len(begin)-len(end))/len(piece)) + end}
	}
	const form, multipart = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
	for what, c := range map[string][2]string{
		"objects":          {jsonType, "[" + strings.Repeat(members(100)+",", 18) + "0]"},
		"depth":            fill(jsonType, `{"a":`, "[", ""),
		"names":            {jsonType, members(1500)},
		"escapes":          fill(jsonType, `{"a":"`, `\ud83d\ude00`, `"}`),
		"digits":           fill(jsonType, `{"a":`, "9", "}"),
		"long names":       {jsonType, `{"` + strings.Repeat("a", 8000) + `":1,"` + strings.Repeat("a", 8000) + `b":1}`},
		"space":            fill(jsonType, "", " ", "{}"),
		"fields":           fill(form, "", "a&", ""),
		"nothing":          fill(form, "", "&", ""),
		"percent signs":    fill(form, "a=", "%41", ""),
		"parts":            fill(multipart, "", "--x\r\n\r\n\r\n", "--x--\r\n"),
		"boundaries":       fill(multipart, "--x\r\n\r\n", "\r\n--", ""),
		"headers of parts": fill(multipart, "--x\r\n", "a: b\r\n", "\r\n\r\n--x--"),
	} {
		if len(c[1]) > wire.MaxBody {
			t.Fatalf("%s: the body has %d bytes", what, len(c[1]))
		}
		fastest := time.Hour
		for range 5 {
			start := time.Now()
			_, _ = wire.ReadObject(post(c[0], c[1]))
			fastest = min(fastest, time.Since(start))
		}
		if fastest > 10*time.Millisecond {
			t.Errorf("%s: reading it took %v", what, fastest)
		}
	}
}

func TestMembersOfAnAnswerAreKeptAsTheyStand(t *testing.T) {
	object, err := wire.ParseObject(" {\"b\" : [1, {\"x\":-0}] ,\n\"\\u0061\":\"\\u0062\",\"B\":null }\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for name, raw := range object.All() {
		got = append(got, name+"="+string(raw))
	}
	if want := []string{`b=[1, {"x":-0}]`, `a="\u0062"`, "B=null"}; !slices.Equal(got, want) {
		t.Errorf("members are %q, want %q", got, want)
	}
	for range object.All() {
		break // it must be possible to stop
	}
	for _, text := range []string{"", "[]", `{"a":1,"a":2}`, `{"a":{"b":1,"b":2}}`, "{} {}", "{\"a\":\"\xff\"}"} {
		if _, err := wire.ParseObject(text); err == nil {
			t.Errorf("%q is an object", text)
		}
	}
}
