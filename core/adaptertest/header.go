package adaptertest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var headerClaims = []claim{
	{"a header that names no token is nobody", headersOfNobody},
	{"a header of another shape is malformed", malformedHeaders},
	{"the scheme may be in any letter case with any blanks", headersOfSomebody},
	{"two headers are one too many", twoHeaders},
	{"a token in the URL, a cookie or a body is none", tokensElsewhere},
	{"the header may have another name", otherHeaderName},
	{"the scheme may have other names", otherSchemes},
}

// refusals asks every guarded route and wants the same refusal of each, and no handler run.
func (a *app) refusals(header, body string) {
	a.t.Helper()
	for _, path := range []string{
		"/api/maybe", "/api/me", "/api/editor", "/api/posts", "/api/staff", a.path("/user/"),
	} {
		before := a.hit(path)
		p := a.send(http.MethodGet, path, nil, "Authorization", header)
		if p.status != http.StatusUnauthorized || p.text != body {
			a.t.Errorf("%.60q on %s: %d %s\nwant 401 %s", header, path, p.status, p.text, body)
		}
		if a.hit(path) != before {
			a.t.Errorf("%.60q on %s: the handler ran", header, path)
		}
	}
}

func headersOfNobody(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	access := a.login(ann).access
	for _, header := range []string{
		"", " ", "Basic YTpi", "Basic", "Token " + access, access, "Bearer" + access, "Bearer," + access,
		"Bearer\u00a0" + access,
		"Digest a b c d", "Bearer:" + " " + access, `"Bearer" ` + access, "BearerToken " + access,
	} {
		a.get("/api/maybe", "").want(t, http.StatusOK, `{"id":null}`)
		p := a.send(http.MethodGet, "/api/maybe", nil, "Authorization", header)
		if p.status != http.StatusOK || p.body["id"] != nil {
			t.Errorf("%.20q: %d %s", header, p.status, p.text)
		}
		for _, path := range []string{"/api/me", "/api/editor", "/api/posts", "/api/staff", "/auth/user/"} {
			a.send(http.MethodGet, path, nil, "Authorization", header).
				want(t, http.StatusUnauthorized, nobodyBody)
		}
	}
	a.get("/api/me", "").want(t, http.StatusUnauthorized, nobodyBody)
	if a.hit("/api/me") != 0 {
		t.Error("the handler ran")
	}
}

func malformedHeaders(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	access := a.login(ann).access
	for _, header := range []string{
		"Bearer", "Bearer ", "bearer\t", "Bearer a b", "Bearer " + access + " x", "Bearer x " + access,
		"Bearer a\tb", "  BEARER  ",
	} {
		a.refusals(header, badHeaderBody)
	}
}

func headersOfSomebody(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	access := a.login(ann).access
	for _, header := range []string{
		"Bearer ", "bearer ", "BEARER ", "bEaReR ", "Bearer  ", "Bearer \t ", "Bearer\t", "  Bearer ",
	} {
		p := a.send(http.MethodGet, "/api/me", nil, "Authorization", header+access)
		if p.field("email") != ann {
			t.Errorf("%q: %d %s", header, p.status, p.text)
		}
	}
	a.send(http.MethodGet, "/api/me", nil, "Authorization", "Bearer "+access+"  ").want(t, http.StatusOK, "")
}

// CK-11.
func twoHeaders(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	access := a.login(ann).access
	for _, lines := range [][]string{
		{"Bearer " + access, "Bearer " + access},
		{"Basic YTpi", "Bearer " + access},
		{"Bearer " + access, ""},
		{"", ""},
	} {
		r := httptest.NewRequest(http.MethodGet, "/api/me", nil)
		r.Header["Authorization"] = lines
		a.do(r).want(t, http.StatusUnauthorized, badHeaderBody)
	}
}

// CK-11, RF-13.
func tokensElsewhere(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	access := a.login(ann).access
	for _, query := range []string{"access=", "token=", "access_token=", "Authorization=Bearer+", "jwt="} {
		a.get("/api/me?"+query+access, "").want(t, http.StatusUnauthorized, nobodyBody)
	}
	for _, name := range []string{"access", "token", "Authorization", "jwt"} {
		a.send(http.MethodGet, "/api/me", "access="+access, "Cookie", name+"="+access,
			"Content-Type", "application/x-www-form-urlencoded").want(t, http.StatusUnauthorized, nobodyBody)
	}
	refresh := a.login(ann).refresh
	required := fieldBody("refresh", "This field is required.")
	a.post("/token/refresh/?refresh="+refresh, nil).want(t, http.StatusBadRequest, required)
	a.post("/token/refresh/", "{}", "Cookie", "refresh="+refresh).want(t, http.StatusBadRequest, required)
	a.post("/token/refresh/", "{}", "Authorization", "Bearer "+refresh).
		want(t, http.StatusBadRequest, required)
	a.refresh(refresh).want(t, http.StatusOK, "")
}

func otherHeaderName(t *testing.T, h Harness) {
	for _, name := range []string{"X-Access-Token", "x-access-token", "HTTP_X_ACCESS_TOKEN"} {
		a := h.app(t, func(s *auth.Settings) { s.Header.Name = name })
		a.user(ann)
		access := a.login(ann).access
		a.send(http.MethodGet, "/api/me", nil, "X-Access-Token", "Bearer "+access).want(t, http.StatusOK, "")
		a.get("/api/me", access).want(t, http.StatusUnauthorized, nobodyBody)
		a.send(http.MethodGet, "/api/me", nil, "X-Access-Token", access).
			want(t, http.StatusUnauthorized, nobodyBody)
		a.send(http.MethodGet, "/api/me", nil, "X-Access-Token", "Bearer").
			want(t, http.StatusUnauthorized, badHeaderBody)
		a.post(logoutPath, nil, "X-Access-Token", "Bearer "+access).want(t, http.StatusOK, loggedOutBody)
		a.send(http.MethodGet, "/api/me", nil, "X-Access-Token", "Bearer "+access).
			want(t, http.StatusUnauthorized, refusedBody(revokedText))
	}
}

// LG-04.
func otherSchemes(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Header.Types = []string{"JWT", "Bearer"} })
	a.challenge = `JWT realm="api"`
	a.user(ann)
	access := a.login(ann).access
	for _, scheme := range []string{"JWT", "jwt", "Bearer", "BEARER"} {
		a.send(http.MethodGet, "/api/me", nil, "Authorization", scheme+" "+access).want(t, http.StatusOK, "")
	}
	a.send(http.MethodGet, "/api/me", nil, "Authorization", "Token "+access).
		want(t, http.StatusUnauthorized, nobodyBody)
	a.tryLogin(ann, "wrong").want(t, http.StatusUnauthorized, loginFailedBody)

	b := h.app(t, func(s *auth.Settings) { s.Header.Types = []string{"JWT"} })
	b.challenge = a.challenge
	b.user(ann)
	b.get("/api/me", b.login(ann).access).want(t, http.StatusUnauthorized, nobodyBody)
	b.send(http.MethodGet, "/api/me", nil, "Authorization", "JWT "+strings.Repeat("x", 9000)).
		want(t, http.StatusUnauthorized, refusedBody(invalidText))
}
