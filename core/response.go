package auth

import (
	"maps"
	"net/http"
	"strconv"

	"github.com/authplug/authplug/core/internal/wire"
)

// Response is an answer as a value: it can be looked at before it is written.
type Response struct {
	Status  int
	Header  http.Header
	Cookies []*http.Cookie
	Body    any // nil: none; []byte: as it is, typed by Header; else JSON
}

// Write sends the answer. A body that cannot be encoded becomes a 500.
func (p *Response) Write(w http.ResponseWriter) {
	body, contentType, err := p.encode()
	if err != nil {
		ErrInternal.Response().Write(w)
		return
	}
	header := w.Header()
	maps.Copy(header, p.Header)
	for _, c := range p.Cookies {
		http.SetCookie(w, c)
	}
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	if body != nil {
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // the client may be gone: nobody is left to tell
}

// encode returns the body and, for JSON, its exact type: clients of the protocol compare it
// literally and refuse one with a charset.
func (p *Response) encode() (body []byte, contentType string, err error) {
	switch b := p.Body.(type) {
	case nil:
		return nil, "", nil
	case []byte:
		return b, "", nil
	default:
		body, err = wire.Marshal(b)
		return body, "application/json", err
	}
}

// noStore forbids keeping an answer that carries a token or a person's data (RFC 6749 §5.1).
func (p *Response) noStore() *Response {
	return p.withHeader("Cache-Control", "no-store")
}

func (p *Response) withHeader(name, value string) *Response {
	if p.Header == nil {
		p.Header = http.Header{}
	}
	p.Header.Set(name, value)
	return p
}

// answer is a response with a JSON body.
func answer(status int, body any) *Response {
	return &Response{Status: status, Body: body}
}
