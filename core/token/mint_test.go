package token_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/core/adaptertest/recorded"
	"github.com/authplug/authplug/core/token"
)

func payloadOf(t *testing.T, raw string) (header, payload string) {
	t.Helper()
	parts := strings.Split(raw, ".")
	for i := range 2 {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		noError(t, err)
		parts[i] = string(text)
	}
	return parts[0], parts[1]
}

func fullClaims() token.Claims {
	return token.Claims{
		Kind: token.Sliding, ID: "0123456789abcdef0123456789abcdef", User: "2", Session: "s1", Revoke: "AB12",
		Epoch: 5, HasEpoch: true, IssuedAt: t0.Add(999 * time.Millisecond), ExpiresAt: t0.Add(5 * time.Minute),
		NotBefore: t0, RefreshExpiresAt: t0.Add(time.Hour),
		Custom: []token.Member{
			{Name: "näme", Value: []byte("\"Zoë ☃ 😀 \x7f <a href='/'>&\"")},
			{Name: "list", Value: []byte(" [ 1 , {\"a b\" : null} , 1.50e+3, \"\\u003c\\/\\n\" ] ")},
		},
	}
}

func TestMintedTokensHaveTheFormOfTheProtocol(t *testing.T) {
	custom := `"n\u00e4me":"Zo\u00eb \u2603 \ud83d\ude00 \u007f <a href='/'>&","list":[1,{"a b":null},1.50e+3,"</\n"]`
	tests := map[string]struct {
		config token.Config
		change func(*token.Claims)
		want   string
	}{
		"everything": {
			token.Config{Issuer: "https://a", Audience: []string{"x", "ü"}},
			func(*token.Claims) {},
			`{"token_type":"sliding","exp":1767225900,"iat":1767225600,"jti":"0123456789abcdef0123456789abcdef",` +
				`"refresh_exp":1767229200,"user_id":2,"sid":"s1","epoch":5,"hash_password":"AB12",` + custom +
				`,"aud":["x","\u00fc"],"iss":"https://a"}`,
		},
		"little": {
			token.Config{Audience: []string{"x"}},
			func(cl *token.Claims) {
				*cl = token.Claims{Kind: token.Access, ID: "j", IssuedAt: t0, ExpiresAt: t0.Add(1e9), Epoch: 5}
			},
			`{"token_type":"access","exp":1767225601,"iat":1767225600,"jti":"j","aud":"x"}`,
		},
		"text user": {
			token.Config{TextUserID: true},
			func(cl *token.Claims) { cl.User, cl.Custom, cl.Epoch = "a\"b\\c\td/é", nil, 0 },
			`{"token_type":"sliding","exp":1767225900,"iat":1767225600,"jti":"0123456789abcdef0123456789abcdef",` +
				`"refresh_exp":1767229200,"user_id":"a\"b\\c\td/\u00e9","sid":"s1","epoch":0,"hash_password":"AB12"}`,
		},
		"other names": {
			token.Config{Names: token.Names{Kind: "k", ID: "i", User: "ü", Session: "s", Epoch: "e", Revoke: "r", RefreshExpiry: "x"}},
			func(cl *token.Claims) { cl.Custom = cl.Custom[:0] },
			`{"k":"sliding","exp":1767225900,"iat":1767225600,"i":"0123456789abcdef0123456789abcdef",` +
				`"x":1767229200,"\u00fc":2,"s":"s1","e":5,"r":"AB12"}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := hsCodec(t, test.config)
			cl := fullClaims()
			test.change(&cl)
			raw, err := c.Mint(&cl)
			noError(t, err)
			header, payload := payloadOf(t, raw)
			if header != headHS256 {
				t.Errorf("header = %s", header)
			}
			if payload != test.want {
				t.Errorf("payload\n%s\nwant\n%s", payload, test.want)
			}
			if !json.Valid([]byte(payload)) {
				t.Error("not JSON")
			}
			var back token.Claims
			if err := c.Verify(raw, t0, &back); err != nil || back.ID != cl.ID || back.User != cl.User {
				t.Errorf("Verify = %v, %+v", err, back)
			}
		})
	}
}

func TestMintRefusesBadClaims(t *testing.T) {
	long := strings.Repeat("a", 256)
	member := func(name, value string) func(*token.Claims) {
		return func(cl *token.Claims) {
			cl.Custom = append(cl.Custom, token.Member{Name: name, Value: []byte(value)})
		}
	}
	tests := map[string]func(*token.Claims){
		"no kind":               func(cl *token.Claims) { cl.Kind = "" },
		"kind not UTF-8":        func(cl *token.Claims) { cl.Kind = "\xff" },
		"no id":                 func(cl *token.Claims) { cl.ID = "" },
		"long id":               func(cl *token.Claims) { cl.ID = long },
		"id with NUL":           func(cl *token.Claims) { cl.ID = "a\x00" },
		"user not a number":     func(cl *token.Claims) { cl.User = "a" },
		"user injecting":        func(cl *token.Claims) { cl.User = `1,"is_superuser":true` },
		"user with zeros":       func(cl *token.Claims) { cl.User = "007" },
		"negative user":         func(cl *token.Claims) { cl.User = "-1" },
		"long session":          func(cl *token.Claims) { cl.Session = long },
		"session not UTF-8":     func(cl *token.Claims) { cl.Session = "\xed\xa0\x80" },
		"long revoke":           func(cl *token.Claims) { cl.Revoke = long },
		"negative epoch":        func(cl *token.Claims) { cl.Epoch = -1 },
		"epoch too large":       func(cl *token.Claims) { cl.Epoch = 1<<53 + 1 },
		"no exp":                func(cl *token.Claims) { cl.ExpiresAt = time.Time{} },
		"no iat":                func(cl *token.Claims) { cl.IssuedAt = time.Time{} },
		"exp before 1970":       func(cl *token.Claims) { cl.ExpiresAt = time.Unix(-1, 0) },
		"exp too far":           func(cl *token.Claims) { cl.ExpiresAt = time.Unix(1<<53, 0) },
		"refresh_exp too early": func(cl *token.Claims) { cl.RefreshExpiresAt = time.Unix(-1, 0) },
		"custom exp":            member("exp", "1"),
		"custom nbf":            member("nbf", "1"),
		"custom aud":            member("aud", "1"),
		"custom in capitals":    member("User_ID", "1"),
		"custom as Kelvin sign": member("to\u212aen_type", "1"),
		"custom without name":   member("", "1"),
		"custom not UTF-8":      member("\xff", "1"),
		"custom twice":          member("list", "1"),
		"custom twice by case":  member("LIST", "1"),
		"custom without value":  member("x", ""),
		"custom two values":     member("x", "1 2"),
		"custom injecting":      member("x", `1,"is_superuser":true`),
		"custom closing":        member("x", `1}`),
		"custom not JSON":       member("x", "{a:1}"),
		"custom with duplicate": member("x", `{"a":1,"a":2}`),
		"custom lone surrogate": member("x", `"\ud800"`),
		"custom not UTF-8 text": member("x", "\"\xff\""),
		"custom too deep":       member("x", strings.Repeat("[", 16)+strings.Repeat("]", 16)),
		"custom too long":       member("x", `"`+strings.Repeat("a", 7000)+`"`),
		"custom number":         member("x", "1e400"),
		"custom number inside":  member("x", `{"y":[-1e309]}`),
		"custom of many digits": member("x", strings.Repeat("9", 310)),
		"too many": func(cl *token.Claims) {
			for range 90 {
				member(token.NewID(), "1")(cl)
			}
		},
	}
	c := hsCodec(t, token.Config{})
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			cl := fullClaims()
			change(&cl)
			if raw, err := c.Mint(&cl); !errors.Is(err, token.ErrClaims) || raw != "" {
				t.Errorf("Mint = %q, %v, want ErrClaims", raw, err)
			}
		})
	}
}

func TestAllThatIsMintedVerifies(t *testing.T) {
	c := hsCodec(t, token.Config{})
	cl := fullClaims()
	for range 86 {
		cl.Custom = append(cl.Custom, token.Member{Name: token.NewID(), Value: []byte("1")})
	}
	cl.Custom[2].Value = []byte(strings.Repeat("[", 15) + strings.Repeat("]", 15))
	raw, err := c.Mint(&cl)
	noError(t, err)
	checkVerify(t, c, raw, nil)
}

func TestVerifyOnlyCodecDoesNotMint(t *testing.T) {
	c := newCodec(t, token.Config{Verify: []token.Key{secretKey(t, "", token.HS256, k1[:])}})
	checkVerify(t, c, mintHS(t, goodPayload), nil)
	cl := fullClaims()
	if raw, err := c.Mint(&cl); !errors.Is(err, token.ErrKey) || raw != "" {
		t.Errorf("Mint = %q, %v, want ErrKey", raw, err)
	}
}

func TestNewIDIsARandomUUID(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$`)
	seen := map[string]bool{}
	for range 100 {
		id := token.NewID()
		if !form.MatchString(id) || seen[id] {
			t.Errorf("NewID = %q", id)
		}
		seen[id] = true
	}
}

