package token_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/token"
)

// JW-11.
func TestPayloadRules(t *testing.T) {
	// with puts members behind the good ones.
	with := func(members string) string { return strings.TrimSuffix(goodPayload, "}") + "," + members + "}" }
	nested := func(depth int) string {
		return `"x":` + strings.Repeat("[", depth) + strings.Repeat("]", depth)
	}
	objects := func(depth int) string {
		return `"x":` + strings.Repeat(`{"":`, depth) + "1" + strings.Repeat("}", depth)
	}
	many := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"m%d":0`, i)
		}
		return b.String()[1:]
	}
	tests := map[string]struct {
		payload string
		want    error
	}{
		"good":                             {goodPayload, nil},
		"white space around and inside":    {" \t\r\n" + strings.ReplaceAll(goodPayload, ",", " ,\n ") + " \n", nil},
		"all types of values":              {with(`"a":[],"b":{},"c":[1,-0.5e+3,0],"d":true,"e":false,"f":null,"g":"\/\b\f\n\r\t\\\"\u00fc"`), nil},
		"a pair of surrogates":             {with(`"x":"\ud83d\ude00"`), nil},
		"UTF-8":                            {with(`"x":"Zoë ☃ 😀"`), nil},
		"an empty name":                    {with(`"":1`), nil},
		"one name in two inner objects":    {with(`"x":{"a":1},"y":[{"a":1},{"a":2,"b":{"a":3}}]`), nil},
		"cases of one name in an inner":    {with(`"x":{"a":1,"A":2}`), nil},
		"95 more members":                  {with(many(95)), nil},
		"15 levels in a member":            {with(nested(15)), nil},
		"null":                             {`null`, token.ErrInvalid},
		"a list":                           {`[]`, token.ErrInvalid},
		"a string":                         {`"x"`, token.ErrInvalid},
		"a number":                         {`1`, token.ErrInvalid},
		"white space":                      {` `, token.ErrInvalid},
		"empty object":                     {`{}`, token.ErrNoExpiry},
		"two objects":                      {goodPayload + goodPayload, token.ErrInvalid},
		"trailing text":                    {goodPayload + " x", token.ErrInvalid},
		"trailing comma":                   {with(""), token.ErrInvalid},
		"trailing NUL":                     {goodPayload + "\x00", token.ErrInvalid},
		"leading comma":                    {"{," + goodPayload[1:], token.ErrInvalid},
		"two commas":                       {with(`"x":1,,"y":1`), token.ErrInvalid},
		"no comma":                         {with(`"x":1 "y":1`), token.ErrInvalid},
		"no colon":                         {with(`"x" 1`), token.ErrInvalid},
		"no value":                         {with(`"x":`), token.ErrInvalid},
		"a name that a backslash ends":     {with(`"x\:1`), token.ErrInvalid},
		"a name that a letter ends":        {with("\"xé:1"), token.ErrInvalid},
		"a name that a control ends":       {with("\"x\x01:1"), token.ErrInvalid},
		"a text that a backslash ends":     {with(`"x":"y\,"z":1`), token.ErrInvalid},
		"a text that a control ends":       {with("\"x\":\"y\x01,\"z\":1"), token.ErrInvalid},
		"unquoted name":                    {with(`x:1`), token.ErrInvalid},
		"single quotes":                    {with(`'x':1`), token.ErrInvalid},
		"comment":                          {with(`/**/"x":1`), token.ErrInvalid},
		"form feed as space":               {with("\f\"x\":1"), token.ErrInvalid},
		"not closed":                       {strings.TrimSuffix(goodPayload, "}"), token.ErrInvalid},
		"string not closed":                {with(`"x`), token.ErrInvalid},
		"byte order mark":                  {"\ufeff" + goodPayload, token.ErrInvalid},
		"UTF-16":                           {strings.Join(strings.Split(goodPayload, ""), "\x00") + "\x00", token.ErrInvalid},
		"invalid UTF-8":                    {with("\"x\":\"\xff\""), token.ErrInvalid},
		"overlong UTF-8":                   {with("\"x\":\"\xc0\x80\""), token.ErrInvalid},
		"cut UTF-8":                        {with("\"x\":\"\xe2\x98\""), token.ErrInvalid},
		"surrogate in UTF-8":               {with("\"x\":\"\xed\xa0\x80\""), token.ErrInvalid},
		"invalid UTF-8 in a name":          {with("\"\xff\":1"), token.ErrInvalid},
		"lone high surrogate":              {with(`"x":"\ud800"`), token.ErrInvalid},
		"lone low surrogate":               {with(`"x":"\udc00"`), token.ErrInvalid},
		"high surrogate and other":         {with(`"x":"\ud800\u0041"`), token.ErrInvalid},
		"two high surrogates":              {with(`"x":"\ud800\ud800"`), token.ErrInvalid},
		"lone surrogate in a name":         {with(`"\ud800":1`), token.ErrInvalid},
		"unknown escape":                   {with(`"x":"\x41"`), token.ErrInvalid},
		"short escape":                     {with(`"x":"\u004"`), token.ErrInvalid},
		"escape with sign":                 {with(`"x":"\u+041"`), token.ErrInvalid},
		"capital U":                        {with(`"x":"\U0041"`), token.ErrInvalid},
		"escape at the end":                {with(`"x":"\`), token.ErrInvalid},
		"control character":                {with("\"x\":\"a\nb\""), token.ErrInvalid},
		"NUL in a string":                  {with("\"x\":\"0123456789abcdef\x00\""), token.ErrInvalid},
		"leading zero":                     {with(`"x":01`), token.ErrInvalid},
		"plus":                             {with(`"x":+1`), token.ErrInvalid},
		"point first":                      {with(`"x":.5`), token.ErrInvalid},
		"point last":                       {with(`"x":5.`), token.ErrInvalid},
		"exponent last":                    {with(`"x":5e`), token.ErrInvalid},
		"minus alone":                      {with(`"x":-`), token.ErrInvalid},
		"hexadecimal":                      {with(`"x":0x10`), token.ErrInvalid},
		"NaN":                              {with(`"x":NaN`), token.ErrInvalid},
		"Infinity":                         {with(`"x":-Infinity`), token.ErrInvalid},
		"capital True":                     {with(`"x":True`), token.ErrInvalid},
		"cut literal":                      {with(`"x":nul`), token.ErrInvalid},
		"list with trailing comma":         {with(`"x":[1,]`), token.ErrInvalid},
		"list without comma":               {with(`"x":[1 2]`), token.ErrInvalid},
		"list closed by brace":             {with(`"x":[1}`), token.ErrInvalid},
		"inner object with comma":          {with(`"x":{"a":1,}`), token.ErrInvalid},
		"standard claim twice":             {with(`"exp":1767225900`), token.ErrInvalid},
		"standard claim in capitals":       {with(`"EXP":1`), token.ErrInvalid},
		"standard claim twice by escape":   {with(`"\u0065xp":1767225900`), token.ErrInvalid},
		"custom claim twice":               {with(`"x":1,"y":2,"x":1`), token.ErrInvalid},
		"custom claim in another case":     {with(`"name":1,"nAme":1`), token.ErrInvalid},
		"custom claim by escape and case":  {with(`"name":1,"\u004eame":1`), token.ErrInvalid},
		"Kelvin sign as k":                 {with("\"kk\":1,\"k\u212a\":1"), token.ErrInvalid},
		"k as Kelvin sign":                 {with("\"k\u212a\":1,\"kk\":1"), token.ErrInvalid},
		"long s in a standard claim":       {with("\"i\u017fs\":1,\"iss\":1"), token.ErrInvalid},
		"case of a Greek name":             {with(`"σ":1,"ς":1`), token.ErrInvalid},
		"inner member twice":               {with(`"x":[{"y":{"a":1,"b":2,"a":3}}]`), token.ErrInvalid},
		"inner member twice by escape":     {with(`"x":{"a":1,"\u0061":3}`), token.ErrInvalid},
		"96 more members":                  {with(many(96)), token.ErrInvalid},
		"600 more members":                 {with(many(600)), token.ErrInvalid},
		"16 levels in a member":            {with(nested(16)), token.ErrInvalid},
		"15 objects in a member":           {with(objects(15)), nil},
		"16 objects in a member":           {with(objects(16)), token.ErrInvalid},
		"2000 levels in a member":          {with(nested(2000)), token.ErrInvalid},
		"2000 levels, never closed":        {with(`"x":` + strings.Repeat("[", 2000)), token.ErrInvalid},
		"2000 objects in one another":      {with(`"x":` + strings.Repeat(`{"":`, 900)), token.ErrInvalid},
		"duplicate behind all other marks": {with(`"ü":1,"a":1,"b":1,"B":2`), token.ErrInvalid},

		"a standard claim that is absent, in capitals": {with(`"Nbf":9999999999`), token.ErrInvalid},
		"an absent standard claim by escape and case":  {with(`"\u004eBF":0`), token.ErrInvalid},
		"an absent claim as long s":                    {with("\"i\u017fs\":1"), token.ErrInvalid},
		"numbers at the edge of a float64": {
			with(`"x":[1.7976931348623157e308,-1.7976931348623157E+308,1e-400,0e999,` + strings.Repeat("9", 308) + `]`), nil,
		},
		"a number beyond a float64":            {with(`"x":1e400`), token.ErrInvalid},
		"a number beyond it, with a sign":      {with(`"x":-1.8E+308`), token.ErrInvalid},
		"a number beyond it, inside":           {with(`"x":[{"y":1e309}]`), token.ErrInvalid},
		"a number beyond it, in digits":        {with(`"x":` + strings.Repeat("9", 309)), token.ErrInvalid},
		"a number beyond it, with a point":     {with(`"x":` + strings.Repeat("9", 310) + ".5"), token.ErrInvalid},
		"an unchecked issuer beyond a float64": {with(`"iss":1e400`), token.ErrInvalid},
		"an unchecked audience beyond it":      {with(`"aud":[1e400]`), token.ErrInvalid},
	}
	c := hsCodec(t, token.Config{})
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { checkVerify(t, c, mintHS(t, test.payload), test.want) })
	}
}

// JW-11. Strings are scanned eight bytes at a time, so every place of eight counts.
func TestControlCharactersAreRefusedAtEveryPlace(t *testing.T) {
	c := hsCodec(t, token.Config{})
	const text = "0123456789abcdefghi"
	for at := range text {
		for control := range byte(0x20) {
			payload := strings.TrimSuffix(goodPayload, "}") + `,"x":"` + text[:at] + string(rune(control)) + text[at:] + `"}`
			if err := c.Verify(mintHS(t, payload), t0, new(token.Claims)); !errors.Is(err, token.ErrInvalid) {
				t.Fatalf("control character %#x at %d: %v", control, at, err)
			}
		}
	}
}
