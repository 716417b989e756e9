package adaptertest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// reply is an answer, its JSON body decoded.
type reply struct {
	status int
	header http.Header
	text   string
	body   map[string]any
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

// count returns how often a number is among others.
func count(all []int, wanted int) (n int) {
	for _, v := range all {
		if v == wanted {
			n++
		}
	}
	return n
}

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

// problem says which rule that holds for every answer one breaks.
func (a *app) problem(r *http.Request, p reply) string {
	if own(r, p) {
		return ""
	}
	if a.service.Settings().Pages != nil && (p.status == http.StatusSeeOther || !strings.HasPrefix(p.header.Get("Content-Type"), "application/json")) {
		return pageProblem(p)
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
	for _, secret := range []string{userPassword, signingKey, "$argon2id", errOutage.Error()} {
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

// headerProblem says which rule of every answer's headers one breaks.
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
	case p.header.Get("Set-Cookie") != "" && a.service.Settings().PublicURL == "" && p.field("detail") != "CSRF cookie set.":
		return "nothing sets a cookie"
	case p.header.Get("Set-Cookie") != "" && p.status < 300 && p.header.Get("Cache-Control") != "no-store":
		return "what sets a cookie is not stored"
	}
	return ""
}

// internals is what no client should read: names of code, statements, traces.
var internals = regexp.MustCompile(`\.go:\d|goroutine |runtime error|panicked|\*?\bauth\.[A-Z]|` +
	`\b(auth|wire|token|password|email|memstore|sqlstore|json|url|mime|multipart): |(?i:select|insert into|update) \w+ `)

// shapeProblem says what is wrong with the body of a failure: it is the protocol's detail with a
// code, or lists of texts by field, and tells nothing of the inside.
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
