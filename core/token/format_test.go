package token_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/token"
)

// JW-06.
func TestOneTokenHasOneSpelling(t *testing.T) {
	c := hsCodec(t, token.Config{})
	raw := mintHS(t, goodPayload)
	checkVerify(t, c, raw, nil)
	parts := strings.Split(raw, ".")
	last := raw[len(raw)-1]
	// 43 digits carry 258 bits for 256: the last digit has three other spellings, which differ in
	// unused bits.
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	at := strings.IndexByte(alphabet, last)
	tests := map[string]string{
		"empty": "", "dots": "..", "three dots": "...", "one segment": parts[0], "two segments": parts[0] + "." + parts[1],
		"empty header": "." + parts[1] + "." + parts[2], "empty payload": parts[0] + ".." + parts[2],
		"empty signature": parts[0] + "." + parts[1] + ".", "four segments": raw + ".", "five": raw + ".a.b",
		"four with a part": parts[0] + "." + parts[1] + ".x." + parts[2],
		"leading space":    " " + raw, "trailing space": raw + " ", "trailing line": raw + "\n", "trailing CR": raw + "\r",
		"line in signature": parts[0] + "." + parts[1] + "." + parts[2][:9] + "\n" + parts[2][9:],
		"line in header":    parts[0][:4] + "\n" + parts[0][4:] + "." + parts[1] + "." + parts[2],
		"padding":           raw + "=", "padded header": parts[0] + "=." + parts[1] + "." + parts[2],
		"other bits 1": raw[:len(raw)-1] + alphabet[at^1:at^1+1], "other bits 2": raw[:len(raw)-1] + alphabet[at^2:at^2+1],
		"other bits 3": raw[:len(raw)-1] + alphabet[at^3:at^3+1], "short": raw[:len(raw)-1], "longer": raw + "A",
		"NUL": raw + "\x00", "escaped dot": strings.Replace(raw, ".", "%2E", 1), "quoted": `"` + raw + `"`,
		"JSON serialization": `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
		"general serialization": `{"payload":"` + parts[1] + `","signatures":[{"protected":"` + parts[0] + `","signature":"` +
			parts[2] + `"}]}`,
		"JSON as a segment": parts[0] + `.{"payload":"` + parts[1] + `"}.` + parts[2], "encrypted": raw + "." + parts[1] + "." + parts[2],
		"six segments": raw + "." + raw, "brace": "{" + raw, "detached": parts[0] + "..", "space inside": raw[:30] + " " + raw[30:],
		"bearer": "Bearer " + raw, "non-ASCII": raw[:20] + "é" + raw[21:],
	}
	for name, raw := range tests {
		t.Run(name, func(t *testing.T) { checkVerify(t, c, raw, token.ErrInvalid) })
	}
	if _, err := c.Open(mint(t, headHS256, "", "HS256", k1[:])); !errors.Is(err, token.ErrInvalid) {
		t.Errorf("a token without a payload: %v", err)
	}
	for i := range raw {
		if changed := raw[:i] + string(raw[i]^1) + raw[i+1:]; c.Verify(changed, t0, new(token.Claims)) == nil {
			t.Errorf("the token with byte %d changed was accepted", i)
		}
	}
}

// JW-06 and JW-12.
func TestSignedSegmentsMustBeStrictBase64(t *testing.T) {
	c := hsCodec(t, token.Config{})
	encode := base64.RawURLEncoding.EncodeToString
	head, body := encode([]byte(headHS256)), encode([]byte(goodPayload+"  "))
	for name, signed := range map[string]string{
		"good":             head + "." + body,
		"line in payload":  head + "." + body[:8] + "\n" + body[8:],
		"padded payload":   head + "." + body + "=",
		"standard base64":  head + "." + body + "+/",
		"one digit over":   head + "." + body + "A",
		"other spare bits": head + "." + body[:len(body)-1] + string(body[len(body)-1]+1),
		"padded header":    head + "=." + body,
		"space in header":  head + " ." + body,
	} {
		t.Run(name, func(t *testing.T) {
			raw := signed + "." + encode(sign(t, signed, "HS256", k1[:]))
			want := token.ErrInvalid
			if name == "good" {
				want = nil
			}
			checkVerify(t, c, raw, want)
		})
	}
}

func TestLongTokensAreRefused(t *testing.T) {
	c := hsCodec(t, token.Config{})
	long := func(size int) string {
		const rest = `{"token_type":"access","exp":1767225900,"jti":"j","x":""}`
		fill := (size-36-1-1-43)/4*3 - len(rest)
		return mintHS(t, strings.Replace(rest, `"x":""`, `"x":"`+strings.Repeat("a", fill)+`"`, 1))
	}
	for _, size := range []int{1200, 1500, 8189, 8192, 8196} {
		raw, want := long(size), error(nil)
		if len(raw) > 8192 {
			want = token.ErrInvalid
		}
		t.Logf("%d bytes", len(raw))
		checkVerify(t, c, raw, want)
	}
	checkVerify(t, c, strings.Repeat("a.", 50_000), token.ErrInvalid)
}
