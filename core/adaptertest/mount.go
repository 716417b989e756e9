package adaptertest

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var mountClaims = []claim{
	{"endpoints are below the mount", mounts},
	{"endpoints can be chosen by name", chosenEndpoints},
	{"an endpoint can have a path of its own", movedEndpoints},
	{"endpoints of the application's own read their parameters", ownEndpoints},
	{"an own endpoint that is broken is a 500", brokenEndpoints},
	{"an own endpoint's answer is not written to", sharedAnswers},
}

func mounts(t *testing.T, h Harness) {
	for mount, prefix := range map[string]string{
		"/": "", "/api/v1/auth": "/api/v1/auth", "/auth/": "/auth", "/v1.0/~a_b-c": "/v1.0/~a_b-c",
	} {
		a := h.app(t, func(s *auth.Settings) { s.Mount = mount })
		a.user(ann)
		p := a.send(http.MethodPost, prefix+"/token/", object{"email": ann, "password": userPassword})
		p.want(t, http.StatusOK, "")
		a.send(http.MethodPost, prefix+"/token", object{"email": ann, "password": "wrong"}).
			want(t, http.StatusUnauthorized, loginFailedBody)
		a.get(prefix+"/user/", p.field("access")).want(t, http.StatusOK, "")
		a.send(http.MethodGet, prefix+"/token/verify/", nil).want(t, http.StatusMethodNotAllowed, "")
		if p := a.send(http.MethodPost, "/elsewhere"+prefix+"/token/", "{}"); p.status != http.StatusNotFound {
			t.Errorf("mount %s: %d", mount, p.status)
		}
		if p := a.send(http.MethodPost, "/auth/token/",
			"{}"); (p.status == http.StatusNotFound) == (prefix == "/auth") {
			t.Errorf("mount %s: /auth/token/ is answered %d", mount, p.status)
		}
	}
}

func chosenEndpoints(t *testing.T, h Harness) {
	all := endpoints()
	for what, c := range map[string]struct {
		opts  []auth.RouteOption
		there func(path string) bool
	}{
		"only two": {
			[]auth.RouteOption{auth.Only("token", "user")},
			func(path string) bool { return path == "/token/" || path == "/user/" },
		},
		"except two": {
			[]auth.RouteOption{auth.Except("create-user", "password-change")},
			func(path string) bool { return path != "/create-user/" && path != "/password-change/" },
		},
		"one after the other": {
			[]auth.RouteOption{auth.Only("token", "user"), auth.Except("user")},
			func(path string) bool { return path == "/token/" },
		},
		"none": {[]auth.RouteOption{auth.Only()}, func(string) bool { return false }},
	} {
		a := h.app(t, nil, c.opts...)
		for path := range all {
			status := a.send(http.MethodOptions, a.path(path), nil).status
			if (status == http.StatusNoContent) != c.there(path) {
				t.Errorf("%s: %s is answered %d", what, path, status)
			}
		}
	}
}

func movedEndpoints(t *testing.T, h Harness) {
	a := h.app(t, nil, auth.At("token", "/log/in/"), auth.At("password-change", "/token/"), auth.At("user", "/log/in/"))
	a.user(ann)
	for _, path := range []string{"/log/in/", "/log/in"} {
		p := a.post(path, object{"email": ann, "password": userPassword})
		p.want(t, http.StatusOK, "")
		a.get("/auth"+path, p.field("access")).want(t, http.StatusOK, "")
	}
	p := a.send(http.MethodDelete, "/auth/log/in/", nil)
	p.want(t, http.StatusMethodNotAllowed, "")
	if got := p.header.Get("Allow"); got != "GET, HEAD, POST, OPTIONS" {
		t.Errorf("Allow = %q", got)
	}
	change := object{"email": ann, "password": userPassword, "new_password": freshPassword}
	a.post("/token/", change).want(t, http.StatusOK, "{}")
	if p := a.get("/auth/user/", ""); p.status != http.StatusNotFound {
		t.Errorf("the old path is answered %d", p.status)
	}
}

func echoing(r *http.Request) (*auth.Response, error) {
	return &auth.Response{
		Status: http.StatusOK,
		Body:   map[string]string{"id": r.PathValue("id"), "part": r.PathValue("part")},
	}, nil
}

