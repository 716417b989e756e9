package adaptertest

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/internal/forge"
	"github.com/authplug/authplug/core/token"
)

var keyClaims = []claim{
	{"a public key is no secret", publicKeysAreNoSecrets},
	{"a key that a token brings along is not used", broughtKeys},
	{"a key id only selects", keyIDsSelect},
	{"a key that is dropped counts no more", droppedKeys},
}

// signedBy serves tokens that one pair signs.
func (h Harness) signedBy(t *testing.T, p keypair) *app {
	t.Helper()
	return h.app(t, func(s *auth.Settings) {
		s.Signing.Algorithm, s.Signing.Key = p.Algorithm, auth.Secret(p.PEM())
	})
}

// hashOf are the hashes of HMAC algorithms.
var hashOf = map[string]crypto.Hash{"HS256": crypto.SHA256, "HS384": crypto.SHA384, "HS512": crypto.SHA512}

// JW-02.
func publicKeysAreNoSecrets(t *testing.T, h Harness) {
	for _, alg := range []token.Algorithm{token.RS256, token.ES256, token.EdDSA} {
		p := pairOf(alg)
		a := h.signedBy(t, p)
		payload, id := a.good(a.user(ann).ID), p.key(t, "").ID()
		a.get("/api/me", a.login(ann).access).want(t, http.StatusOK, "")
		a.get("/api/me", p.Token(`{"alg":"`+string(alg)+`"}`, payload)).want(t, http.StatusOK, "")
		for _, secret := range p.forms(t) {
			for hs, hash := range hashOf {
				for _, kid := range []string{"", `,"kid":"` + id + `"`} {
					forged := forge.HMAC(hash, secret, `{"alg":"`+hs+`"`+kid+`}`, payload)
					a.get("/api/me", forged).want(t, http.StatusUnauthorized, refusedBody(invalidText))
					a.verify(forged).want(t, http.StatusUnauthorized, invalidBody)
				}
			}
		}
		if a.hit("/api/me") != 2 {
			t.Errorf("%s: the handler ran %d times", alg, a.hit("/api/me"))
		}
	}
}

// JW-03: nobody is asked for a key, and none is taken from a header.
func broughtKeys(t *testing.T, h Harness) {
	p := pairOf(token.EdDSA)
	a := h.signedBy(t, p)
	payload := a.good(a.user(ann).ID)
	attacker := keypair{forge.NewPair(token.EdDSA)}
	jwk, err := attacker.key(t, "").JWK()
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	certificate, err := x509.CreateCertificate(
		rand.Reader, template, template, attacker.Private.Public(), attacker.Private)
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = w.Write([]byte(`{"keys":[` + string(jwk) + `]}`))
	}))
	defer listener.Close()
	for _, brought := range []string{
		`"jwk":` + string(jwk), `"jku":"` + listener.URL + `/jwks"`, `"x5u":"` + listener.URL + `/c"`,
		`"x5c":["` + base64.StdEncoding.EncodeToString(certificate) + `"]`,
	} {
		for _, kid := range []string{
			"", `"kid":"` + p.key(t, "").ID() + `",`, `"kid":"` + attacker.key(t, "").ID() + `",`,
			`"kid":"` + listener.URL + `",`,
		} {
			header := `{"alg":"EdDSA",` + kid + brought + `}`
			a.refusals("Bearer "+attacker.Token(header, payload), refusedBody(invalidText))
			a.verify(attacker.Token(header, payload)).want(t, http.StatusUnauthorized, invalidBody)
		}
		header := `{"alg":"EdDSA",` + brought + `}`
		a.get("/api/me", p.Token(header, payload)).want(t, http.StatusOK, "")
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the listener was asked %d times", n)
	}
}

// ringOf are a secret a, a pair b and, unless it was dropped, the public half c.
func ringOf(t *testing.T, dropped bool) func(*auth.Settings) {
	t.Helper()
	secret, err := token.NewSecret("a", token.HS256, []byte(signingKey))
	if err != nil {
		t.Fatal(err)
	}
	keys := []token.Key{secret, pairOf(token.RS256).key(t, "b"), pairOf(token.EdDSA).key(t, "c").Public()}
	if dropped {
		keys = keys[:2]
	}
	return func(s *auth.Settings) {
		s.Signing.Algorithm, s.Signing.Keys, s.Signing.AllowSampleKey = token.HS256, keys, true
	}
}

// JW-15. A foreign kid beside the right HMAC is ignored, as in the protocol.
func keyIDsSelect(t *testing.T, h Harness) {
	a := h.app(t, ringOf(t, false))
	payload := a.good(a.user(ann).ID)
	rs, ed := pairOf(token.RS256), pairOf(token.EdDSA)
	header := func(alg, kid string) string { return `{"alg":"` + alg + `","kid":` + kid + `}` }
	for _, good := range []string{
		mint(header("HS256", `"a"`), payload), mint(header("HS256", `"unknown"`), payload),
		rs.Token(header("RS256", `"b"`), payload), ed.Token(header("EdDSA", `"c"`), payload),
	} {
		a.get("/api/me", good).want(t, http.StatusOK, "")
	}
	var bad []string
	for _, kid := range []string{
		`"../../../../dev/null"`, `"/proc/self/environ"`, `"' OR 1=1--"`, `"a\u0000"`, `"A"`, `""`, `"a"`, `"b"`,
		`"c"`, `null`, `1`, `["a"]`, `{}`, `"` + strings.Repeat("a", 4<<10) + `"`, `"` + strings.Repeat("a", 10<<10) + `"`,
	} {
		bad = append(bad, sign("", header("HS256", kid), payload),
			forge.HMAC(crypto.SHA512, signingKey, header("HS512", kid), payload))
		if kid != `"b"` {
			bad = append(bad, rs.Token(header("RS256", kid), payload))
		}
		if kid != `"c"` {
			bad = append(bad, ed.Token(header("EdDSA", kid), payload))
		}
	}
	for _, kid := range []string{`null`, `1`, `["a"]`, `"b"`, `"c"`} {
		bad = append(bad, mint(header("HS256", kid), payload))
	}
	for _, form := range rs.forms(t) {
		bad = append(bad, sign(form, header("HS256", `"b"`), payload))
	}
	bad = append(bad, rs.Token(header("PS256", `"b"`), payload), rs.Token(header("RS512", `"b"`), payload))
	for _, token := range bad {
		p := a.get("/api/me", token)
		if p.status != http.StatusUnauthorized || p.text != refusedBody(invalidText) {
			t.Errorf("%.80s: %d %s", token, p.status, p.text)
		}
	}
}

// JW-15.
func droppedKeys(t *testing.T, h Harness) {
	a := h.app(t, ringOf(t, true))
	payload := a.good(a.user(ann).ID)
	for _, header := range []string{`{"alg":"EdDSA","kid":"c"}`, `{"alg":"EdDSA"}`} {
		a.refusals("Bearer "+pairOf(token.EdDSA).Token(header, payload), refusedBody(invalidText))
	}
	a.get("/api/me", pairOf(token.RS256).Token(`{"alg":"RS256","kid":"b"}`, payload)).
		want(t, http.StatusOK, "")
}
