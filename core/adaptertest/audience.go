package adaptertest

import (
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var audienceClaims = []claim{
	{"a route may want an audience of its own", audienceByRoute},
	{"an odd audience is none", audienceOdd},
}

func audienceByRoute(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Signing.Audience = []string{"web", "reports"} })
	u := a.user(ann)
	path := a.guarded(auth.HasAudience("billing", "reports"))
	a.get(path, "").want(t, http.StatusUnauthorized, nobodyBody)
	a.get(path, a.login(ann).access).want(t, http.StatusOK, "")
	for audience, status := range map[string]int{
		`"reports"`: http.StatusOK, `["web","reports"]`: http.StatusOK, `["billing","web"]`: http.StatusOK,
		`"web"`: http.StatusForbidden, `["web"]`: http.StatusForbidden, `["web","Reports"]`: http.StatusForbidden,
		`"\u0072eports"`: http.StatusOK, `["web","reports "]`: http.StatusForbidden,
	} {
		access := a.foreign("access", u.ID, object{"aud": raw(audience)})
		p := a.get(path, access)
		if p.status != status {
			t.Errorf("%s: %d %s, want %d", audience, p.status, p.text, status)
		}
		a.get("/api/me", access).want(t, http.StatusOK, "")
	}
}

func audienceOdd(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	path := a.guarded(auth.HasAudience("1", "null", "a"))
	for _, audience := range []string{`""`, `null`, `1`, `[null]`, `[""]`, `[1]`, `["a",1]`, `{"a":"a"}`, `[["a"]]`, `true`, `[]`} {
		a.get(path, a.foreign("access", u.ID, object{"aud": raw(audience)})).want(t, http.StatusForbidden, forbiddenBody)
	}
	a.get(path, a.login(ann).access).want(t, http.StatusForbidden, forbiddenBody)
	a.get(path, a.foreign("access", u.ID, object{"aud": "a"})).want(t, http.StatusOK, "")
}
