package remote

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

var (
	hmacs       = []token.Algorithm{token.HS256, token.HS384, token.HS512}
	asymmetrics = []token.Algorithm{
		token.RS256, token.RS384, token.RS512, token.PS256, token.PS384, token.PS512,
		token.ES256, token.ES384, token.ES512, token.EdDSA,
	}
)

// staticVerifier is one with the keys of its settings.
func staticVerifier(t *testing.T, s auth.Settings) *verifier {
	t.Helper()
	v, err := newVerifier(s, noJWKS(t), atT0)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func verify(t *testing.T, v *verifier, raw string) (cl token.Claims, err error) {
	cl.User = "nobody"
	err = v.verify(t.Context(), raw, &cl)
	return cl, err
}

func TestEveryAlgorithmIsVerifiedByKeysOfTheSettings(t *testing.T) {
	type way struct {
		alg     token.Algorithm
		name    string
		signing auth.Signing
		key     any
	}
	var ways []way
	for _, alg := range hmacs {
		ring := []token.Key{newSecret(t, "new", alg, strings.ToUpper(secret)), newSecret(t, "old", alg, secret)}
		ways = append(ways, way{alg, "secret", auth.Signing{Algorithm: alg, Key: secret}, secret},
			way{alg, "ring", auth.Signing{Keys: ring}, secret})
	}
	for _, alg := range asymmetrics {
		p := pairFor(alg)
		ways = append(ways,
			way{alg, "private key", auth.Signing{Algorithm: alg, Key: p.signing}, p.private},
			way{alg, "public key", auth.Signing{Algorithm: alg, VerifyingKey: p.public}, p.private},
			way{alg, "public key in Key", auth.Signing{Algorithm: alg, Key: p.public}, p.private},
			way{alg, "both", auth.Signing{Algorithm: alg, Key: p.signing, VerifyingKey: p.public}, p.private},
			way{alg, "ring", auth.Signing{Keys: []token.Key{published(t, "a", alg, p)}}, p.private},
		)
	}
	for _, w := range ways {
		v := staticVerifier(t, auth.Settings{Signing: w.signing})
		if cl, err := verify(t, v, mint(t, w.alg, w.key, "", nil)); err != nil || cl.User != "2" {
			t.Errorf("%s by %s: user %q, %v", w.alg, w.name, cl.User, err)
		}
		raw := mint(t, w.alg, w.key, "", jwt.MapClaims{"exp": t0.Unix()})
		if cl, err := verify(t, v, raw); !errors.Is(err, token.ErrExpired) || cl.User != "" {
			t.Errorf("%s by %s: an expired token: user %q, %v", w.alg, w.name, cl.User, err)
		}
		forged := raw[:len(raw)-8] + strings.Repeat("A", 8)
		if _, err := verify(t, v, forged); !errors.Is(err, token.ErrInvalid) {
			t.Errorf("%s by %s: a forged token: %v", w.alg, w.name, err)
		}
	}
}

func newSecret(t *testing.T, kid string, alg token.Algorithm, text string) token.Key {
	t.Helper()
	k, err := token.NewSecret(kid, alg, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestTheClaimsOfTheAuthServiceAreRead(t *testing.T) {
	p := pairs()["ES256"]
	settings := auth.Settings{
		Signing: auth.Signing{
			Algorithm: token.ES256, VerifyingKey: p.public, Issuer: "us", Audience: []string{"here"}, Leeway: time.Minute,
		},
		Claims: auth.ClaimSettings{UserIDField: "email", UserID: "uid", Kind: "kind", ID: "id"},
	}
	v := staticVerifier(t, settings)
	good := jwt.MapClaims{
		"uid": "a@example.com", "kind": "access", "id": "7", "iss": "us", "aud": "here", "exp": t0.Unix() - 59,
	}
	raw := mint(t, token.ES256, p.private, "", good)
	if cl, err := verify(t, v, raw); err != nil || cl.User != "a@example.com" || cl.ID != "7" || cl.Kind != token.Access {
		t.Errorf("%+v, %v", cl, err)
	}
	for name, value := range map[string]any{
		"uid": nil, "kind": nil, "id": 1, "iss": "them", "aud": "there", "exp": t0.Unix() - 60,
	} {
		bad := claims(good)
		bad[name] = value
		if _, err := verify(t, v, mint(t, token.ES256, p.private, "", bad)); err == nil {
			t.Errorf("a token with %s %v is accepted", name, value)
		}
	}
}

// TestNoKeyServesAnotherAlgorithm tries what confuses programs that let a token choose.
func TestNoKeyServesAnotherAlgorithm(t *testing.T) {
	p, former := pairs()["RS"], pairs()["RS former"]
	byKey := staticVerifier(t, auth.Settings{Signing: auth.Signing{Algorithm: token.RS256, VerifyingKey: p.public}})
	bySecret := staticVerifier(t, auth.Settings{Signing: auth.Signing{Key: secret}})
	public := string(p.public)
	none := func(alg string) string {
		head := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"` + alg + `"}`))
		_, rest, _ := strings.Cut(mint(t, token.HS256, secret, "", nil), ".")
		return head + "." + rest
	}
	for name, try := range map[string]struct {
		v   *verifier
		raw string
	}{
		"HS256 with the public key":         {byKey, mint(t, token.HS256, public, "", nil)},
		"HS256 with the public key, by id":  {byKey, mint(t, token.HS256, public, byKey.given.Load().Keys()[0].ID(), nil)},
		"HS256 with it, without a line end": {byKey, mint(t, token.HS256, strings.TrimSpace(public), "", nil)},
		"PS256 with the right pair":         {byKey, mint(t, token.PS256, p.private, "", nil)},
		"RS256 with another pair":           {byKey, mint(t, token.RS256, former.private, "", nil)},
		"RS256 where a secret is":           {bySecret, mint(t, token.RS256, p.private, "", nil)},
		"HS512 with the secret of HS256":    {bySecret, mint(t, token.HS512, secret, "", nil)},
		"none":                              {bySecret, none("none")},
		"None":                              {byKey, none("None")},
		"no algorithm":                      {byKey, none("")},
		"no token":                          {byKey, "garbage"},
		"nothing":                           {bySecret, ""},
	} {
		if _, err := verify(t, try.v, try.raw); !errors.Is(err, token.ErrInvalid) {
			t.Errorf("%s: %v, want an invalid token", name, err)
		}
	}
}

func TestKeysThatCannotVerifyAreProblems(t *testing.T) {
	p, former := pairs()["RS"], pairs()["RS former"]
	for name, c := range map[string]struct {
		signing     auth.Signing
		field, text string
	}{
		"no secret":       {auth.Signing{}, "Signing.Key", "set the secret that the auth-service signs with"},
		"short secret":    {auth.Signing{Key: "short"}, "Signing.Key", "at least 32 bytes"},
		"sample secret":   {auth.Signing{Key: "d577273ff885c3f84dadb8578bb40000"}, "Signing.Key", "printed in documentation"},
		"unknown":         {auth.Signing{Algorithm: "RS128"}, "Signing.Algorithm", "not known"},
		"none":            {auth.Signing{Algorithm: "none"}, "Signing.Algorithm", "not known"},
		"public key":      {auth.Signing{Key: p.public}, "Signing.Key", "another kind of key"},
		"no PEM":          {auth.Signing{Algorithm: "RS256", VerifyingKey: "key"}, "Signing.VerifyingKey", "no PEM block"},
		"private, no PEM": {auth.Signing{Algorithm: "RS256", Key: "key"}, "Signing.Key", "in PEM"},
		"another curve":   {auth.Signing{Algorithm: "ES384", VerifyingKey: pairs()["ES256"].public}, "Signing.VerifyingKey", "curve"},
		"two pairs": {
			auth.Signing{Algorithm: "RS256", Key: p.signing, VerifyingKey: former.public},
			"Signing.VerifyingKey", "does not belong to Key",
		},
		"ring and key": {auth.Signing{Key: secret, Keys: []token.Key{newSecret(t, "", "HS256", secret)}}, "Signing.Keys", "replaces Key"},
		"empty key":    {auth.Signing{Keys: []token.Key{{}}}, "Signing.Keys", "is empty"},
	} {
		v, err := newVerifier(auth.Settings{Signing: c.signing}, noJWKS(t), atT0)
		var problem *auth.Problem
		if !errors.As(err, &problem) || v != nil {
			t.Errorf("%s: %v, want a problem", name, err)
			continue
		}
		if problem.FieldPath() != c.field || !strings.Contains(problem.Problem(), c.text) {
			t.Errorf("%s: %v, want one of %s with %q", name, err, c.field, c.text)
		}
	}
	sample := auth.Signing{Key: "d577273ff885c3f84dadb8578bb40000", AllowSampleKey: true}
	staticVerifier(t, auth.Settings{Signing: sample})
}

func TestExpiryIsReadWhereItCanBe(t *testing.T) {
	payload := func(text string) string { return "e30." + base64.RawURLEncoding.EncodeToString([]byte(text)) + ".c2ln" }
	for raw, want := range map[string]int64{
		payload(`{"exp":1767225600}`):                                         1767225600,
		payload(`{"exp":1767225600.9,"x":[]}`):                                1767225600,
		payload(`{"exp":17672256e2}`):                                         1767225600,
		payload(`{"exp":0}`):                                                  0,
		payload(`{"exp":9007199254740992}`):                                   1 << 53,
		"e30." + base64.URLEncoding.EncodeToString([]byte(`{"exp":5}`)) + ".": 5,
		payload(`{"exp":9007199254740993}`):                                   1 << 53, // the nearest float64
		payload(`{"exp":9007199254740994}`):                                   -1,
		payload(`{"exp":-1}`):                                                 -1,
		payload(`{"exp":1e400}`):                                              -1,
		payload(`{"exp":"1767225600"}`):                                       -1,
		payload(`{"exp":null}`):                                               -1,
		payload(`{"exp":true}`):                                               -1,
		payload(`{"Exp":1767225600}`):                                         -1,
		payload(`{}`):                                                         -1,
		payload(`[{"exp":1}]`):                                                -1,
		payload(`{"exp":1`):                                                   -1,
		payload(``):                                                           -1,
		payload(strings.Repeat("[", 5000)):                                    -1,
		payload(`{"exp":1,"x":"` + strings.Repeat("x", 8000) + `"}`):          -1, // longer than a token
		"e30.!.c2ln":                                                          -1,
		"a.b":                                                                 -1,
		"a.e30.c.d":                                                           -1,
		"opaque":                                                              -1,
		"":                                                                    -1,
		"..":                                                                  -1,
		"\x00.\xff.\x80":                                                      -1,
	} {
		got, ok := expiry(raw)
		if ok != (want >= 0) || ok && got.Unix() != want {
			t.Errorf("%.80q: %v, %v, want %d", raw, got, ok, want)
		}
	}
}