func TestNewOrderedIDIsAUUIDOfItsTime(t *testing.T) {
	pattern := regexp.MustCompile(`^019f0c6b31e57[0-9a-f]{3}[89ab][0-9a-f]{15}$`)
	at := time.UnixMilli(0x019f0c6b31e5)
	seen := map[string]bool{}
	for range 1000 {
		id := token.NewOrderedID(at)
		if !pattern.MatchString(id) || seen[id[12:16]+id[17:]] {
			t.Fatalf("NewOrderedID = %q", id)
		}
		seen[id[12:16]+id[17:]] = true
		if later := token.NewOrderedID(at.Add(time.Millisecond)); later <= id {
			t.Errorf("%q is made after %q", later, id)
		}
	}
	digits := map[int]map[byte]bool{}
	for id := range seen { // each digit is random
		for i := range id {
			if digits[i] == nil {
				digits[i] = map[byte]bool{}
			}
			digits[i][id[i]] = true
		}
	}
	for i := 1; i < 19; i++ {
		if len(digits[i]) != 16 {
			t.Errorf("digit %d is one of %d", i, len(digits[i]))
		}
	}
}

func TestEasyJWTVectors(t *testing.T) {
	for name, stack := range recorded.Vectors() {
		c := newCodec(t, token.Config{Sign: secretKey(t, "", token.HS256, []byte(stack.SigningKey))})
		for kind, v := range stack.Tokens {
			t.Run(name+" "+kind, func(t *testing.T) { checkVector(t, c, v.Payload, v.Token) })
		}
		if len(stack.Tokens) != 4 {
			t.Errorf("%s: %d tokens, want 4", name, len(stack.Tokens))
		}
	}
}

// checkVector reads a token, and wants the same bytes when it is minted from what was read.
func checkVector(t *testing.T, c *token.Codec, payload json.RawMessage, want string) {
	t.Helper()
	var cl token.Claims
	noError(t, c.Verify(want, t0, &cl))
	var said struct {
		UserID json.Number     `json:"user_id"`
		Name   json.RawMessage `json:"name"`
	}
	noError(t, json.Unmarshal(payload, &said))
	if cl.User != said.UserID.String() {
		t.Errorf("user = %q, want %q", cl.User, said.UserID)
	}
	if said.Name != nil {
		cl.Custom = []token.Member{{Name: "name", Value: said.Name}}
	}
	if raw, err := c.Mint(&cl); err != nil || raw != want {
		t.Errorf("Mint = %v\n%s\nwant\n%s", err, raw, want)
	}
}
