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
