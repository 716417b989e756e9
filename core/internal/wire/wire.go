// Package wire knows what the protocol looks like on the wire: it decodes request bodies strictly,
// holds the texts and shapes of its errors, and encodes answers.
//
// It knows nothing of users or tokens. Its errors are plain values ([Error], [Problems]); package
// auth turns them into answers.
package wire

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// MaxBody is the largest body that [ReadObject] accepts, in bytes.
const MaxBody = 16 << 10

// maxMembers bounds the members of one object and the fields of one form, so that looking for
// duplicates stays cheap; no request of the protocol has more than a dozen.
const maxMembers = 100

// ReadObject decodes the body of r: a JSON object, a urlencoded form or the text fields of a
// multipart form. The query of the URL is never looked at. An empty body is an empty object,
// whatever its Content-Type: a POST that a cookie authenticates has neither.
//
// Its error is an [*Error] with status 415 (another media type, another charset than UTF-8, any
// Content-Encoding), 413 ([ErrTooLarge]) or 400 (what cannot be parsed, duplicate names included);
// a [*Problems] that wraps [ErrNotObject] where the body is good JSON but no object; or it wraps
// [ErrIncomplete] and the cause where the body could not be read. It reads at most one byte more
// than [MaxBody].
func ReadObject(r *http.Request) (*Object, error) {
	parse, refused := parserFor(r.Header)
	body, err := readBody(r)
	switch {
	case err == nil && body == "":
		return &Object{}, nil
	case refused != nil:
		return nil, refused
	case err != nil:
		return nil, err
	}
	return parse(body)
}

// readBody never trusts Content-Length beyond refusing early: middleware may have replaced the
// body.
func readBody(r *http.Request) (string, error) {
	if r.Body == nil {
		return "", nil
	}
	if r.ContentLength > MaxBody {
		return "", ErrTooLarge
	}
	size := int(r.ContentLength)
	if size < 0 {
		size = MaxBody + 1
	}
	var body strings.Builder
	body.Grow(size)
	_, err := io.CopyBuffer(&body, io.LimitReader(r.Body, MaxBody+1), make([]byte, 1<<10))
	if body.Len() > MaxBody || errors.As(err, new(*http.MaxBytesError)) {
		return "", ErrTooLarge
	}
	if err != nil {
		return "", fmt.Errorf("wire: %w: %w", ErrIncomplete, err)
	}
	return body.String(), nil
}

// parserFor picks the parser of the body by its headers.
func parserFor(h http.Header) (func(body string) (*Object, error), error) {
	received := strings.Join(h.Values("Content-Type"), ", ")
	kind, params, err := mime.ParseMediaType(received)
	if err != nil || !isUTF8(params["charset"]) {
		return nil, unsupported(received)
	}
	if encoding := strings.Join(h.Values("Content-Encoding"), ", "); !isIdentity(encoding) {
		return nil, &Error{Status: http.StatusUnsupportedMediaType, Detail: TextContentEncoding}
	}
	switch kind {
	case "application/json":
		return parseJSON, nil
	case "application/x-www-form-urlencoded":
		return parseForm, nil
	case "multipart/form-data":
		return func(body string) (*Object, error) { return parseMultipart(body, params["boundary"]) }, nil
	}
	return nil, unsupported(received)
}

func isUTF8(charset string) bool {
	return charset == "" || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
}

func isIdentity(encoding string) bool {
	return encoding == "" || strings.EqualFold(encoding, "identity")
}

// unsupported quotes the header as it came, as the protocol does, but never reflects more than a
// line of it.
func unsupported(received string) error {
	const longest = 100
	if received == "" {
		received = "text/plain"
	}
	if len(received) > longest {
		received = received[:longest]
	}
	detail := fmt.Sprintf(TextUnsupportedMediaType, strings.ToValidUTF8(received, "?"))
	return &Error{Status: http.StatusUnsupportedMediaType, Detail: detail}
}
