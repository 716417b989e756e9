package token_test

import (
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/core/token"
)

func TestDecodeAgreesWithEncodingBase64(t *testing.T) {
	strict := base64.RawURLEncoding.Strict()
	for n := range 40 {
		in := []byte(strings.Repeat("\xfb\xef\xbe\x00\x10\x83\xff", 6)[:n])
		text := strict.EncodeToString(in)
		dst := make([]byte, n)
		if got, ok := token.Decode(dst, text); !ok || got != n || string(dst) != string(in) {
			t.Errorf("Decode(%q) = %d, %v, %x", text, got, ok, dst)
		}
	}
	for text, want := range map[string]bool{"": true, "A": false, "AA": true, "AB": false, "AAA": true, "AAB": false, "AAAAA": false} {
		if _, ok := token.Decode(make([]byte, 8), text); ok != want {
			t.Errorf("Decode(%q) = %v", text, ok)
		}
	}
}

func TestDecodeRefusesOtherDigits(t *testing.T) {
	const text = "-_8AEIP_--8AEIP_-_8AEIP"
	for at := range text {
		for _, c := range "=+/ \n\x00~\x80" {
			changed := text[:at] + string(c) + text[at+1:]
			if _, ok := token.Decode(make([]byte, len(changed)), changed); ok {
				t.Errorf("Decode accepts %q", changed)
			}
		}
	}
}

// FuzzMoment compares with exact arithmetic.
func FuzzMoment(f *testing.F) {
	for _, s := range []string{
		"0", "1", "1.5", "1e3", "1.5E-3", "0.000000001", "0.0000000001", "9007199254740992", "9007199254740992.0",
		"9007199254740993", "0.9999999999", "123456789012345678", "12345678901234567890", "1e16", "1e-400", "0e9",
		"9007199254740991.9999999999", "00012.5e1", "100e-2", "1e15", "0.00123e5",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, number string) {
		if !plainNumber(number) {
			return
		}
		want, ok := new(big.Rat).SetString(number)
		if !ok {
			t.Skip()
		}
		got, ok := token.ParseMoment(number)
		if fits := want.Cmp(big.NewRat(1<<53, 1)) <= 0; ok != fits {
			t.Fatalf("ParseMoment(%s) = %v, want %v", number, ok, fits)
		}
		for _, delta := range []time.Duration{-1, 0, 1} {
			moment := got.Add(delta)
			exact := new(big.Rat).Add(big.NewRat(moment.Unix(), 1), big.NewRat(int64(moment.Nanosecond()), 1e9))
			if ok && (want.Cmp(exact) <= 0) != !got.After(moment) {
				t.Errorf("%s compares with %v unlike %v", number, moment, got)
			}
		}
	})
}

// plainNumber tells whether text is a JSON number without a minus sign, of a size that big.Rat
// should be asked for.
func plainNumber(text string) bool {
	i := strings.IndexAny(text, "eE")
	return json.Valid([]byte(text)) && text[0]-'0' <= 9 && len(text) <= 40 && (i < 0 || len(text)-i <= 5)
}

// FuzzScan holds the scanner against encoding/json: what it accepts is JSON, and what it writes
// means the same.
func FuzzScan(f *testing.F) {
	for _, s := range []string{
		`null`, ` {"a" : [1, -2.5e+10, true, false, null, "x\u00e9\ud83d\ude00\n"] } `, `"\ud800"`, `[1,]`, `{"a":1,"a":2}`,
		`"é😀"`, "\"\x7f\"", `01`, `-`, `[[[[]]]]`, `{"":{}}`, "\"\x00\"", `"\`, `{"a"`, `[1 2]`, `tru`, `1e5`, `"a\/b"`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		out, ok := token.AppendJSON(nil, text)
		if !ok {
			return
		}
		want, got := canonical(t, text), canonical(t, string(out))
		if got != want {
			t.Errorf("wrote %q for %q", out, text)
		}
		for _, c := range out {
			if c < 0x20 || c > 0x7e {
				t.Errorf("wrote %q", out)
			}
		}
	})
}

// canonical reads JSON with encoding/json, and writes it again.
func canonical(t *testing.T, text string) string {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil || !json.Valid([]byte(text)) {
		t.Fatalf("accepted or wrote %q: %v", text, err)
	}
	out, err := json.Marshal(value)
	noError(t, err)
	return string(out)
}

func TestStringsAreWrittenAsPythonDoes(t *testing.T) {
	for text, want := range map[string]string{
		"":                  `""`,
		"plain text / <&>":  `"plain text / <&>"`,
		"\"\\\b\f\n\r\t":    `"\"\\\b\f\n\r\t"`,
		"\x00\x1f\x7f":      `"\u0000\u001f\u007f"`,
		"\u0080é☃\u2028😀":   `"\u0080\u00e9\u2603\u2028\ud83d\ude00"`,
		"0123456\x7f89\x1f": `"0123456\u007f89\u001f"`,
	} {
		if got := string(token.AppendString(nil, text)); got != want {
			t.Errorf("AppendString(%q) = %s, want %s", text, got, want)
		}
	}
}
