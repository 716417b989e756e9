package token_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/token"
)

// JW-01.
func TestAlgorithmNoneAndItsSpellings(t *testing.T) {
	c := hsCodec(t, token.Config{})
	random := make([]byte, 32)
	_, _ = rand.Read(random)
	for _, alg := range []string{
		`"none"`, `"None"`, `"NONE"`, `"nOnE"`, `""`, `" HS256"`, `"hs256"`, `"HS256 "`, `null`, `1`, `["HS256"]`, ``,
		`"none\u0000"`, `"HS256\u0000"`, `{}`, `true`, `"HS384"`, `"HS512"`, `"RS256"`,
	} {
		header := `{"typ":"JWT","alg":` + alg + `}`
		if alg == "" {
			header = `{"typ":"JWT"}`
		}
		raw := mint(t, header, goodPayload, "HS256", k1[:])
		signed := raw[:strings.LastIndexByte(raw, '.')+1]
		for name, raw := range map[string]string{
			"no signature": signed, "good HMAC": raw, "random": signed + base64.RawURLEncoding.EncodeToString(random),
		} {
			t.Run(alg+" "+name, func(t *testing.T) { checkVerify(t, c, raw, token.ErrInvalid) })
		}
	}
}

// JW-01, JW-06, JW-15 and TC-06: what a header may hold, and that a foreign typ or kid is ignored.
func TestHeaderRules(t *testing.T) {
	c := hsCodec(t, token.Config{})
	for header, want := range map[string]error{
		`{"alg":"HS256"}`:                                             nil,
		` { "typ" : "JWT" , "alg" : "HS256" } `:                       nil,
		`{"typ":"at+jwt","alg":"\u0048S256","cty":1,"x":{"a":[1]}}`:   nil,
		`{"alg":"HS256","kid":"unknown"}`:                             nil,
		`{"alg":"HS256","kid":""}`:                                    nil,
		`{"alg":"HS256","typ":null}`:                                  nil,
		`{"alg":"HS256","b64":true}`:                                  nil,
		`{"alg":"HS256","kid":null}`:                                  token.ErrInvalid,
		`{"alg":"HS256","kid":1}`:                                     token.ErrInvalid,
		`{"alg":"HS256","kid":["a"]}`:                                 token.ErrInvalid,
		`{"alg":"HS256","crit":["exp"]}`:                              token.ErrInvalid,
		`{"alg":"HS256","crit":[]}`:                                   token.ErrInvalid,
		`{"alg":"HS256","b64":false,"crit":["b64"]}`:                  token.ErrInvalid,
		`{"alg":"HS256","alg":"HS256"}`:                               token.ErrInvalid,
		`{"alg":"none","alg":"HS256"}`:                                token.ErrInvalid,
		`{"alg":"HS256","ALG":"none"}`:                                token.ErrInvalid,
		`{"alg":"HS256","\u0061lg":"none"}`:                           token.ErrInvalid,
		`{"Alg":"HS256"}`:                                             token.ErrInvalid,
		`{"alg":"HS256","typ":"JWT","typ":"JWT"}`:                     token.ErrInvalid,
		`{"alg":"HS256","x":{"a":1,"a":1}}`:                           token.ErrInvalid,
		`{"alg":"HS256","x":1e400}`:                                   token.ErrInvalid,
		`{"alg":"HS256"} x`:                                           token.ErrInvalid,
		`{"alg":"HS256"}{}`:                                           token.ErrInvalid,
		`["HS256"]`:                                                   token.ErrInvalid,
		`"HS256"`:                                                     token.ErrInvalid,
		`null`:                                                        token.ErrInvalid,
		`{}`:                                                          token.ErrInvalid,
		"\ufeff" + `{"alg":"HS256"}`:                                  token.ErrInvalid,
		"{\"alg\":\"HS256\",\"x\":\"\xff\"}":                          token.ErrInvalid,
		`{"alg":"HS256","x":` + strings.Repeat("[", 2000):             token.ErrInvalid,
		`{"alg":"HS256","kid":"` + strings.Repeat("a", 10_000) + `"}`: token.ErrInvalid,
	} {
		t.Run(header[:min(len(header), 60)], func(t *testing.T) {
			checkVerify(t, c, mint(t, header, goodPayload, "HS256", k1[:]), want)
		})
	}
}

