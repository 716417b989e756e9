package token_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authplug/authplug/core/token"
)

// FuzzVerify holds the codec against golang-jwt: what that refuses is refused, and what it accepts
// is accepted, if it keeps to the stricter rules of [Codec.Verify]. A token is minted of the two
// texts with the right key; another one is the third text as it is.
func FuzzVerify(f *testing.F) {
	// The name of RFC 9864 is understood here, and not there.
	jwt.RegisterSigningMethod("Ed25519", func() jwt.SigningMethod { return jwt.SigningMethodEdDSA })
	ed, edPrivate, edPublic := keysFor(f, token.EdDSA, "ed")
	c := newCodec(f, token.Config{Sign: secretKey(f, "hs", token.HS256, k1[:]), Verify: []token.Key{ed}})
	public := func(t *jwt.Token) (any, error) {
		switch t.Method.Alg() {
		case "EdDSA":
			return edPublic, nil
		case "HS256":
			return k1[:], nil
		}
		return nil, jwt.ErrTokenUnverifiable
	}
	good := mintHS(f, goodPayload)
	f.Add(headHS256, goodPayload, good, true)
	f.Add(`{"alg":"EdDSA","kid":"ed"}`, goodPayload, good+"=", false)
	f.Add(`{"alg":"none"}`, `{"exp":1e9,"\u0065xp":1}`, "a.b.c", true)
	f.Add(headHS256, strings.TrimSuffix(goodPayload, "}")+`,"nbf":0.5,"aud":["x"],"iss":"","epoch":1,"sid":"ü"}`, "eyJ.e30.", true)
	f.Fuzz(func(t *testing.T, header, payload, text string, symmetric bool) {
		alg, key := "HS256", any(k1[:])
		if !symmetric {
			alg, key = "EdDSA", edPrivate
		}
		for _, raw := range []string{text, mint(t, header, payload, alg, key)} {
			var cl token.Claims
			err := c.Verify(raw, t0, &cl)
			switch {
			case err == nil:
				checkAccepted(t, raw, &cl)
				if refusal := peerRefuses(raw, public); refusal != nil {
					t.Errorf("golang-jwt refuses %q: %v", raw, refusal)
				}
			case cl.ID != "" || cl.User != "" || !cl.ExpiresAt.IsZero():
				t.Errorf("a refused token left %+v", cl)
			case peerRefuses(raw, public) == nil && keepsTheRules(raw):
				t.Errorf("%q is refused: %v", raw, err)
			}
		}
	})
}

// peerRefuses asks golang-jwt. It cuts times to seconds, so it is given one second of leeway.
func peerRefuses(raw string, public jwt.Keyfunc) error {
	_, err := jwt.Parse(raw, public, jwt.WithValidMethods([]string{"HS256", "EdDSA"}), jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(func() time.Time { return t0 }), jwt.WithLeeway(time.Second), jwt.WithIssuedAt(),
		jwt.WithExpirationRequired())
	return err
}

