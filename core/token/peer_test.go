package token_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authplug/authplug/core/token"
)

var algorithms = []token.Algorithm{
	token.HS256, token.HS384, token.HS512, token.RS256, token.RS384, token.RS512, token.PS256, token.PS384, token.PS512,
	token.ES256, token.ES384, token.ES512, token.EdDSA,
}

func TestGolangJWTReadsOurTokens(t *testing.T) {
	for _, alg := range algorithms {
		t.Run(string(alg), func(t *testing.T) {
			key, _, public := keysFor(t, alg, "the \"kid\" ☃")
			c := newCodec(t, token.Config{Sign: key, Issuer: "me", Audience: []string{"a", "b"}})
			cl := fullClaims()
			raw, err := c.Mint(&cl)
			noError(t, err)
			want := `{"alg":"` + string(alg) + `","kid":"the \"kid\" \u2603","typ":"JWT"}`
			if alg.Symmetric() {
				want = `{"alg":"` + string(alg) + `","typ":"JWT"}`
			}
			if header, _ := payloadOf(t, raw); header != want {
				t.Errorf("header = %s, want %s", header, want)
			}
			parsed, err := jwt.Parse(raw, func(*jwt.Token) (any, error) { return public, nil },
				jwt.WithValidMethods([]string{string(alg)}), jwt.WithIssuer("me"), jwt.WithAudience("b"),
				jwt.WithTimeFunc(func() time.Time { return t0 }), jwt.WithStrictDecoding())
			if err != nil || !parsed.Valid {
				t.Errorf("golang-jwt: %v", err)
			}
			checkVerify(t, c, raw, nil)
		})
	}
}

func TestTokensOfGolangJWTAreRead(t *testing.T) {
	claims := jwt.MapClaims{"token_type": "access", "jti": "j", "exp": t0.Unix() + 9, "iss": "me", "aud": "a", "user_id": 7}
	for _, alg := range algorithms {
		key, private, _ := keysFor(t, alg, "a")
		c := newCodec(t, token.Config{Verify: []token.Key{key}, Issuer: "me", Audience: []string{"a", "b"}})
		theirs := jwt.NewWithClaims(jwt.GetSigningMethod(string(alg)), claims)
		for _, kid := range []any{nil, key.ID()} {
			if kid != nil {
				theirs.Header["kid"] = kid
			}
			raw, err := theirs.SignedString(private)
			noError(t, err)
			var cl token.Claims
			if err := c.Verify(raw, t0, &cl); err != nil || cl.User != "7" {
				t.Errorf("%s: Verify = %v, %+v", alg, err, cl)
			}
		}
	}
}

func TestEveryOtherAlgorithmIsRefused(t *testing.T) {
	for _, mine := range algorithms {
		key, _, _ := keysFor(t, mine, "a")
		c := newCodec(t, token.Config{Sign: key})
		for _, theirs := range algorithms {
			if mine == theirs {
				continue
			}
			_, private, _ := keysFor(t, theirs, "a")
			for _, header := range []string{`{"alg":"` + string(theirs) + `"}`, `{"alg":"` + string(theirs) + `","kid":"a"}`, `{"alg":"` + string(mine) + `"}`} {
				checkVerify(t, c, mint(t, header, goodPayload, string(theirs), private), token.ErrInvalid)
			}
		}
	}
}

// wycheproof is the file of test vectors for signatures of Project Wycheproof.
type wycheproof struct {
	Groups []struct {
		Public  json.RawMessage `json:"public"`
		Private json.RawMessage `json:"private"`
		Tests   []struct {
			ID      int             `json:"tcId"`
			Comment string          `json:"comment"`
			Token   json.RawMessage `json:"jws"`
			Result  string          `json:"result"`
		} `json:"tests"`
	} `json:"testGroups"`
}

const emptyPayload = "a JWT has a payload"

// Where we answer otherwise than the file, and why.
var deviations = map[int]string{
	259: emptyPayload, 264: emptyPayload, 268: emptyPayload, 272: emptyPayload, 320: emptyPayload, 325: emptyPayload,
	346: "the key is for another algorithm than the token", 347: "the key is for another algorithm than the token",
	350: "the key is for another algorithm than the token", 351: "the key is for another algorithm than the token",
	367: "the same bytes as 357, which is valid", 370: "the same bytes as 357, which is valid",
	372: "holds an illegal question mark", 373: "holds an illegal question mark",
}

