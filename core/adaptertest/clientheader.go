package adaptertest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

var clientHeaderClaims = []claim{
	{"a header that names no token is nobody, and nobody is asked", clientHeadersOfNobody},
	{"a header of another shape is malformed in the protocol's words", clientMalformedHeaders},
	{"the scheme may be in any letter case with any blanks", clientHeadersOfSomebody},
	{"a token that cannot be one is refused without asking", clientOddTokens},
}

// How a client-service calls a header of another shape.
const (
	noTokenBody   = `{"detail":"Invalid basic header. No credentials provided."}`
	twoTokensBody = `{"detail":"Invalid basic header. Credentials string should not contain spaces."}`
	opaqueBody    = `{"detail":"` + invalidText + `"}`
)

// guardedPaths are the routes that somebody has to be logged in for.
var guardedPaths = []string{"/api/me", "/api/editor", "/api/posts", "/api/staff"}

// withHeader gets a path with a header.
func (a *app) withHeader(path, header string) reply {
	a.t.Helper()
	return a.send(http.MethodGet, path, nil, "Authorization", header)
}

// clientRefuses asks every route and wants the same refusal of each, no handler run, and nobody
// asked.
func (a *app) clientRefuses(u *upstream, header, body string) {
	a.t.Helper()
	for _, path := range append([]string{"/api/maybe"}, guardedPaths...) {
		asked, hits := u.count(), a.hit(path)
		if p := a.withHeader(path, header); p.status != http.StatusUnauthorized || p.text != body {
			a.t.Errorf("%.60q on %s: %d %s\nwant 401 %s", header, path, p.status, p.text, body)
		}
		if u.count() != asked || a.hit(path) != hits {
			a.t.Errorf("%.60q on %s: the auth-service was asked, or the handler ran", header, path)
		}
	}
}

func clientHeadersOfNobody(t *testing.T, h Harness) {
	u := newUpstream(t)
	u.knows("t", profileOf(7, ann, nil))
	a := h.client(t, u.url)
	for _, header := range []string{
		"", " ", "Basic", "Basic YTpi", "Token t", "t", "Bearert", "Bearer,t", "Digest a b c d", `"Bearer" t`,
	} {
		a.withHeader("/api/maybe", header).want(t, http.StatusOK, `{"id":null}`)
		for _, path := range guardedPaths {
			a.withHeader(path, header).want(t, http.StatusUnauthorized, nobodyBody)
		}
	}
	a.get("/api/me", "").want(t, http.StatusUnauthorized, nobodyBody)
	if n := u.count(); n != 0 {
		t.Errorf("the auth-service was asked %d times", n)
	}
}

func clientMalformedHeaders(t *testing.T, h Harness) {
	u := newUpstream(t)
	u.knows("t", profileOf(7, ann, nil))
	a := h.client(t, u.url)
	for _, header := range []string{"Bearer", "Bearer ", "bearer\t", "  BEARER  "} {
		a.clientRefuses(u, header, noTokenBody)
	}
	for _, header := range []string{"Bearer a b", "Bearer t t", "bearer  t  t", "Bearer t\tt", "Bearer a b c"} {
		a.clientRefuses(u, header, twoTokensBody)
	}
	r := httptest.NewRequest(http.MethodGet, "/api/me", nil)
	r.Header["Authorization"] = []string{"Bearer t", "Bearer t"}
	a.do(r).want(t, http.StatusUnauthorized, "")
}

func clientHeadersOfSomebody(t *testing.T, h Harness) {
	u := newUpstream(t)
	u.knows("t", profileOf(7, ann, nil))
	a := h.client(t, u.url)
	for _, header := range []string{
		"Bearer t", "bearer t", "BEARER t", "bEaReR t", "Bearer  t", "Bearer \t t", "Bearer\tt", "  Bearer t", "Bearer t  ",
	} {
		if p := a.withHeader("/api/me", header); p.field("email") != ann {
			t.Errorf("%q: %d %s", header, p.status, p.text)
		}
	}
}

func clientOddTokens(t *testing.T, h Harness) {
	u := newUpstream(t)
	a := h.client(t, u.url)
	for _, token := range []string{"é", "a\u00a0b", "a\x7fb", strings.Repeat("x", 13000)} {
		a.clientRefuses(u, "Bearer "+token, opaqueBody)
	}
	longest := strings.Repeat("x", 12<<10)
	u.knows(longest, profileOf(7, ann, nil))
	a.get("/api/me", longest).want(t, http.StatusOK, "")
	u.knows(`{"not":"a,JWT"}`, profileOf(7, ann, nil))
	a.get("/api/me", `{"not":"a,JWT"}`).want(t, http.StatusOK, "")
}
