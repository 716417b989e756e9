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

// send sends a request; a body that is no string is sent as JSON. Further headers replace.
func (a *app) send(method, path string, body any, header ...string) reply {
	a.t.Helper()
	return a.do(a.request(method, path, body, header...))
}

// request returns a request, for tests that change it.
func (a *app) request(method, path string, body any, header ...string) *http.Request {
	a.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(encoded(a.t, body)))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
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
	p := a.post("/token/", object{"email": email, "password": userPassword}, header...)
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
