package adaptertest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// object is a JSON body.
type object map[string]any

// reply is an answer, its JSON body decoded.
type reply struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// send sends a request; a body that is no string is sent as JSON. Further headers replace.
func (a *app) send(method, path string, body any, header ...string) reply {
	a.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(encoded(a.t, body)))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return a.do(r)
}

func encoded(t *testing.T, body any) string {
	t.Helper()
	if body == nil {
		return ""
	}
	if text, ok := body.(string); ok {
		return text
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// do serves a request and checks what is true of every answer.
func (a *app) do(r *http.Request) reply {
	a.t.Helper()
	w := &once{ResponseRecorder: httptest.NewRecorder()}
	if v := a.panics(w, r); v != nil {
		a.t.Errorf("%s %s panics: %v", r.Method, r.URL.Path, v)
		return reply{}
	}
	if w.begun > 1 {
		a.t.Errorf("%s %s: %d answers", r.Method, r.URL.Path, w.begun)
	}
	p := reply{status: w.Code, header: w.Result().Header, text: w.Body.String()}
	if own(r, p) {
		p.text = strings.TrimSuffix(p.text, "\n") // some frameworks end their JSON with one
	}
	decoder := json.NewDecoder(strings.NewReader(p.text))
	decoder.UseNumber()
	_ = decoder.Decode(&p.body) // some bodies are no objects
	if problem := a.problem(r, p); problem != "" {
		a.t.Errorf("%s %s: %d %s: %s; headers %v", r.Method, r.URL.Path, p.status, p.text, problem, p.header)
	}
	return p
}

// panics serves a request and returns what nobody recovered.
func (a *app) panics(w http.ResponseWriter, r *http.Request) (v any) {
	defer func() { v = recover() }()
	a.handler.ServeHTTP(w, r)
	return nil
}

// problem says which rule that holds for every answer one breaks.
func (a *app) problem(r *http.Request, p reply) string {
	if own(r, p) {
		return ""
	}
	if problem := a.headerProblem(p); problem != "" {
		return problem
	}
	if p.text != "" && !json.Valid([]byte(p.text)) {
		return "the body is not one JSON value"
	}
	if problem := p.shapeProblem(); problem != "" && !a.ownErrors {
		return problem
	}
	for _, secret := range []string{Password, Key, "$argon2id", errOutage.Error()} {
		if strings.Contains(p.text, secret) {
			return "the answer tells a secret"
		}
	}
	return ""
}

// own reports whether an answer is the framework's or the application's own.
func own(r *http.Request, p reply) bool {
	return p.status == http.StatusNotFound || p.status < 400 && strings.HasPrefix(r.URL.Path, "/api/")
}

// headerProblem says which rule of every answer's headers one breaks. CK-13, LG-04.
func (a *app) headerProblem(p reply) string {
	challenge := ""
	if p.status == http.StatusUnauthorized {
		challenge = a.challenge
	}
	_, access := p.body["access"]
	_, sliding := p.body["token"].(string)
	switch {
	case p.status >= 300 && p.status < 400 && p.status != http.StatusNotModified:
		return "no answer redirects"
	case p.text != "" && !a.ownErrors && p.header.Get("Content-Type") != "application/json":
		return "the content type is not exactly application/json"
	case p.header.Get("WWW-Authenticate") != challenge:
		return "a 401 has the challenge " + a.challenge + ", others none"
	case p.status == http.StatusServiceUnavailable && p.header.Get("Retry-After") == "":
		return "a 503 says when to come again"
	case p.status == http.StatusMethodNotAllowed && p.header.Get("Allow") == "":
		return "a 405 says what is allowed"
	case (access || sliding) && p.header.Get("Cache-Control") != "no-store":
		return "what carries a token is not stored"
	case p.header.Get("Set-Cookie") != "":
		return "nothing sets a cookie"
	}
	return ""
}

// path returns the path of an endpoint.
func (a *app) path(endpoint string) string {
	return strings.TrimSuffix(a.service.Settings().Mount, "/") + endpoint
}

// post posts a JSON body to an endpoint.
func (a *app) post(endpoint string, body any, header ...string) reply {
	a.t.Helper()
	return a.send(http.MethodPost, a.path(endpoint), body, header...)
}

// get gets a path as the holder of an access token, or as nobody.
func (a *app) get(path, access string) reply {
	a.t.Helper()
	if access == "" {
		return a.send(http.MethodGet, path, nil)
	}
	return a.send(http.MethodGet, path, nil, "Authorization", "Bearer "+access)
}

// pair is what a login gives.
type pair struct{ access, refresh string }

// login logs a user of the fixture in.
func (a *app) login(email string, header ...string) pair {
	a.t.Helper()
	p := a.post("/token/", object{"email": email, "password": Password}, header...)
	p.want(a.t, http.StatusOK, "")
	return p.pair()
}

// tryLogin logs in with any password.
func (a *app) tryLogin(email, password string) reply {
	a.t.Helper()
	return a.post("/token/", object{"email": email, "password": password})
}

// refresh presents a refresh token.
func (a *app) refresh(token string) reply {
	a.t.Helper()
	return a.post("/token/refresh/", object{"refresh": token})
}

// refreshed presents a refresh token that must be good.
func (a *app) refreshed(token string) pair {
	a.t.Helper()
	p := a.refresh(token)
	p.want(a.t, http.StatusOK, "")
	return p.pair()
}

// verify asks whether a token is good.
func (a *app) verify(token string) reply {
	a.t.Helper()
	return a.post("/token/verify/", object{"token": token})
}

func (p reply) pair() pair { return pair{access: p.field("access"), refresh: p.field("refresh")} }

// field returns a text of the body.
func (p reply) field(name string) string {
	text, _ := p.body[name].(string)
	return text
}

// want compares status and, unless it is empty, the body to the byte.
func (p reply) want(t *testing.T, status int, body string) {
	t.Helper()
	if p.status != status || body != "" && p.text != body {
		t.Fatalf("answer = %d %s\nwant     %d %s", p.status, p.text, status, body)
	}
}

// statuses counts answers by status.
func statuses(replies []reply) map[int]int {
	n := map[int]int{}
	for _, p := range replies {
		n[p.status]++
	}
	return n
}
