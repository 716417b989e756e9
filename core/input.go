package auth

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/authplug/authplug/core/internal/wire"
)

// form takes the fields of a request's body and collects what is wrong with them.
type form struct{ *wire.Fields }

// readForm decodes a request's body.
func readForm(r *http.Request) (form, error) {
	object, err := wire.ReadObject(r)
	if err != nil {
		return form{}, inputError(err)
	}
	return form{object.Fields()}, nil
}

// err returns everything that was found wrong, or nil.
func (f form) err() error {
	if err := f.Err(); err != nil {
		return inputError(err)
	}
	return nil
}

// trimmed takes a text, such as a token, without the white space around it.
func (f form) trimmed(name string) string {
	text, _ := f.Text(wire.Field{Name: name, Trim: true})
	return text
}

// password takes a password, exactly as it was typed.
func (f form) password(name string) string {
	text, _ := f.Text(wire.Field{Name: name})
	return text
}

// optionalToken takes a token whose absence, whatever its form, is no problem.
func (f form) optionalToken(name string) string {
	text, _ := f.Text(wire.Field{Name: name, Optional: true, AllowBlank: true, AllowNull: true, Trim: true})
	return text
}

// inputError makes of a body's problem what the client is told.
func inputError(err error) error {
	var problems *wire.Problems
	if errors.As(err, &problems) {
		return problemsError(problems).Because(err)
	}
	var refused *wire.Error
	if errors.As(err, &refused) {
		return refusedBody(refused).Because(err)
	}
	return &Error{
		status: http.StatusBadRequest, code: "bad_request", bare: true,
		detail: "The request body could not be read.", cause: err,
	}
}

// refusedBody answers that a body is refused as a whole.
func refusedBody(refused *wire.Error) *Error {
	e := &Error{status: refused.Status, code: "bad_request", bare: true, detail: refused.Detail}
	if e.status == http.StatusRequestEntityTooLarge {
		return e.WithHeader("Connection", "close") // the rest of the body is not worth reading
	}
	return e
}

// problemsError answers the problems of fields.
func problemsError(p *wire.Problems) *Error {
	return &Error{status: http.StatusBadRequest, code: "invalid", detail: strings.TrimPrefix(p.Error(), "wire: "), body: p.Members()}
}

// fieldError answers the problems of one field.
func fieldError(field string, texts ...string) *Error {
	var p wire.Problems
	p.Add(field, texts...)
	return problemsError(&p)
}

func tooLong(longest int) string { return fmt.Sprintf(wire.TextMaxLength, longest) }
