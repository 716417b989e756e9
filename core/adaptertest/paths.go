package adaptertest

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var pathClaims = []claim{
	{"an endpoint's path has one spelling", pathsHaveOneSpelling},
	{"a parameter is one whole segment", parametersAreSegments},
	{"a parameter is neither empty nor more than a segment of text", parametersAreNoMore},
	{"a path that does not fit is a 404 in the protocol's shape", pathsThatDoNotFit},
}

func pathsHaveOneSpelling(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	good := object{"email": ann, "password": userPassword}
	for _, path := range []string{"/auth/token/", "/auth/token"} {
		a.send(http.MethodPost, path, good).want(t, http.StatusOK, "")
	}
	for _, path := range []string{
		"/auth/%74oken/", "/auth/%74oken", "/auth/token%2F", "/auth/token%2f", "/auth%2Ftoken/", "/%61uth/token/",
		"/auth/toke%6E", "/auth%2ftoken%2f", "/auth/%74oken%2F", "/auth/%2e/token/", "/auth/./token/", "/auth/x/%2e%2e/token/",
		"/auth/Token/", "/auth/token/.", "/auth/token;x/", "/auth/token%3Fx/",
		"/auth/token%00/", "/x/auth/token/",
	} {
		for _, method := range []string{http.MethodPost, http.MethodOptions, http.MethodGet} {
			if p := a.send(method, path, good); p.status != http.StatusNotFound || p.header.Get("Allow") != "" {
				t.Errorf("%s %s: %d %s", method, path, p.status, p.text)
			}
		}
	}
	if n := a.count(auth.EventLogin); n != 2 {
		t.Errorf("%d logins, want 2", n)
	}
}

// devices is an application with an endpoint whose path has a parameter, and the values it got.
func (h Harness) devices(t *testing.T) (a *app, got *[]string) {
	t.Helper()
	got = &[]string{}
	return h.app(t, nil, auth.With(auth.Endpoint{
		Name: "device", Method: http.MethodGet, Path: "/devices/:id/",
		Handle: func(r *http.Request) (*auth.Response, error) {
			*got = append(*got, r.PathValue("id"))
			return &auth.Response{}, nil
		},
	})), got
}

func parametersAreSegments(t *testing.T, h Harness) {
	a, got := h.devices(t)
	for path, id := range map[string]string{
		"7": "7", "a%20b": "a b", "%C3%A4": "ä", "a+b": "a+b", "%41": "A", "a%252Fb": "a%2Fb", "%253A": "%3A",
		":id": ":id", "a;b": "a;b", "a%3Bb": "a;b", "a%3Fb": "a?b", "..a": "..a",
	} {
		for _, slash := range []string{"", "/"} {
			*got = nil
			p := a.get("/auth/devices/"+path+slash, "")
			if p.status != http.StatusOK || !slices.Equal(*got, []string{id}) {
				t.Errorf("%s%s: %d %s, id %q, want %q", path, slash, p.status, p.text, *got, id)
			}
		}
	}
}

func parametersAreNoMore(t *testing.T, h Harness) {
	a, got := h.devices(t)
	paths := []string{"/auth/devices//", "/auth/devices/", "/auth/devices", "/auth/%64evices/7/"}
	for _, id := range []string{
		"%2F", "a%2Fb", "a%2f", "%2Fa", "a%2Fb%2Fc", "7%2F", "%00", "a%00", "%FF", "%E4", ".", "..", "%2e", "%2E%2e",
	} {
		paths = append(paths, "/auth/devices/"+id, "/auth/devices/"+id+"/")
	}
	for _, path := range paths {
		if p := a.plain(httptest.NewRequest(http.MethodGet, path, nil)); p.Code == http.StatusOK {
			t.Errorf("%s: %d %s", path, p.Code, p.Body)
		}
	}
	if len(*got) > 0 {
		t.Errorf("the endpoint got %q", *got)
	}
}

// plain serves a request that the framework itself may answer as it likes, also with a redirect.
func (a *app) plain(r *http.Request) *httptest.ResponseRecorder {
	a.t.Helper()
	w := httptest.NewRecorder()
	if v := a.panics(w, r); v != nil {
		a.t.Errorf("%s panics: %v", r.URL, v)
	}
	return w
}

// A framework may have chosen another route already: what a route itself does is the same.
func pathsThatDoNotFit(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for _, route := range a.service.Routes(auth.Only("token")) {
		for _, path := range []string{"/auth/%74oken/", "/auth/token//", "//auth/token/", "/", "/token", "/auth/user/", "/auth/token%2F"} {
			r := httptest.NewRequest(http.MethodPost, path, nil)
			_, err := route.Handle(r)
			w := httptest.NewRecorder()
			a.service.Answer(r, err).Write(w)
			if w.Code != http.StatusNotFound || w.Body.String() != `{"detail":"Not found."}` {
				t.Errorf("%s: %d %s", path, w.Code, w.Body)
			}
		}
	}
}
