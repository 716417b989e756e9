package openapi

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/internal/wire"
)

// refusal is one answer that is no success.
type refusal struct {
	name    string // of its example
	summary string
	body    any
	header  http.Header
}

// refusals are what an endpoint answers instead, by status. What is wrong with a body comes first.
func (w *writer) refusals(c *auth.Contract) map[int][]refusal {
	by := map[int][]refusal{}
	if c.Takes != nil {
		by[http.StatusBadRequest] = badInput(c.Takes)
	}
	for _, e := range c.Refuses {
		p := e.Response()
		by[p.Status] = append(by[p.Status], refusal{e.Code(), e.Detail(), p.Body, p.Header})
	}
	return by
}

func badInput(fields []auth.Field) []refusal {
	all := []refusal{{
		name: "malformed", summary: "The body cannot be parsed.",
		body: detail(wire.TextJSONError, "Expecting value: line 1 column 1 (char 0)"),
	}}
	for _, f := range fields {
		text := wire.TextRequired
		if f.Optional && len(f.Values) > 0 {
			text = fmt.Sprintf(wire.TextInvalidChoice, "")
		}
		if !f.Optional || len(f.Values) > 0 {
			return append(all, refusal{
				name: "invalid", summary: "Fields are missing or wrong.", body: map[string][]string{f.Name: {text}},
			})
		}
	}
	return all
}

func detail(format string, args ...any) any {
	return map[string]string{"detail": fmt.Sprintf(format, args...)}
}

// refused returns the response of all refusals of one status.
func (w *writer) refused(status int, all []refusal) *response {
	if status == http.StatusServiceUnavailable && len(all) == 1 && all[0].name == auth.ErrUnavailable.Code() {
		return w.shared("Unavailable", status, all)
	}
	return w.response(status, all)
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

// shared puts a response where all operations find it.
func (w *writer) shared(name string, status int, all []refusal) *response {
	if w.components.Responses[name] == nil {
		w.components.Responses[name] = w.response(status, all)
	}
	return &response{Ref: "#/components/responses/" + name}
}

func (w *writer) methodNotAllowed() *response {
	return w.shared("MethodNotAllowed", http.StatusMethodNotAllowed, []refusal{{
		name: "method_not_allowed", body: detail("Method %q not allowed.", http.MethodPatch),
		header: http.Header{"Allow": nil},
	}})
}

func (w *writer) tooLarge() *response {
	return w.shared("TooLarge", http.StatusRequestEntityTooLarge, []refusal{
		{name: "too_large", body: detail(wire.TextBodyTooLarge)},
	})
}

func (w *writer) unsupported() *response {
	return w.shared("UnsupportedMediaType", http.StatusUnsupportedMediaType, []refusal{
		{name: "unsupported", body: detail(wire.TextUnsupportedMediaType, "text/plain")},
	})
}

func (w *writer) broken() *response {
	e := auth.ErrInternal
	return w.shared("Broken", http.StatusInternalServerError, []refusal{
		{name: e.Code(), summary: e.Detail(), body: e.Response().Body},
	})
}

var descriptions = map[int]string{
	http.StatusBadRequest:            "The body cannot be parsed, or fields are missing or wrong.",
	http.StatusUnauthorized:          "Nobody is logged in by that.",
	http.StatusForbidden:             "Somebody is logged in, but may not.",
	http.StatusMethodNotAllowed:      "The path takes the methods in Allow.",
	http.StatusRequestEntityTooLarge: fmt.Sprintf("The body has more than %d bytes.", wire.MaxBody),
	http.StatusUnsupportedMediaType:  "The body is neither JSON nor a form, or not in UTF-8, or compressed.",
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
