package adaptertest

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

var methodClaims = []claim{
	{"OPTIONS tells what is allowed", optionsTellsMethods},
	{"other methods are refused", otherMethods},
	{"HEAD is GET without a body", headIsGet},
	{"the trailing slash is optional", slashIsOptional},
	{"unknown paths are the application's own 404", unknownPaths},
}

// endpoints are all paths, and what is allowed there.
func endpoints() map[string]string {
	all := map[string]string{"/user/": "GET, HEAD, OPTIONS", logoutPath: "POST, OPTIONS"}
	for path := range posted {
		all[path] = "POST, OPTIONS"
	}
	return all
}

// eachPath calls f with each endpoint's path, with and without the trailing slash.
func (a *app) eachPath(f func(path, allow string)) {
	for endpoint, allow := range endpoints() {
		f(a.path(endpoint), allow)
		f(strings.TrimSuffix(a.path(endpoint), "/"), allow)
	}
}

func optionsTellsMethods(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.eachPath(func(path, allow string) {
		p := a.send(http.MethodOptions, path, nil)
		if p.status != http.StatusNoContent || p.text != "" || p.header.Get("Allow") != allow {
			t.Errorf("OPTIONS %s: %d %q, Allow %q", path, p.status, p.text, p.header.Get("Allow"))
		}
	})
}

// CK-10, RF-13.
func otherMethods(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	tokens := a.login(ann)
	body := object{"_method": "POST", "refresh": tokens.refresh, "token": tokens.refresh, "email": ann, "password": userPassword}
	a.eachPath(func(path, allow string) {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"} {
			if slices.Contains(strings.Split(allow, ", "), method) {
				continue
			}
			p := a.send(method, path, body, "X-HTTP-Method-Override", "POST", "X-Method-Override", "POST")
			if p.header.Get("Allow") != allow {
				t.Errorf("%s %s: Allow = %q", method, path, p.header.Get("Allow"))
			}
			p.want(t, http.StatusMethodNotAllowed, `{"detail":"Method \"`+method+`\" not allowed."}`)
		}
	})
	if n := a.live(u.ID); n != 1 {
		t.Errorf("%d live sessions after requests that were refused", n)
	}
}

// headIsGet asks over a connection: who serves HTTP drops the body of an answer to HEAD.
func headIsGet(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	server := httptest.NewServer(a.handler)
	t.Cleanup(server.Close)
	access := a.login(ann).access
	ask := func(method string) (status int, header http.Header, body string) {
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+a.path("/user/"), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+access)
		return fetch(t, server.Client(), r)
	}
	status, header, none := ask(http.MethodHead)
	_, want, body := ask(http.MethodGet)
	if status != http.StatusOK || none != "" || body == "" {
		t.Errorf("HEAD: %d %q, GET: %q", status, none, body)
	}
	if !maps.EqualFunc(header, want, slices.Equal[[]string]) {
		t.Errorf("HEAD: %v, GET: %v", header, want)
	}
}

// fetch sends a request over a connection. The header it returns has no date.
func fetch(t *testing.T, c *http.Client, r *http.Request) (status int, header http.Header, text string) {
	t.Helper()
	p, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Body.Close() }()
	body, err := io.ReadAll(p.Body)
	if err != nil {
		t.Fatal(err)
	}
	p.Header.Del("Date")
	return p.StatusCode, p.Header, string(body)
}

func slashIsOptional(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	p := a.post("/token", object{"email": ann, "password": userPassword})
	p.want(t, http.StatusOK, "")
	a.get("/auth/user", p.field("access")).want(t, http.StatusOK, "")
	p = a.post("/token/refresh", object{"refresh": p.field("refresh")})
	p.want(t, http.StatusOK, "")
	a.post("/token/logout", object{"refresh": p.field("refresh")}).want(t, http.StatusOK, loggedOutBody)
}

func unknownPaths(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for _, path := range []string{
		"/auth/nothing/", "/auth/token/nothing/", "/auth/", "/nothing", "/auth/token/refresh/x/",
	} {
		if p := a.send(http.MethodPost, path, "{}"); p.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, p.status)
		}
	}
}