// publicForms is everything that a careless service might use as an HMAC secret when it holds a
// public key.
func publicForms(t *testing.T, p pair, key token.Key) map[string][]byte {
	t.Helper()
	jwk, err := key.JWK()
	noError(t, err)
	forms := map[string][]byte{
		"PEM": p.public, "PEM without end": bytes.TrimSpace(p.public), "DER": p.der, "JWK": jwk,
		"PEM with CRLF": bytes.ReplaceAll(p.public, []byte("\n"), []byte("\r\n")),
		"base64":        []byte(base64.StdEncoding.EncodeToString(p.der)),
		"base64url":     []byte(base64.RawURLEncoding.EncodeToString(p.der)),
		"base64 of PEM": []byte(base64.StdEncoding.EncodeToString(p.public)),
		"hex":           []byte(hex.EncodeToString(p.der)),
		"HEX":           []byte(strings.ToUpper(hex.EncodeToString(p.der))),
		"base64 lines":  []byte(strings.Join(strings.SplitAfter(base64.StdEncoding.EncodeToString(p.der), "A"), "\n")),
		"PEM, indented": bytes.ReplaceAll(p.public, []byte("\n"), []byte("\n  ")),
		"JWK set":       []byte(`{"keys":[` + string(jwk) + `]}`),
		"quoted PEM":    []byte(strings.ReplaceAll(fmt.Sprintf("%q", p.public), "/", `\/`)),
		"raw end":       p.der[len(p.der)-32:],
		"thumbprint":    []byte(key.Thumbprint()), "empty": {},
	}
	if public, ok := p.private.Public().(*rsa.PublicKey); ok {
		der := x509.MarshalPKCS1PublicKey(public)
		forms["PKCS #1 DER"] = der
		forms["PKCS #1 PEM"] = pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: der})
	}
	return forms
}

// JW-02.
func TestPublicKeyIsNoHMACSecret(t *testing.T) {
	for _, alg := range []token.Algorithm{token.RS256, token.PS256, token.ES256, token.EdDSA} {
		key, private, _ := keysFor(t, alg, "a")
		c := newCodec(t, token.Config{Sign: key, Verify: []token.Key{secretKey(t, "h", token.HS256, k1[:])}})
		checkVerify(t, c, mint(t, fmt.Sprintf(`{"alg":%q,"kid":"a"}`, alg), goodPayload, string(alg), private), nil)
		for form, secret := range publicForms(t, pairs()[pairFor[alg]], key) {
			t.Run(string(alg)+" "+form, func(t *testing.T) { checkNoHMAC(t, c, secret) })
		}
	}
}

func checkNoHMAC(t *testing.T, c *token.Codec, secret []byte) {
	t.Helper()
	for _, hs := range []string{"HS256", "HS384", "HS512"} {
		for _, kid := range []string{``, `,"kid":"a"`, `,"kid":"h"`} {
			checkVerify(t, c, mint(t, `{"alg":"`+hs+`"`+kid+`}`, goodPayload, hs, secret), token.ErrInvalid)
		}
	}
}

// C-05: what a mixed up setting could make a secret of.
func TestPublicKeyIsNotTakenAsSecret(t *testing.T) {
	for _, alg := range []token.Algorithm{token.RS256, token.ES256, token.EdDSA} {
		key, _, _ := keysFor(t, alg, "a")
		for form, secret := range publicForms(t, pairs()[pairFor[alg]], key) {
			if form == "raw end" || form == "thumbprint" {
				continue // These look like any other secret.
			}
			if k, err := token.NewSecret("", token.HS256, secret); !errors.Is(err, token.ErrKey) {
				t.Errorf("NewSecret took the %s of a key for %s: %v", form, alg, k)
			}
		}
	}
}

// JW-03.
func TestKeysInTheTokenAreIgnored(t *testing.T) {
	trusted, _, _ := keysFor(t, token.RS256, "a")
	attacker, err := token.ParsePEM("a", token.RS256, pairs()["rsa2"].pem)
	noError(t, err)
	jwk, err := attacker.JWK()
	noError(t, err)
	c := newCodec(t, token.Config{Sign: trusted})
	for _, extra := range []string{
		`"jwk":` + string(jwk), `"jku":"http://127.0.0.1:1/L"`, `"x5u":"http://127.0.0.1:1/c"`, `"x5c":["MIIB"]`, `"x":1`,
	} {
		for _, kid := range []string{"", `,"kid":"a"`, `,"kid":"b"`} {
			header := `{"alg":"RS256"` + kid + `,` + extra + `}`
			t.Run(header[:min(len(header), 40)], func(t *testing.T) {
				checkVerify(t, c, mint(t, header, goodPayload, "RS256", pairs()["rsa2"].private), token.ErrInvalid)
				want := error(nil)
				if kid == `,"kid":"b"` {
					want = token.ErrInvalid
				}
				checkVerify(t, c, mint(t, header, goodPayload, "RS256", pairs()["rsa"].private), want)
			})
		}
	}
}

