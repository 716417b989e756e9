package token_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/token"
)

// customOf returns the custom claims of a verified token, as name=value.
func customOf(t *testing.T, c *token.Codec, payload string) string {
	t.Helper()
	var cl token.Claims
	noError(t, c.Verify(mintHS(t, payload), t0, &cl))
	var got []string
	for name, value := range cl.CustomMembers() {
		got = append(got, name+"="+value)
	}
	return strings.Join(got, "|")
}

func TestCustomMembersAreAllButTheStandardOnes(t *testing.T) {
	c := hsCodec(t, token.Config{Names: token.Names{User: "uuid"}, TextUserID: true})
	const exp = `"exp":1767225900`
	for payload, want := range map[string]string{
		`{"token_type":"access",` + exp + `,"jti":"j"}`:                                        ``,
		`{"token_type":"access",` + exp + `,"jti":"j","a":1,"b":[2, 3]}`:                       `a=1|b=[2, 3]`,
		`{ "a" : 1 ,"token_type":"access",` + exp + `,"b\u0063":{"jti":2},"jti":"j" , "c":""}`: `a=1|bc={"jti":2}|c=""`,
		`{"token_type":"access",` + exp + `,"user_id":7,"uuid":"u","jti":"j"}`:                 `user_id=7`,
		`{"a":1,"token_type":"access",` + exp + `,"jti":"j","aud":"x"}`:                        `a=1`,
	} {
		if got := customOf(t, c, payload); got != want {
			t.Errorf("custom claims of %s = %q, want %q", payload, got, want)
		}
	}
}

func TestCustomMembersAreFoundBeyondTheSixtyFourth(t *testing.T) {
	var payload, want strings.Builder
	payload.WriteString(`{"token_type":"access","exp":1767225900`)
	for i := range 97 {
		name := fmt.Sprint("m", i)
		if i == 50 {
			payload.WriteString(`,"jti":"j"`)
			continue
		}
		fmt.Fprintf(&payload, `,"%s":%d`, name, i)
		fmt.Fprintf(&want, "|%s=%d", name, i)
	}
	payload.WriteString("}")
	if got := customOf(t, hsCodec(t, token.Config{}), payload.String()); "|"+got != want.String() {
		t.Errorf("custom claims = %q, want %q", got, want.String())
	}
	only := `{"token_type":"access","exp":1767225900,"jti":"j"` + strings.Repeat(" ", 40) + `,"last":true}`
	if got := customOf(t, hsCodec(t, token.Config{}), only); got != "last=true" {
		t.Errorf("custom claims = %q", got)
	}
}

func TestCustomMembersCanBeLeftAndReadAgain(t *testing.T) {
	var cl token.Claims
	for name := range cl.CustomMembers() {
		t.Errorf("no token has a custom claim %q", name)
	}
	raw := mintHS(t, `{"a":1,"token_type":"access","exp":1767225900,"jti":"j","b":2}`)
	noError(t, hsCodec(t, token.Config{}).Verify(raw, t0, &cl))
	for range 2 {
		for name := range cl.CustomMembers() {
			if name != "a" {
				t.Errorf("the first custom claim is %q, want a", name)
			}
			break
		}
	}
}
