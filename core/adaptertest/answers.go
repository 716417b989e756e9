package adaptertest

import (
	"net/http"
	"net/http/httptest"
	"regexp"
)

// once is a recorder that counts how often an answer is begun.
type once struct {
	*httptest.ResponseRecorder

	begun int
}

// WriteHeader implements [http.ResponseWriter].
func (o *once) WriteHeader(status int) {
	o.begun++
	o.ResponseRecorder.WriteHeader(status)
}

// internals is what no client should read: names of code, statements, traces.
var internals = regexp.MustCompile(`\.go:\d|goroutine |runtime error|panicked|\*?\bauth\.[A-Z]|` +
	`\b(auth|wire|token|password|email|memstore|sqlstore|json|url|mime|multipart): |(?i:select|insert into|update) \w+ `)

// shapeProblem says what is wrong with the body of a failure: it is the protocol's detail with a
// code, or lists of texts by field, and tells nothing of the inside. LG-03, PG-01.
func (p reply) shapeProblem() string {
	if p.status < http.StatusBadRequest || p.text == "" {
		return ""
	}
	if internals.MatchString(p.text) {
		return "the answer tells of the inside"
	}
	if _, ok := p.body["detail"]; !ok {
		return p.fieldsProblem()
	}
	for name, value := range p.body {
		_, text := value.(string)
		_, list := value.([]any)
		if named := name == "detail" || name == "code"; !named && name != "messages" || named != text || !named && !list {
			return "a refusal has a detail, a code and messages alone"
		}
	}
	return ""
}

func (p reply) fieldsProblem() string {
	for _, value := range p.body {
		texts, ok := value.([]any)
		for _, text := range texts {
			if _, is := text.(string); !is {
				ok = false
			}
		}
		if !ok || len(texts) == 0 {
			return "a field has a list of texts"
		}
	}
	if len(p.body) == 0 {
		return "a failure says what it is"
	}
	return ""
}
