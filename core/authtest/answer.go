package authtest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// Answer is what a handler answered to [Fixture.Do].
type Answer struct {
	Status int
	Header http.Header
	Body   string

	t    testing.TB
	what string // the method and the path
}

// Want ends the test unless the answer has this status and its body contains all of the texts. The
// message says what was asked and answered.
func (p *Answer) Want(status int, texts ...string) *Answer {
	p.t.Helper()
	if p.Status != status {
		p.t.Fatalf("%s = %s, want %s%s", p.what, statusText(p.Status), statusText(status), p.body())
	}
	for _, text := range texts {
		if !strings.Contains(p.Body, text) {
			p.t.Fatalf("%s = %s, want a body that contains %q%s", p.what, statusText(p.Status), text, p.body())
		}
	}
	return p
}

// Decode stores the body, which must be JSON, in what v points to; see [json.Unmarshal].
func (p *Answer) Decode(v any) *Answer {
	p.t.Helper()
	if err := json.Unmarshal([]byte(p.Body), v); err != nil {
		p.t.Fatalf("%s = %s, want JSON for %T: %v%s", p.what, statusText(p.Status), v, err, p.body())
	}
	return p
}

// shown is how much of a body a message shows, in bytes.
const shown = 2 << 10

// body returns the body for the end of a message.
func (p *Answer) body() string {
	switch {
	case p.Body == "":
		return "\nwith no body"
	case len(p.Body) > shown:
		return "\n" + strings.ToValidUTF8(p.Body[:shown], "") + "…"
	}
	return "\n" + p.Body
}
