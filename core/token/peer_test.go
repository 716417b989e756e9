package token_test

import (
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
