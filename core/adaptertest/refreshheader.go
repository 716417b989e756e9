package adaptertest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var refreshHeaderClaims = []claim{
	{"a header may carry the refresh token", refreshInHeader},
	{"the token of the body counts more", refreshBodyWins},
	{"two tokens in headers are none", refreshInTwoHeaders},
	{"a header that nobody set up carries nothing", refreshInOtherHeaders},
	{"it carries refresh tokens alone, and to POST alone", refreshHeaderElsewhere},
}

const refreshHeader = "X-Refresh-Token"

// headed is an application that takes refresh tokens in a header.
func (h Harness) headed(t *testing.T, name string) *app {
	t.Helper()
	a := h.app(t, func(s *auth.Settings) { s.Header.Refresh = name })
	a.user(ann)
	return a
}

func refreshInHeader(t *testing.T, h Harness) {
	for _, name := range []string{refreshHeader, "x-refresh-token", "HTTP_X_REFRESH_TOKEN"} {
		a := h.headed(t, name)
		tokens := a.login(ann)
		for _, body := range []any{nil, "{}"} {
			p := a.post("/token/refresh/", body, refreshHeader, " "+tokens.refresh+"\t")
			p.want(t, http.StatusOK, "")
			tokens = p.pair()
		}
		a.post("/token/blacklist/", nil, refreshHeader, tokens.refresh).want(t, http.StatusOK, "{}")
		a.alive(tokens, false)
		for _, body := range []any{nil, "{}", object{"refresh": nil}, object{"scope": "this"}} {
			tokens, other := a.login(ann), a.login(ann)
			a.post(logoutPath, body, refreshHeader, tokens.refresh, "Authorization", "Bearer "+other.access).
				want(t, http.StatusOK, loggedOutBody)
			a.alive(tokens, false)
			a.alive(other, true)
		}
	}
}

func refreshBodyWins(t *testing.T, h Harness) {
	a := h.headed(t, refreshHeader)
	tokens, other := a.login(ann), a.login(ann)
	inBody := object{"refresh": tokens.refresh}
	p := a.post("/token/refresh/", inBody, refreshHeader, other.refresh)
	p.want(t, http.StatusOK, "")
	inBody = object{"refresh": p.field("refresh")}
	a.post("/token/refresh/", object{"refresh": "garbage"}, refreshHeader, other.refresh).
		want(t, http.StatusUnauthorized, invalidBody)
	for body, text := range map[string]string{
		`{"refresh":""}`: "This field may not be blank.", `{"refresh":null}`: "This field may not be null.",
		`{"refresh":[]}`: "Not a valid string.",
	} {
		for _, path := range []string{"/token/refresh/", "/token/blacklist/"} {
			a.post(path, body, refreshHeader, other.refresh).want(t, http.StatusBadRequest, fieldBody("refresh", text))
		}
	}
	a.post("/token/blacklist/", inBody, refreshHeader, other.refresh).want(t, http.StatusOK, "{}")
	third := a.login(ann)
	a.post(logoutPath, object{"refresh": third.refresh}, refreshHeader, other.refresh).want(t, http.StatusOK, loggedOutBody)
	a.post(logoutPath, object{"token": a.slidingToken()}, refreshHeader, other.refresh).want(t, http.StatusOK, loggedOutBody)
	a.alive(p.pair(), false)
	a.alive(third, false)
	a.alive(other, true)
}

func refreshInTwoHeaders(t *testing.T, h Harness) {
	a := h.headed(t, refreshHeader)
	tokens := a.login(ann)
	for _, lines := range [][]string{{tokens.refresh, tokens.refresh}, {tokens.refresh, ""}, {"", tokens.refresh}, {"", ""}} {
		for _, path := range []string{"/token/refresh/", "/token/blacklist/", logoutPath} {
			r := httptest.NewRequest(http.MethodPost, a.path(path), http.NoBody)
			r.Header[refreshHeader] = lines
			a.do(r).want(t, http.StatusBadRequest, fieldBody("refresh", "Not a valid string."))
		}
	}
	a.alive(tokens, true)
}

func refreshInOtherHeaders(t *testing.T, h Harness) {
	required := fieldBody("refresh", "This field is required.")
	a := h.app(t, nil)
	a.user(ann)
	tokens := a.login(ann)
	for _, path := range []string{"/token/refresh/", "/token/blacklist/"} {
		a.post(path, nil, refreshHeader, tokens.refresh).want(t, http.StatusBadRequest, required)
	}
	a.post(logoutPath, nil, refreshHeader, tokens.refresh).want(t, http.StatusOK, loggedOutBody)
	a.alive(tokens, true)
	b := h.headed(t, refreshHeader)
	tokens = b.login(ann)
	for _, header := range [][]string{
		{"Authorization", "Bearer " + tokens.refresh}, {"X-Refresh", tokens.refresh}, {refreshHeader, ""}, {refreshHeader, " "}, nil,
	} {
		for _, path := range []string{"/token/refresh/", "/token/blacklist/"} {
			b.post(path, nil, header...).want(t, http.StatusBadRequest, required)
		}
	}
	b.post("/token/refresh/", nil, refreshHeader, "Bearer "+tokens.refresh).want(t, http.StatusUnauthorized, invalidBody)
	b.post("/token/refresh/", nil, refreshHeader, tokens.access).want(t, http.StatusUnauthorized, wrongKindBody)
	b.alive(tokens, true)
}

func refreshHeaderElsewhere(t *testing.T, h Harness) {
	a := h.headed(t, refreshHeader)
	tokens := a.login(ann)
	a.send(http.MethodGet, "/auth/token/refresh/", nil, refreshHeader, tokens.refresh).
		want(t, http.StatusMethodNotAllowed, "")
	a.post("/token/refresh/?refresh="+tokens.refresh, nil).
		want(t, http.StatusBadRequest, fieldBody("refresh", "This field is required."))
	a.send(http.MethodGet, "/api/me", nil, refreshHeader, tokens.access).want(t, http.StatusUnauthorized, nobodyBody)
	for _, path := range []string{"/token/verify/", "/token/sliding/refresh/"} {
		a.post(path, nil, refreshHeader, a.slidingToken()).
			want(t, http.StatusBadRequest, fieldBody("token", "This field is required."))
	}
	a.alive(tokens, true)
}
