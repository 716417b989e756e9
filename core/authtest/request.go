package authtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	auth "github.com/authplug/authplug/core"
)

// Do sends a request to a handler, such as a Gin engine or an Echo, and returns what it answers. It
// needs no server. Changes say what else the request has: [Fixture.As], [Fixture.Bearer],
// [Fixture.JSON], [Header], or a function of the test's own.
//
//	a.Do(app, "DELETE", "/api/posts/1", a.As(ann)).Want(204)
func (f *Fixture) Do(h http.Handler, method, target string, changes ...func(*http.Request)) *Answer {
	f.t.Helper()
	r := f.request(method, target)
	for _, change := range changes {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return &Answer{
		Status: w.Code, Header: w.Result().Header, Body: w.Body.String(),
		t: f.t, what: method + " " + target,
	}
}

// request returns a request as a server sees it; package httptest panics about a target that is
// none.
func (f *Fixture) request(method, target string) *http.Request {
	f.t.Helper()
	defer func() {
		f.t.Helper()
		if v := recover(); v != nil {
			f.t.Fatalf("authtest: %q %q is no request: %v", method, target, v)
		}
	}()
	return httptest.NewRequestWithContext(f.t.Context(), method, target, http.NoBody)
}

// As sends a request as a user who has just logged in.
func (f *Fixture) As(u *auth.User) func(*http.Request) {
	f.t.Helper()
	return f.Bearer(f.Token(u))
}

// Bearer sends a request with a token, good or bad, where the settings say that tokens are.
func (f *Fixture) Bearer(token string) func(*http.Request) {
	header := f.Service.Settings().Header
	return Header(header.Name, header.Types[0]+" "+token)
}

// JSON sends a request with a value as its body, encoded as JSON.
func (f *Fixture) JSON(v any) func(*http.Request) {
	f.t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		f.t.Fatalf("authtest: the body of a request: %v", err)
	}
	return func(r *http.Request) {
		r.Header.Set("Content-Type", "application/json")
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
}

// Header sends a request with a header.
func Header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// Login logs somebody in as a client does, by the endpoint of a handler at [Fixture.LoginPath], and
// returns the tokens of the answer. It ends the test if the login is refused: ask [Fixture.Do] for
// the refusal.
//
//	a.LoginPath = "/auth/login/" // registered with auth.At("token", "/login/")
//	tokens := a.Login(app, "ann@example.com", authtest.Password)
func (f *Fixture) Login(h http.Handler, identifier, password string) *auth.Tokens {
	f.t.Helper()
	body := map[string]string{f.Service.Settings().Users.LoginField: identifier, "password": password}
	var tokens struct{ Access, Refresh, Token string }
	p := f.Do(h, http.MethodPost, f.LoginPath, f.JSON(body)).Want(http.StatusOK).Decode(&tokens)
	if tokens.Access == "" && tokens.Token == "" {
		f.t.Fatalf("%s = %s, want tokens%s", p.what, statusText(p.Status), p.body())
	}
	return &auth.Tokens{Access: tokens.Access, Refresh: tokens.Refresh, Sliding: tokens.Token}
}

// statusText names a status.
func statusText(status int) string { return fmt.Sprintf("%d %s", status, http.StatusText(status)) }