func ownEndpoints(t *testing.T, h Harness) {
	with := auth.With(
		auth.Endpoint{Name: "thing", Method: http.MethodGet, Path: "/things/:id/", Handle: echoing},
		auth.Endpoint{Name: "thing-delete", Method: http.MethodDelete, Path: "/things/:id/", Handle: echoing},
		auth.Endpoint{Name: "part", Method: http.MethodPut, Path: "/things/:id/parts/:part/", Handle: echoing},
	)
	a := h.app(t, nil, with)
	a.user(ann)
	a.login(ann)
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/auth/things/7/", `{"id":"7","part":""}`},
		{"GET", "/auth/things/7", `{"id":"7","part":""}`},
		{"DELETE", "/auth/things/x-y_z.1/", `{"id":"x-y_z.1","part":""}`},
		{"PUT", "/auth/things/7/parts/8/", `{"id":"7","part":"8"}`},
		{"PUT", "/auth/things/7/parts/8", `{"id":"7","part":"8"}`},
		{"GET", "/auth/things/a%20b/", `{"id":"a b","part":""}`},
		{"GET", "/auth/things/%C3%A4/", `{"id":"ä","part":""}`},
		{"GET", "/auth/things/%41/", `{"id":"A","part":""}`},
		{"PUT", "/auth/things/%41/parts/a+b/", `{"id":"A","part":"a+b"}`},
	} {
		a.send(c.method, c.path, nil).want(t, http.StatusOK, c.body)
	}
	p := a.send(http.MethodPost, "/auth/things/7/", nil)
	p.want(t, http.StatusMethodNotAllowed, `{"detail":"Method \"POST\" not allowed."}`)
	if got := p.header.Get("Allow"); got != "GET, HEAD, DELETE, OPTIONS" {
		t.Errorf("Allow = %q", got)
	}
	only := h.app(t, nil, with, auth.Only("thing"))
	only.send(http.MethodDelete, "/auth/things/7/", nil).want(t, http.StatusMethodNotAllowed, "")
}

func brokenEndpoints(t *testing.T, h Harness) {
	for what, handle := range map[string]func(*http.Request) (*auth.Response, error){
		"panics": func(*http.Request) (*auth.Response, error) { panic("the endpoint is broken") },
		"errs":   func(*http.Request) (*auth.Response, error) { return nil, errOutage },
		"cannot be encoded": func(*http.Request) (*auth.Response, error) {
			return &auth.Response{Status: http.StatusOK, Body: func() {}}, nil
		},
		"answers nothing": func(*http.Request) (*auth.Response, error) { return nil, nil },
	} {
		a := h.app(t, nil,
			auth.With(auth.Endpoint{Name: "own", Method: http.MethodGet, Path: "/own/", Handle: handle}))
		if p := a.get("/auth/own/", ""); p.status != http.StatusInternalServerError || p.text != internalBody {
			t.Errorf("%s: %d %s", what, p.status, p.text)
		}
	}
	a := h.app(t, nil, auth.With(auth.Endpoint{
		Name: "own", Method: http.MethodGet, Path: "/own/",
		Handle: func(*http.Request) (*auth.Response, error) { return &auth.Response{Body: "fine"}, nil },
	}))
	if p := a.get("/auth/own/", ""); p.status != http.StatusOK || p.text != `"fine"` {
		t.Errorf("an answer without a status: %d %s", p.status, p.text)
	}
	b := h.app(t, nil, auth.With(auth.Endpoint{
		Name: "own", Method: http.MethodGet, Path: "/own/",
		Handle: func(*http.Request) (*auth.Response, error) {
			return nil, errors.Join(errOutage, auth.NewError(http.StatusConflict, "conflict", "Not now."))
		},
	}))
	b.get("/auth/own/", "").want(t, http.StatusConflict, `{"detail":"Not now.","code":"conflict"}`)
}

func sharedAnswers(t *testing.T, h Harness) {
	shared := &auth.Response{
		Status: http.StatusOK, Header: http.Header{"X-Own": {"1"}},
		Body: strings.Repeat("x", 3),
	}
	a := h.app(t, nil, auth.With(auth.Endpoint{
		Name: "own", Method: http.MethodGet, Path: "/own/",
		Handle: func(*http.Request) (*auth.Response, error) { return shared, nil },
	}))
	a.get("/auth/own/", "").want(t, http.StatusOK, `"xxx"`)
	if len(shared.Header) != 1 {
		t.Errorf("the application's own value was written to: %v", shared.Header)
	}
}
