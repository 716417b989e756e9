package remote

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/internal/wire"
)

// Codes of refusals that name none: of fields, as the service's own, and of anything else.
const (
	codeInvalid = "invalid"
	codeRefused = "auth_service_refused"
)

// plainRefusal is the body of a refusal whose own cannot be passed on.
var plainRefusal = json.RawMessage(`{"detail":"` + textError + `"}`)

// refusal passes on what the auth-service has decided: status and body as they are, no header but
// when to come again.
func (a *answer) refusal(now time.Time) *auth.Error {
	e := auth.NewError(a.status, codeRefused, textError).WithBody(plainRefusal)
	if object, err := wire.ParseObject(a.body); err == nil {
		var body bytes.Buffer
		_ = json.Compact(&body, []byte(a.body)) // it has been parsed
		code, detail := describe(a.status, object)
		if code == auth.ErrCSRF.Code() {
			return unavailable(textError, errInCookies)
		}
		e = auth.NewError(a.status, code, detail).WithBody(body.Bytes())
	}
	if wait := a.retryAfter(now); wait != "" {
		return e.WithHeader("Retry-After", wait)
	}
	return e
}

// errInCookies says what operators have to mend: a person cannot.
var errInCookies = errors.New("remote: the auth-service wants a CSRF token of its own: it must not carry tokens in cookies (Cookies.Mode json)")

var plainCode = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// describe returns code and sentence of a refusal, those of package auth where it says the same.
func describe(status int, body *wire.Object) (code, detail string) {
	code, detail = codeRefused, textError
	var fields wire.Problems
	for name, value := range body.All() {
		var text string
		var texts []string
		isText := json.Unmarshal(value, &text) == nil && value[0] == '"'
		switch {
		case name == "detail" && isText:
			detail = shortened(text)
		case name == "code" && isText && plainCode.MatchString(text):
			code = text
		case json.Unmarshal(value, &texts) == nil:
			fields.Add(name, texts...)
		}
	}
	switch {
	case detail == textError && status == http.StatusBadRequest && !fields.Empty():
		return codeInvalid, shortened(strings.TrimPrefix(fields.Error(), "wire: "))
	case code == codeRefused && detail == auth.ErrLoginFailed.Detail():
		code = auth.ErrLoginFailed.Code()
	}
	return code, detail
}

// shortened makes of a sentence of the auth-service a bounded line: it is logged.
func shortened(text string) string {
	const longest = 500
	runes := []rune(text)
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, string(runes[:min(len(runes), longest)]))
}
