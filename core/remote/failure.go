package remote

import (
	"errors"
	"net/http"
	"strings"

	auth "github.com/authplug/authplug/core"
)

// ErrUnavailable is what [errors.Is] finds in every error that says nothing of the credentials: the
// auth-service could not be asked in time, or what it answered cannot be used. Any other error is a
// refusal by the auth-service, with its status.
var ErrUnavailable = errors.New("remote: the auth-service is unavailable")

// codeUnavailable is the code of every outage.
const codeUnavailable = "auth_service_unavailable"

// The protocol's texts of what went wrong with a call.
const (
	textConnection  = "Authentication Service Connection Error."
	textTimeout     = "Authentication Service Timed Out."
	textRequest     = "Authentication Service Request Error."
	textError       = "Authentication service returned an error."
	textInvalid     = "Authentication service returned an invalid response."
	textInvalidUser = "Authentication service returned an invalid user response."
	textType        = "Authentication Service response has incorrect content-type. " +
		"Expected application/json but received "
)

// unavailable answers that nothing can be decided now, whatever the credentials.
func unavailable(detail string, cause error) *auth.Error {
	return auth.NewError(http.StatusServiceUnavailable, codeUnavailable, detail).
		WithHeader("Retry-After", "1").Because(&failure{cause})
}

// failure is why the auth-service could not decide. Its text is cut, and ends where something is
// quoted: package net/http quotes lines of an answer that it cannot read.
type failure struct{ cause error }

// Error returns what happened.
func (f *failure) Error() string {
	const longest = 200
	text, _, _ := strings.Cut(f.cause.Error(), `"`)
	return "remote: " + visible(text, longest)
}

// Unwrap returns the cause, whose text may quote the auth-service.
func (f *failure) Unwrap() error { return f.cause }

// Is makes every failure an [ErrUnavailable].
func (f *failure) Is(target error) bool { return target == ErrUnavailable }

// visible returns a text as one line of at most longest visible ASCII characters and blanks.
func visible(text string, longest int) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
	return text[:min(len(text), longest)]
}
