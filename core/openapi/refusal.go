package openapi

import (
	"cmp"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	auth "github.com/authplug/authplug/core"
)

// refusal is one answer that is no success.
type refusal struct {
	name    string // of its example
	summary string
	body    any
	header  http.Header
	passed  bool // on from another service: there is no example
}

// refusals are what an endpoint answers instead, by status.
func refusals(c *auth.Contract) map[int][]refusal {
	by := map[int][]refusal{}
	for _, e := range append(slices.Clip(c.Refuses), auth.ErrInternal) {
		p := e.Response()
		by[p.Status] = append(by[p.Status], refusal{name: e.Code(), summary: e.Detail(), body: p.Body, header: p.Header})
	}
	for _, status := range c.PassesOn {
		by[status] = append(by[status], refusal{passed: true})
	}
	return by
}

// methodNotAllowed is what every path answers to the methods that it does not take.
var methodNotAllowed = []refusal{{
	name: "method_not_allowed", body: map[string]string{"detail": `Method "PATCH" not allowed.`},
	header: http.Header{"Allow": nil},
}}

// commonNames are what responses are called that many operations share.
var commonNames = map[int]string{
	http.StatusMethodNotAllowed:      "MethodNotAllowed",
	http.StatusRequestEntityTooLarge: "TooLarge",
	http.StatusUnsupportedMediaType:  "UnsupportedMediaType",
	http.StatusInternalServerError:   "Broken",
	http.StatusServiceUnavailable:    "Unavailable",
}

// refused returns the response of all refusals of one status, put where other operations find it if
// they may share it.
func (w *writer) refused(status int, all []refusal) *response {
	p := w.response(status, all)
	name, common := commonNames[status]
	if !common {
		return p
	}
	if w.components.Responses[name] == nil {
		w.components.Responses[name] = p
	}
	if !reflect.DeepEqual(w.components.Responses[name], p) {
		return p // an application's own endpoint says it in other words
	}
	return &response{Ref: "#/components/responses/" + name}
}

func (w *writer) response(status int, all []refusal) *response {
	p := &response{
		Description: cmp.Or(descriptions[status], http.StatusText(status), "Refused."),
		Headers:     headersOf(status, all),
	}
	if w.settings.OnError != nil {
		return p // the application decides what is in it
	}
	m := media{Examples: map[string]example{}}
	names := make([]string, len(all))
	for i, r := range all {
		if r.passed {
			names[i] = passedOn
			continue
		}
		m.Examples[unused(m.Examples, r.name)] = example{Summary: r.summary, Value: r.body}
		names[i] = shapeOf(r.body)
	}
	m.Schema = w.anyOf(names)
	p.Content = jsonOf(m)
	return p
}

// unused returns a name that is not taken yet, such as that of a second error of the same code.
func unused[T any](taken map[string]T, name string) string {
	free := name
	for i := 2; ; i++ {
		if _, ok := taken[free]; !ok {
			return free
		}
		free = fmt.Sprintf("%s_%d", name, i)
	}
}

var descriptions = map[int]string{
	http.StatusBadRequest:            "The body cannot be parsed, or fields are missing or wrong.",
	http.StatusUnauthorized:          "Nobody is logged in by that.",
	http.StatusForbidden:             "Somebody is logged in, but may not.",
	http.StatusMethodNotAllowed:      "The path takes the methods in Allow.",
	http.StatusRequestEntityTooLarge: "The body is too large.",
	http.StatusUnsupportedMediaType:  "The body is of no media type that is taken here.",
	http.StatusInternalServerError:   "Something is broken.",
	http.StatusServiceUnavailable:    "The service cannot decide now: come again.",
}

// headers are those of refusals that a client should know of.
var headers = []struct{ name, text string }{
	{"Allow", "The methods of the path."},
	{"Retry-After", "When to come again, in seconds."},
	{"WWW-Authenticate", "How to authenticate."},
}

func headersOf(status int, all []refusal) map[string]header {
	found := map[string]header{}
	for _, h := range headers {
		sent := func(r refusal) bool {
			_, ok := r.header[http.CanonicalHeaderKey(h.name)]
			return ok
		}
		challenge := status == http.StatusUnauthorized && h.name == "WWW-Authenticate" // put in when it is sent
		if challenge || slices.ContainsFunc(all, sent) {
			found[h.name] = header{Description: h.text, Schema: text()}
		}
	}
	return found
}
