package adaptertest

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

// The fixture's key and the password of all its users.
const (
	Key      = "a key for tests, with more than 64 bytes, that nobody should use elsewhere"
	Password = "correct horse battery staple"
)

// start is when the fixture's clock begins.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// app is an application under test: a service on a movable clock behind an adapter.
type app struct {
	t       *testing.T
	service *auth.Service
	store   auth.Store
	handler http.Handler

	mu     sync.Mutex
	now    time.Time
	events []auth.Event
}

// newApp serves the settings; configure may change them.
func newApp(t *testing.T, h Harness, configure func(*auth.Settings), opts ...auth.RouteOption) *app {
	t.Helper()
	a := &app{t: t, now: start, store: h.Store(t)}
	settings := auth.Settings{
		Signing:   auth.Signing{Key: Key},
		Passwords: auth.PasswordSettings{Weak: true, Permits: 8, Queue: 1000, Wait: time.Minute},
		Now:       a.clock,
		Events:    a.record,
	}
	if configure != nil {
		configure(&settings)
	}
	service, err := auth.New(settings, auth.In(a.store))
	if err != nil {
		t.Fatalf("New() = %v", err)
	}
	a.service = service
	a.handler = h.Serve(service, routes(), opts...)
	return a
}

func (a *app) clock() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
}

// pass moves the clock.
func (a *app) pass(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = a.now.Add(d)
}

func (a *app) record(_ context.Context, e auth.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.events = append(a.events, e)
}

// count returns how many events of a kind there were.
func (a *app) count(kind auth.EventKind) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 0
	for _, e := range a.events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// user adds a user with the fixture's password.
func (a *app) user(email string, change ...func(*auth.NewUser)) *auth.User {
	a.t.Helper()
	n := auth.NewUser{Email: email, Password: Password}
	for _, c := range change {
		c(&n)
	}
	u, err := a.service.CreateUser(context.Background(), n)
	if err != nil {
		a.t.Fatalf("CreateUser(%q) = %v", email, err)
	}
	return u
}

// reply is an answer, its JSON body decoded.
type reply struct {
	*http.Response

	text string
	body map[string]any
}

// send sends a request; a body that is no string is sent as JSON.
func (a *app) send(method, path string, body any, header ...string) reply {
	a.t.Helper()
	var text string
	switch b := body.(type) {
	case nil:
	case string:
		text = b
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			a.t.Fatal(err)
		}
		text = string(raw)
	}
	r := httptest.NewRequest(method, path, strings.NewReader(text))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	return a.do(r)
}

// do serves a request.
func (a *app) do(r *http.Request) reply {
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	p := reply{Response: w.Result(), text: w.Body.String()} //nolint:bodyclose // a recorder's needs no closing
	decoder := json.NewDecoder(bytes.NewReader(w.Body.Bytes()))
	decoder.UseNumber()
	_ = decoder.Decode(&p.body) // some bodies are no objects
	return p
}

// post posts a JSON body to an endpoint.
func (a *app) post(endpoint string, body any, header ...string) reply {
	a.t.Helper()
	return a.send(http.MethodPost, a.service.Settings().Mount+endpoint, body, header...)
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
	p := a.post("/token/", map[string]string{"email": email, "password": Password}, header...)
	p.want(a.t, http.StatusOK, "")
	return pair{access: p.field("access"), refresh: p.field("refresh")}
}

// field returns a text of the body.
func (p reply) field(name string) string {
	text, _ := p.body[name].(string)
	return text
}

// want compares status and, unless it is empty, the body to the byte.
func (p reply) want(t *testing.T, status int, body string) {
	t.Helper()
	if p.StatusCode != status {
		t.Fatalf("status = %d, want %d; body %s", p.StatusCode, status, p.text)
	}
	if body != "" && p.text != body {
		t.Fatalf("body = %s, want %s", p.text, body)
	}
}

// claims returns the payload of a token, unverified.
func claims(t *testing.T, raw string) map[string]any {
	t.Helper()
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		t.Fatalf("not a token: %q", raw)
	}
	var payload map[string]any
	if err := json.Unmarshal(unbase64(t, parts[1]), &payload); err != nil {
		t.Fatal(err)
	}
	return payload
}

// with returns a copy of an object with more members.
func with(object map[string]any, more map[string]any) map[string]any {
	c := maps.Clone(object)
	maps.Copy(c, more)
	return c
}
