package auth

import (
	"maps"
	"net/http"
	"strconv"

	"github.com/authplug/authplug/core/internal/wire"
)

// Response is an answer as a value: it can be looked at before it is written.
type Response struct {
	Status  int // 0: 200
	Header  http.Header
	Cookies []*http.Cookie
	Body    any // nil: none; []byte: as it is, typed by Header; else JSON
}

// Write sends the answer. One that cannot be sent becomes a 500: a body that cannot be encoded, a
// status that is none.
func (p *Response) Write(w http.ResponseWriter) {
	body, isJSON, err := p.encode()
	status := p.Status
	orDefault(&status, http.StatusOK)
	if err != nil || status < http.StatusOK || status > 599 {
		ErrInternal.Response().Write(w)
		return
	}
	header := w.Header()
	maps.Copy(header, p.Header)
	for _, c := range p.Cookies {
		http.SetCookie(w, c)
	}
	if isJSON {
		header["Content-Type"] = jsonType
	}
	if body != nil {
		header["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may be gone: nobody is left to tell
}

// jsonType is the exact type of JSON: clients of the protocol compare it literally and refuse one
// with a charset. All answers share it, which is safe because whatever adds to it makes a copy.
var jsonType = []string{"application/json"}

// encode returns the body, and whether it is JSON.
func (p *Response) encode() (body []byte, isJSON bool, err error) {
	switch b := p.Body.(type) {
	case nil:
		return nil, false, nil
	case []byte:
		return b, false, nil
	case encodedBody:
		return b, true, nil
	default:
		body, err = wire.Marshal(b)
		return body, true, err
	}
}

// noStore forbids keeping an answer that carries a token or a person's data (RFC 6749 §5.1).
func (p *Response) noStore() *Response {
	return p.withHeader("Cache-Control", "no-store")
}

// withHeader returns a copy of p with one more header: p may be an application's own value.
func (p *Response) withHeader(name, value string) *Response {
	c := *p
	c.Header = withHeader(p.Header, name, value)
	return &c
}

// withHeader returns a copy of h with one more header.
func withHeader(h http.Header, name, value string) http.Header {
	h = h.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Set(name, value)
	return h
}

// answer is a response with a JSON body.
func answer(status int, body any) *Response {
	return &Response{Status: status, Body: body}
}
