package described_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/internal/described"
)

type anyStore struct{ auth.Store }

// endpoint is an endpoint whose contract has something of everything.
var endpoint = auth.Endpoint{
	Name: "thing", Method: http.MethodPost, Path: "/things/:id/",
	Handle: func(*http.Request) (*auth.Response, error) { return nil, auth.ErrInternal },
	Contract: &auth.Contract{
		Takes: []auth.Field{{Name: "name", MinLength: 2, MaxLength: 3}, {Name: "n", Type: "integer", Optional: true}},
		Gives: []auth.Field{
			{Name: "at", Format: "date-time", Type: "string|null"},
			{Name: "kinds", List: true, Values: []string{"a", "b"}},
			{Name: "of", Optional: true, Fields: []auth.Field{{Name: "email", Format: "idn-email"}}},
		},
		Refuses:  []*auth.Error{auth.ErrForbidden, auth.ErrUnavailable, auth.NewError(409, "busy", "Busy.")},
		PassesOn: []int{429},
	},
}

// watched sends a request to an application that answers what it is told, and returns what was
// found.
func watched(t *testing.T, method, path, body string, answer http.HandlerFunc) *described.Watch {
	t.Helper()
	settings := auth.Settings{}
	settings.Signing.Key = "a key for tests, with more than 64 bytes, that nobody should use elsewhere"
	settings.Signing.AllowSampleKey = true
	service, err := auth.New(settings, auth.In(anyStore{}))
	if err != nil {
		t.Fatal(err)
	}
	var watch described.Watch
	reading := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		answer(w, r)
	}
	opts := []auth.RouteOption{auth.Only(), auth.With(endpoint)}
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	watch.Handler(service, opts, http.HandlerFunc(reading)).ServeHTTP(httptest.NewRecorder(), r)
	return &watch
}

// answering answers a status, a JSON body and headers.
func answering(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

const (
	path   = "/auth/things/7/"
	input  = `{"name":"abc"}`
	output = `{"at":null,"kinds":["a"]}`
)

func TestWhatIsDescribedIsNoProblem(t *testing.T) {
	forbidden := `{"detail":"You do not have permission to perform this action.","code":"permission_denied"}`
	for what, c := range map[string]struct {
		method, path, body string
		answer             http.HandlerFunc
	}{
		"success":                {"POST", path, input, answering(200, output)},
		"without the slash":      {"POST", "/auth/things/7", input, answering(200, output)},
		"unknown input":          {"POST", path, `{"name":"äöü","x":[]}`, answering(200, output)},
		"a number for a text":    {"POST", path, `{"name":12,"n":7}`, answering(200, output)},
		"all members":            {"POST", path, input, answering(200, `{"at":"2026-01-01T00:00:00.1Z","kinds":[],"of":{"email":"a@b"}}`)},
		"bad input refused":      {"POST", path, `[`, answering(403, forbidden)},
		"what is passed on":      {"POST", path, input, answering(429, `{"any":["thing"],"code":5}`)},
		"another method":         {"PUT", path, "", answering(405, `{"detail":"No."}`, "Allow", "POST, OPTIONS")},
		"options":                {"OPTIONS", path, "", answering(204, "", "Allow", "POST, OPTIONS")},
		"what is not described":  {"POST", "/api/things/", "", answering(418, "")},
		"more parts than a path": {"POST", "/auth/things/7/8/", "", answering(418, "")},
	} {
		t.Run(what, func(t *testing.T) {
			if got := watched(t, c.method, c.path, c.body, c.answer).Problems(); len(got) > 0 {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestWhatIsNotDescribedIsAProblem(t *testing.T) {
	for what, c := range map[string]struct {
		method, body string
		answer       http.HandlerFunc
		says         string
	}{
		"a status":            {"POST", input, answering(404, `{}`), "does not describe the status"},
		"a member":            {"POST", input, answering(200, `{"at":null,"kinds":[],"x":1}`), `"x" is not described`},
		"a missing member":    {"POST", input, answering(200, `{"at":null}`), `"kinds" is missing`},
		"a type":              {"POST", input, answering(200, `{"at":7,"kinds":[]}`), "none of the types"},
		"a time":              {"POST", input, answering(200, `{"at":"today","kinds":[]}`), "is no time"},
		"an item":             {"POST", input, answering(200, `{"at":null,"kinds":["c"]}`), "is none of"},
		"a nested member":     {"POST", input, answering(200, `{"at":null,"kinds":[],"of":{"email":"x"}}`), "is no address"},
		"a body of no object": {"POST", input, answering(200, `[]`), "none of the types"},
		"a body of no JSON":   {"POST", input, answering(200, `x`), "invalid character"},
		"a media type":        {"POST", input, answering(200, output, "Content-Type", "text/html"), "media type"},
		"short input":         {"POST", `{"name":"a"}`, answering(200, output), "less than 2"},
		"long input":          {"POST", `{"name":"abcd"}`, answering(200, output), "more than 3"},
		"missing input":       {"POST", `{}`, answering(200, output), `"name" is missing`},
		"no input":            {"POST", ``, answering(200, output), "cannot be parsed"},
		"a fraction":          {"POST", `{"name":"ab","n":1.5}`, answering(200, output), "none of the types"},
		"a code":              {"POST", input, answering(403, `{"detail":"No.","code":"no"}`), "this refusal is not described"},
		"a shape":             {"POST", input, answering(403, `{"detail":"No."}`), `"code" is missing`},
		"no object passed on": {"POST", input, answering(429, `"no"`), "none of the types"},
		"a header":            {"POST", input, answering(503, `{"detail":"No.","code":"unavailable"}`), "Retry-After is missing"},
		"a method":            {"PUT", "", answering(405, `{"detail":"No."}`, "Allow", "POST, PUT"), "are described"},
		"options":             {"OPTIONS", "", answering(204, "", "Allow", "GET"), "are described"},
		"another method":      {"PUT", "", answering(200, output, "Allow", "POST, OPTIONS"), "method is not described"},
	} {
		t.Run(what, func(t *testing.T) {
			got := watched(t, c.method, path, c.body, c.answer).Problems()
			if len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), c.says) {
				t.Errorf("problems = %q, want one that says %q", got, c.says)
			}
		})
	}
}

func TestWhatIsNeverAnsweredIsUnseen(t *testing.T) {
	busy := `{"detail":"Busy.","code":"busy"}`
	got := watched(t, "POST", path, input, answering(409, busy)).Unseen()
	want := []string{
		"thing 200", "thing 403", "thing 403 You do not have permission to perform this action.", "thing 405",
		"thing 429", "thing 500", "thing 503", "thing 503 Service temporarily unavailable.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("unseen = %q, want %q", got, want)
	}
}