// JW-15.
func TestKeyIDOnlySelects(t *testing.T) {
	rs, _, _ := keysFor(t, token.RS256, "b")
	ed, _, _ := keysFor(t, token.EdDSA, "c")
	hs := secretKey(t, "a", token.HS256, k1[:])
	old := secretKey(t, "old", token.HS256, k2[:])
	with := newCodec(t, token.Config{Sign: hs, Verify: []token.Key{rs, ed.Public(), old}})
	without := newCodec(t, token.Config{Sign: hs, Verify: []token.Key{rs}})
	edPrivate, rsPrivate := pairs()["ed25519"].private, pairs()["rsa"].private

	for _, kid := range []string{
		`"../../../../dev/null"`, `"/proc/self/environ"`, `"' OR 1=1--"`, `"a\u0000"`, `"A"`, `""`, `"` + strings.Repeat("a", 4000) + `"`,
	} {
		header := `,"kid":` + kid + `}`
		checkVerify(t, with, mint(t, `{"alg":"HS256"`+header, goodPayload, "HS256", []byte{}), token.ErrInvalid)
		// The protocol ignores an unknown kid next to an HMAC.
		checkVerify(t, with, mint(t, `{"alg":"HS256"`+header, goodPayload, "HS256", k1[:]), nil)
		checkVerify(t, with, mint(t, `{"alg":"HS256"`+header, goodPayload, "HS256", k2[:]), nil)
		checkVerify(t, with, mint(t, `{"alg":"RS256"`+header, goodPayload, "RS256", rsPrivate), token.ErrInvalid)
		checkVerify(t, with, mint(t, `{"alg":"EdDSA"`+header, goodPayload, "EdDSA", edPrivate), token.ErrInvalid)
	}
	for _, test := range []struct {
		name, header, alg string
		key               any
		codec             *token.Codec
		want              error
	}{
		{"own", `{"alg":"HS256","kid":"a"}`, "HS256", k1[:], with, nil},
		{"own without kid", headHS256, "HS256", k1[:], with, nil},
		{"old", `{"alg":"HS256","kid":"old"}`, "HS256", k2[:], with, nil},
		{"old without kid", headHS256, "HS256", k2[:], with, nil},
		{"old by the other's kid", `{"alg":"HS256","kid":"a"}`, "HS256", k2[:], with, token.ErrInvalid},
		{"old, dropped", headHS256, "HS256", k2[:], without, token.ErrInvalid},
		{"kid with another size", `{"alg":"HS512","kid":"a"}`, "HS512", k1[:], with, token.ErrInvalid},
		{"HMAC with the public key", `{"alg":"HS256","kid":"b"}`, "HS256", pairs()["rsa"].public, with, token.ErrInvalid},
		{"HMAC with an asymmetric kid", `{"alg":"HS256","kid":"b"}`, "HS256", k1[:], with, token.ErrInvalid},
		{"RSA", `{"alg":"RS256","kid":"b"}`, "RS256", rsPrivate, with, nil},
		{"RSA without kid", `{"alg":"RS256"}`, "RS256", rsPrivate, with, nil},
		{"RSA with an HMAC's kid", `{"alg":"RS256","kid":"a"}`, "RS256", rsPrivate, with, token.ErrInvalid},
		{"RSA with another padding", `{"alg":"PS256","kid":"b"}`, "PS256", rsPrivate, with, token.ErrInvalid},
		{"RSA with another hash", `{"alg":"RS512","kid":"b"}`, "RS512", rsPrivate, with, token.ErrInvalid},
		{"RSA under another name", `{"alg":"PS256","kid":"b"}`, "RS256", rsPrivate, with, token.ErrInvalid},
		{"verify-only key", `{"alg":"EdDSA","kid":"c"}`, "EdDSA", edPrivate, with, nil},
		{"by the name of RFC 9864", `{"alg":"Ed25519","kid":"c"}`, "EdDSA", edPrivate, with, nil},
		{"removed key", `{"alg":"EdDSA","kid":"c"}`, "EdDSA", edPrivate, without, token.ErrInvalid},
		{"removed key without kid", `{"alg":"EdDSA"}`, "EdDSA", edPrivate, without, token.ErrInvalid},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkVerify(t, test.codec, mint(t, test.header, goodPayload, test.alg, test.key), test.want)
		})
	}
}

// JW-15: an id that is empty names none of the keys that have none.
func TestAnEmptyKeyIDNamesNoKey(t *testing.T) {
	c := hsCodec(t, token.Config{Verify: []token.Key{secretKey(t, "", token.HS256, k2[:])}})
	for _, secret := range [][]byte{k1[:], k2[:]} {
		checkVerify(t, c, mint(t, `{"alg":"HS256","kid":""}`, goodPayload, "HS256", secret), nil)
	}
}