func TestWycheproof(t *testing.T) {
	var file wycheproof
	noError(t, json.Unmarshal(readData(t, "wycheproof/json_web_signature_test.json"), &file))
	counts := map[bool]int{}
	for _, group := range file.Groups {
		c := wycheproofCodec(t, group.Public, group.Private)
		for _, test := range group.Tests {
			accepted := opens(c, test.Token)
			counts[accepted]++
			if deviations[test.ID] == "" != (accepted == (test.Result == "valid")) {
				t.Errorf("%d (%s): accepted %v, the file says %s", test.ID, test.Comment, accepted, test.Result)
			}
		}
	}
	if counts[true] != 36 || counts[false] != 365 {
		t.Errorf("accepted and refused: %v", counts)
	}
}

// opens tells whether a vector is a string, and a token that the codec accepts as far as its signature goes.
func opens(c *token.Codec, vector json.RawMessage) bool {
	var raw string
	if json.Unmarshal(vector, &raw) != nil || c == nil {
		return false
	}
	_, err := c.Open(raw)
	return err == nil
}

// wycheproofCodec returns nil for a key that is refused.
func wycheproofCodec(t *testing.T, public, private json.RawMessage) *token.Codec {
	t.Helper()
	raw := public
	if raw == nil {
		raw = private
	}
	key, err := token.ParseJWK(raw)
	if strings.Contains(string(raw), `"k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"`) {
		key, err = token.WeakSecret("hs256-key", token.HS256, make([]byte, 32)), nil
	}
	if err != nil {
		t.Log(err)
		return nil
	}
	return newCodec(t, token.Config{Verify: []token.Key{key}})
}

// FuzzVerify: nothing panics, what is accepted has a signature that golang-jwt accepts as well and a payload
// that encoding/json does, and what is refused leaves nothing behind.
func FuzzVerify(f *testing.F) {
	ed, edPrivate, edPublic := keysFor(f, token.EdDSA, "ed")
	c := newCodec(f, token.Config{Sign: secretKey(f, "hs", token.HS256, k1[:]), Verify: []token.Key{ed}})
	f.Add(headHS256, goodPayload, "", true)
	f.Add(`{"alg":"EdDSA","kid":"ed"}`, goodPayload, "", false)
	f.Add(`{"alg":"none"}`, `{"exp":1e9,"\u0065xp":1}`, "a.b.c", true)
	f.Add(`{"alg":"HS256","crit":[]}`, `{"a":{"b":[1,2,{"c":null}]},"jti":"\ud83d\ude00","token_type":"x","exp":1e12}`, "..", true)
	f.Add(headHS256, strings.TrimSuffix(goodPayload, "}")+`,"nbf":0.5,"aud":["x"],"iss":"","epoch":1,"sid":"ü"}`, "eyJ.e30.", true)
	f.Fuzz(func(t *testing.T, header, payload, text string, symmetric bool) {
		alg, key, public := "HS256", any(k1[:]), any(k1[:])
		if !symmetric {
			alg, key, public = "EdDSA", edPrivate, edPublic
		}
		for _, raw := range []string{text, mint(t, header, payload, alg, key)} {
			var cl token.Claims
			if c.Verify(raw, t0, &cl) == nil {
				checkAccepted(t, raw, alg, public, &cl)
			} else if cl.ID != "" || cl.User != "" || !cl.ExpiresAt.IsZero() {
				t.Errorf("a refused token left %+v", cl)
			}
		}
	})
}

func checkAccepted(t *testing.T, raw, alg string, public any, cl *token.Claims) {
	t.Helper()
	parts := strings.Split(raw, ".")
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	noError(t, err)
	if err := jwt.GetSigningMethod(alg).Verify(parts[0]+"."+parts[1], signature, public); err != nil {
		t.Errorf("golang-jwt refuses %q: %v", raw, err)
	}
	_, body := payloadOf(t, raw)
	var members map[string]json.RawMessage
	noError(t, json.Unmarshal([]byte(body), &members))
	n := 0
	for name, value := range cl.Members() {
		n++
		if got := string(members[name]); got != value {
			t.Errorf("member %q of %q is %q, not %q", name, body, got, value)
		}
	}
	if n != len(members) || cl.ID == "" || cl.Kind == "" || !cl.ExpiresAt.After(t0) {
		t.Errorf("%q became %+v", body, cl)
	}
}
