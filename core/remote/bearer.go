package remote

import (
	"encoding/json"
	"errors"
	"net/http"

	auth "github.com/authplug/authplug/core"
)

// What the protocol tells who presents a bad access token.
const (
	textIncorrect = "Incorrect authentication credentials."
	textBadToken  = "Token is invalid or expired"
)

// bearerError refuses an access token or the header that carries it. On the wire it is the sentence
// alone, as other client-services of the protocol say it.
func bearerError(code, detail string) *auth.Error {
	body, _ := json.Marshal(map[string]string{"detail": detail})
	return auth.NewError(http.StatusUnauthorized, code, detail).WithBody(body)
}

// What the bearer of no token, of two and of none that can be one is told.
var (
	errNoToken   = bearerError(auth.ErrBadHeader.Code(), "Invalid basic header. No credentials provided.")
	errTwoTokens = bearerError(auth.ErrBadHeader.Code(),
		"Invalid basic header. Credentials string should not contain spaces.")
	errBadToken = bearerError(auth.ErrTokenInvalid.Code(), textBadToken)
)

// bearerRefusal is how a guard tells that the auth-service has refused a token: as 401, whatever the
// status was, in the auth-service's words or those given instead. Who must only come again later,
// and outages, are told as they are.
func bearerRefusal(err error, instead string) error {
	var e *auth.Error
	if !errors.As(err, &e) || e.Status() >= http.StatusInternalServerError || e.Status() == http.StatusTooManyRequests {
		return err
	}
	if instead == "" {
		instead = detailOf(e)
	}
	return bearerError(auth.ErrTokenInvalid.Code(), instead).Because(err)
}

// detailOf returns the sentence that a refusal has.
func detailOf(e *auth.Error) string {
	body, err := json.Marshal(e.Response().Body)
	var said struct {
		Detail any `json:"detail"`
	}
	if err != nil || json.Unmarshal(body, &said) != nil {
		return textIncorrect
	}
	if text, ok := said.Detail.(string); ok && text != textError {
		return text
	}
	return textIncorrect
}

// isBadProfile reports whether an error says that a profile cannot be used.
func isBadProfile(err error) bool {
	var e *auth.Error
	return errors.As(err, &e) && e.Detail() == textInvalidUser
}
