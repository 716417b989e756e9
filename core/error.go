package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/authplug/authplug/core/internal/wire"
)

// Error is a refusal or a failure as a client gets to see it: a status, a stable code, one
// sentence, and the headers and cookies of its answer. What caused it stays inside; [errors.Is]
// and [errors.As] reach it. An Error never changes, so the package's own may be shared.
type Error struct {
	status  int
	code    string
	detail  string
	body    any // the JSON body; nil: detail, and code unless bare
	bare    bool
	header  http.Header
	cookies []*http.Cookie
	cause   error
	ambient bool // of what the browser sends by itself
}

// NewError returns an Error for an application's own guards and hooks. The status is from 300 to
// 599; any other is answered as 500. The sentence goes over the wire: it must not tell secrets. The
// code is for programs: lower case with underscores.
func NewError(status int, code, detail string) *Error {
	return &Error{status: status, code: code, detail: detail}
}

// Status returns the HTTP status.
func (e *Error) Status() int { return e.status }

// Code returns the stable code, for programs.
func (e *Error) Code() string { return e.code }

// Detail returns the sentence, for people.
func (e *Error) Detail() string { return e.detail }

// Fields returns what is wrong with the fields of a body, by name, or nil where something else is
// wrong. What concerns several fields is under "non_field_errors". The map is a copy.
func (e *Error) Fields() map[string][]string {
	problems, _ := e.body.(wire.Members)
	if foreign, ok := e.body.(encodedBody); ok {
		problems = foreign.problems()
	}
	var fields map[string][]string
	for _, m := range problems {
		texts, ok := m.Value.([]string)
		if !ok {
			continue
		}
		if fields == nil {
			fields = map[string][]string{}
		}
		fields[m.Name] = slices.Clone(texts)
	}
	return fields
}

// errNil stands for a nil *Error, which would be a cause that nobody can look at.
var errNil = errors.New("auth: an *Error that is nil")

// Error returns code, sentence and cause, for logs. Like Unwrap and Is it may be called on nil,
// which is no answer and counts as a failure where a hook returns it.
func (e *Error) Error() string {
	if e == nil {
		return errNil.Error()
	}
	if e.cause == nil {
		return fmt.Sprintf("auth: %s: %s", e.code, e.detail)
	}
	return fmt.Sprintf("auth: %s: %s: %v", e.code, e.detail, e.cause)
}

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.cause
}

// Is reports whether target is an Error with the same code and sentence, so that an Error still is
// the package's own when it carries a cause or headers.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t != nil && e != nil && t.code == e.code && t.detail == e.detail
}

// Because returns a copy of e with a cause, which clients do not see. A nil *Error as the cause is
// replaced by an error that says so.
func (e *Error) Because(cause error) *Error {
	if none, ok := cause.(*Error); ok && none == nil { //nolint:errorlint // What is wrapped stays.
		cause = errNil
	}
	c := *e
	c.cause = cause
	return &c
}

// WithHeader returns a copy of e whose answer carries a header.
func (e *Error) WithHeader(name, value string) *Error {
	c := *e
	c.header = withHeader(e.header, name, value)
	return &c
}

// withCookies returns a copy of e whose answer sets cookies.
func (e *Error) withCookies(cookies ...*http.Cookie) *Error {
	c := *e
	c.cookies = append(slices.Clone(e.cookies), cookies...)
	return &c
}

// WithBody returns a copy of e that is answered with another body than the protocol's: a JSON
// object, which is not looked at and must not be changed any more. It passes on the refusal of a
// service that speaks the protocol as well; [Error.Fields] then reads it.
func (e *Error) WithBody(object json.RawMessage) *Error {
	c := *e
	c.body = encodedBody(object)
	return &c
}

// Response returns the answer in the shape of the protocol: {"detail": …, "code": …}, or the
// problems of the fields of a body.
func (e *Error) Response() *Response {
	if e.status < http.StatusMultipleChoices || e.status > 599 {
		return ErrInternal.Response() // no status of a refusal: it must not look like a success
	}
	p := &Response{Status: e.status, Header: maps.Clone(e.header), Cookies: e.cookies, Body: e.body}
	if p.Body == nil {
		p.Body = e.standardBody()
	}
	return p
}

// complete returns a copy of an application's answer with what it left out: the status, headers and
// cookies of the error.
func (e *Error) complete(p *Response) *Response {
	c := *p
	orDefault(&c.Status, e.Response().Status)
	c.Header = e.header.Clone()
	if c.Header == nil {
		c.Header = http.Header{}
	}
	maps.Copy(c.Header, p.Header)
	c.Cookies = append(slices.Clone(p.Cookies), e.cookies...)
	return &c
}

// encoded returns a copy of e whose body is JSON text already, for an error that is answered often.
func (e *Error) encoded() *Error {
	c := *e
	if text, err := wire.Marshal(e.Response().Body); err == nil {
		c.body = encodedBody(text)
	}
	return &c
}

// encodedBody is a body in JSON. It is shared: nobody may write to it.
type encodedBody []byte

// MarshalJSON returns the body as it is.
func (b encodedBody) MarshalJSON() ([]byte, error) { return b, nil }

// problems returns the members that are lists of texts.
func (b encodedBody) problems() wire.Members {
	var members map[string]json.RawMessage
	if json.Unmarshal(b, &members) != nil {
		return nil
	}
	var problems wire.Members
	for name, raw := range members {
		var texts []string
		if json.Unmarshal(raw, &texts) == nil && len(texts) > 0 {
			problems = append(problems, wire.Member{Name: name, Value: texts})
		}
	}
	return problems
}

// detailBody is the protocol's usual body of an error, in its order.
type detailBody struct {
	Detail   string         `json:"detail"`
	Code     string         `json:"code,omitempty"`
	Messages []tokenMessage `json:"messages,omitempty"`
}

// tokenMessage says why one kind of token was not accepted.
type tokenMessage struct {
	Class   string `json:"token_class"`
	Kind    string `json:"token_type"`
	Message string `json:"message"`
}

func (e *Error) standardBody() any {
	if e.bare {
		return detailBody{Detail: e.detail}
	}
	return detailBody{Detail: e.detail, Code: e.code}
}