// checkAccepted wants the one spelling of a token, and the members that encoding/json finds in it.
func checkAccepted(t *testing.T, raw string, cl *token.Claims) {
	t.Helper()
	parts := strings.Split(raw, ".")
	for i, part := range parts {
		b, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil || base64.RawURLEncoding.EncodeToString(b) != part || len(parts) != 3 {
			t.Fatalf("segment %d of %q has another spelling: %v", i, raw, err)
		}
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
	if n != len(members) || cl.ID == "" || cl.Kind == "" || !cl.ExpiresAt.After(t0) || len(raw) > 8192 {
		t.Errorf("%q became %+v", body, cl)
	}
}

// keepsTheRules tells whether a token that golang-jwt accepts is one that the codec must accept: of
// plain texts, in which nothing stands that it is stricter about.
func keepsTheRules(raw string) bool {
	parts := strings.Split(raw, ".")
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	payload, err2 := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || err2 != nil || strings.ContainsAny(raw, "\r\n") {
		return false
	}
	var head, body map[string]any
	if !plainObject(header, &head) || !plainObject(payload, &body) {
		return false
	}
	for name := range head {
		if name != "alg" && name != "typ" {
			return false
		}
	}
	return plainClaims(string(payload), body)
}

// plainClaims wants only claims of few kinds, in the middle of what is allowed. Numbers with a
// point or a sign may be rounded, and long texts be too long.
func plainClaims(payload string, body map[string]any) bool {
	if strings.ContainsAny(payload, "-.") || len(payload) > 255 {
		return false
	}
	for name, value := range body {
		text, _ := value.(string)
		number, isNumber := value.(float64)
		written := fmt.Sprintf(`"%s":%.0f`, name, number)
		plain := false
		switch name {
		case "token_type", "jti":
			plain = text != ""
		case "exp":
			plain = number > float64(t0.Unix())+1 && number < 1<<53
		case "iat", "nbf":
			plain = isNumber && number <= float64(t0.Unix())
		case "user_id":
			plain = isNumber && (strings.Contains(payload, written+",") || strings.Contains(payload, written+"}"))
		case "x", "y":
			plain = true
		}
		if !plain {
			return false
		}
	}
	return body["token_type"] != nil && body["jti"] != nil && body["exp"] != nil
}

// plainObject decodes an object of flat values in printable ASCII, each of whose names is there
// once: then no two readers differ.
func plainObject(text []byte, into *map[string]any) bool {
	flat := strings.Count(string(text), "{") == 1 && strings.Count(string(text), "[") == 0
	if !flat || !utf8.Valid(text) || strings.ContainsAny(string(text), "\\\x7f") || len(text) > 2000 {
		return false
	}
	if json.Unmarshal(text, into) != nil || *into == nil {
		return false
	}
	for name := range *into {
		if strings.Count(strings.ToLower(string(text)), `"`+strings.ToLower(name)+`"`) != 1 {
			return false
		}
	}
	return len(*into) == strings.Count(string(text), `":`)+strings.Count(string(text), `" :`)
}

// FuzzParsePEM: a text that is a key for any algorithm has that key's public half in the form that
// it is published in, is of a size that may be used, and is no secret. Whatever is refused is
// refused as a bad key.
func FuzzParsePEM(f *testing.F) {
	algorithms := []token.Algorithm{token.RS256, token.PS512, token.ES256, token.ES384, token.ES512, token.EdDSA}
	for i, alg := range algorithms {
		p := pairs()[pairFor[alg]]
		f.Add(string(p.pem), uint8(i))
		f.Add(string(p.public), uint8(i))
	}
	f.Fuzz(func(t *testing.T, text string, which uint8) {
		alg := algorithms[int(which)%len(algorithms)]
		key, err := token.ParsePEM("", alg, []byte(text))
		if err != nil {
			checkKeyError(t, err, text)
			return
		}
		checkPublished(t, key)
		if again, err := token.ParsePEM("", alg, []byte(text)); err != nil || again.Thumbprint() != key.Thumbprint() {
			t.Errorf("%q became %v and %v, %v", text, key, again, err)
		}
		if key.Algorithm() != alg || key.ID() != key.Thumbprint() {
			t.Errorf("%q became %v", text, key)
		}
		if secret, err := token.NewSecret("", token.HS256, []byte(text)); err == nil {
			t.Errorf("%q is %v, and %v", text, key, secret)
		}
	})
}

// FuzzParseJWKSet: what is accepted is strict JSON, its public halves survive being published, and
// no secret is one. Whatever is refused is refused as a bad key.
func FuzzParseJWKSet(f *testing.F) {
	f.Add([]byte(`{"keys":[` + octJWK + `,` + ecJWK + `,` + rfc7638 + `,` + rfc8037 + `]}`))
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"","e":""}]}`))
	for _, name := range []string{"kty", "use", "alg", "crv", "kid"} {
		f.Add([]byte(`{"keys":[` + change(f, octJWK, name, `"`+strings.Repeat("0123456789", 9)+`"`) + `]}`))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		keys, err := token.ParseJWKSet(raw)
		if err != nil {
			checkKeyError(t, err, string(raw))
			return
		}
		if !json.Valid(raw) || len(keys) == 0 {
			t.Errorf("accepted %q", raw)
		}
		for _, k := range keys {
			checkPublished(t, k)
		}
	})
}

func checkPublished(t *testing.T, key token.Key) {
	t.Helper()
	out, err := key.JWK()
	if key.Algorithm().Symmetric() {
		if err == nil || key.Public() != (token.Key{}) {
			t.Errorf("the secret %v is published as %s", key, out)
		}
		return
	}
	noError(t, err)
	var members map[string]any
	noError(t, json.Unmarshal(out, &members))
	for _, secret := range []string{"k", "d", "p", "q", "dp", "dq", "qi", "oth"} {
		if members[secret] != nil {
			t.Errorf("%v is published with its %s", key, secret)
		}
	}
	back, err := token.ParseJWK(out)
	if err != nil || back.Thumbprint() != key.Thumbprint() || back.ID() != key.ID() || back.CanSign() {
		t.Errorf("%s became %v, %v", out, back, err)
	}
}

// checkKeyError wants a bad key, told without any long part of what was given.
func checkKeyError(t *testing.T, err error, given string) {
	t.Helper()
	if !errors.Is(err, token.ErrKey) {
		t.Errorf("%q: %v is not ErrKey", given, err)
	}
	const long = 40
	for at := 0; at+long <= len(given); at++ {
		if strings.Contains(err.Error(), given[at:at+long]) {
			t.Errorf("%q shows in %v", given[at:at+long], err)
		}
	}
}
