package adaptertest

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/internal/forge"
	"github.com/authplug/authplug/core/token"
)

var rotationClaims = []claim{
	{"new keys log nobody out", keysRotate},
	{"a secret gives way to a pair and nobody is logged out", keysMigrate},
	{"what a retired key has signed is no good any more", keysRetire},
	{"public keys are published, and nothing else", keysPublished},
	{"keys that are no good change nothing", keysRefused},
	{"keys change while tokens are verified", keysUnderLoad},
}

const jwksPath = "/.well-known/jwks.json"

// fresh makes a key.
func fresh(t *testing.T, alg token.Algorithm) token.Key {
	t.Helper()
	key, err := token.GenerateKey(alg)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// withRing serves with a ring of keys.
func (h Harness) withRing(t *testing.T, keys ...token.Key) *app {
	t.Helper()
	a := h.app(t, func(s *auth.Settings) { s.Signing.Keys = keys })
	a.user(ann)
	return a
}

// replace gives the service other keys.
func (a *app) replace(keys ...token.Key) {
	a.t.Helper()
	if err := a.service.ReplaceKeys(keys...); err != nil {
		a.t.Fatalf("ReplaceKeys() = %v", err)
	}
}

func keysRotate(t *testing.T, h Harness) {
	active, next := fresh(t, token.EdDSA), fresh(t, token.ES256)
	a := h.withRing(t, active)
	tokens := a.login(ann)
	a.replace(active, next) // next is published and does not sign yet
	a.wantPublished(active, next)
	a.alive(a.login(ann), true)
	a.replace(next, active) // active retires
	if header := decoded(t, a.login(ann).access); header["kid"] != next.ID() || header["alg"] != "ES256" {
		t.Errorf("header %v, want that of %v", header, next)
	}
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	tokens = a.refreshed(tokens.refresh)
	a.replace(next)
	a.wantPublished(next)
	a.alive(tokens, true)
}

// decoded returns the header of a token.
func decoded(t *testing.T, raw string) (header map[string]any) {
	t.Helper()
	text, _, err := forge.Texts(raw)
	if err == nil {
		err = json.Unmarshal([]byte(text), &header)
	}
	if err != nil {
		t.Fatal(err)
	}
	return header
}

func keysMigrate(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	old, foreign := a.login(ann), a.foreign("refresh", u.ID, nil)
	a.get(jwksPath, "").want(t, http.StatusNotFound, noPathBody)
	secret, err := token.NewSecret("old", token.HS256, []byte(signingKey))
	if err != nil {
		t.Fatal(err)
	}
	pair := fresh(t, token.EdDSA)
	a.replace(pair, secret)
	a.wantPublished(pair)
	a.get("/api/me", old.access).want(t, http.StatusOK, "")
	a.verify(old.refresh).want(t, http.StatusOK, "{}")
	renewed := a.refreshed(old.refresh)
	a.refresh(foreign).want(t, http.StatusOK, "")
	if header := decoded(t, renewed.refresh); header["alg"] != "EdDSA" {
		t.Errorf("header %v, want the new algorithm", header)
	}
	a.pass(24 * time.Hour) // the last tokens of the secret have run out
	renewed = a.login(ann)
	a.replace(pair)
	a.alive(renewed, true)
}

func keysRetire(t *testing.T, h Harness) {
	active, next := fresh(t, token.EdDSA), fresh(t, token.EdDSA)
	a := h.withRing(t, active)
	tokens := a.login(ann)
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "") // it is remembered now
	a.replace(next)
	a.get("/api/me", tokens.access).want(t, http.StatusUnauthorized, refusedBody(invalidText))
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, invalidBody)
	a.replace(next, active) // its session has not ended by that
	a.alive(tokens, true)
}

// wantPublished wants these keys in the published set, in their order, and nothing secret in it.
func (a *app) wantPublished(keys ...token.Key) {
	a.t.Helper()
	p := a.get(jwksPath, "")
	p.want(a.t, http.StatusOK, "")
	got, err := token.ParseJWKSet([]byte(p.text))
	same := func(one, other token.Key) bool {
		return one.ID() == other.ID() && one.Thumbprint() == other.Thumbprint() && !one.CanSign()
	}
	if err != nil || !slices.EqualFunc(got, keys, same) {
		a.t.Errorf("published %s (%v), want the public halves of %v", p.text, err, keys)
	}
	if p.header.Get("Cache-Control") != "public, max-age=300" || p.header.Get("Content-Type") != "application/json" {
		a.t.Errorf("headers %v", p.header)
	}
}

// JW-16.
func keysPublished(t *testing.T, h Harness) {
	pair, rsa, secret := fresh(t, token.ES512), fresh(t, token.RS256), fresh(t, token.HS256)
	a := h.withRing(t, secret, pair, rsa)
	a.wantPublished(pair, rsa)
	p := a.get(jwksPath, "")
	var set struct {
		Keys []map[string]any `json:"keys"`
	}
	if err := json.Unmarshal([]byte(p.text), &set); err != nil {
		t.Fatal(err)
	}
	for _, key := range set.Keys {
		for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "k"} {
			if _, ok := key[name]; ok {
				t.Errorf("%s of %v is published", name, key["kid"])
			}
		}
		if key["use"] != "sig" || key["alg"] == nil || key["kid"] == nil {
			t.Errorf("published %v", key)
		}
	}
	a.send(http.MethodGet, jwksPath+"/", nil).want(t, http.StatusOK, p.text)
	a.send(http.MethodPost, jwksPath, nil).want(t, http.StatusMethodNotAllowed, "")
	a.serve(nil, auth.Except("jwks"))
	if p := a.get(jwksPath, ""); p.status != http.StatusNotFound {
		t.Errorf("%d without the endpoint", p.status)
	}
}

func keysRefused(t *testing.T, h Harness) {
	active, next := fresh(t, token.EdDSA), fresh(t, token.EdDSA)
	a := h.withRing(t, active)
	tokens := a.login(ann)
	sample, err := token.NewSecret("", token.HS256, []byte(signingKey))
	if err != nil {
		t.Fatal(err)
	}
	nameless, err := token.NewSecret("", token.HS256, []byte("another text that has thirty-two bytes or more"))
	if err != nil {
		t.Fatal(err)
	}
	for name, keys := range map[string][]token.Key{
		"none": nil, "an empty one": {active, {}}, "a public one signs": {active.Public()}, "twice": {active, next, next},
		"a secret without a name": {active, nameless}, "in documentation": {sample},
	} {
		err := a.service.ReplaceKeys(keys...)
		var problem *auth.Problem
		if !errors.As(err, &problem) || !strings.HasPrefix(problem.Error(), "auth: Settings.Signing.Keys: ") {
			t.Errorf("%s: ReplaceKeys() = %v, want a problem of Signing.Keys", name, err)
		}
	}
	a.wantPublished(active)
	a.alive(tokens, true)
	if keys := a.service.Settings().Signing.Keys; len(keys) != 0 {
		t.Errorf("Settings() shows %v", keys)
	}
}

func keysUnderLoad(t *testing.T, h Harness) {
	one, other := fresh(t, token.EdDSA), fresh(t, token.EdDSA)
	a := h.withRing(t, one, other)
	tokens := a.login(ann)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 25 {
				a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
			}
		})
	}
	for range 25 {
		a.replace(other, one)
		a.replace(one, other)
	}
	all.Wait()
}
