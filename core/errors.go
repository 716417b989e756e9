package auth

import (
	"errors"
	"net/http"

	"github.com/authplug/authplug/core/internal/wire"
)

// What clients are told. Compare with [errors.Is].
var (
	// ErrNoCredentials says that a request carries nothing that could authenticate it. An
	// [Authenticator] returns it to let the next one try.
	ErrNoCredentials = &Error{
		status: http.StatusUnauthorized, code: "not_authenticated", bare: true,
		detail: "Authentication credentials were not provided.",
	}
	// ErrBadHeader says that the authorization header is malformed.
	ErrBadHeader = NewError(http.StatusUnauthorized, "bad_authorization_header",
		"Authorization header must contain two space-delimited values")
	// ErrLoginFailed is the one answer to every login that fails.
	ErrLoginFailed = &Error{
		status: http.StatusUnauthorized, code: "no_active_account", bare: true,
		detail: "No active account found with the given credentials",
	}
	// ErrNoAccount says that the user of a refresh token is gone, inactive, or has another
	// password by now.
	ErrNoAccount = NewError(http.StatusUnauthorized, "no_active_account",
		"No active account found for the given token.")
	// ErrTokenInvalid says that a token is malformed, forged, expired or oddly made.
	ErrTokenInvalid = tokenError("Token is invalid or expired")
	// ErrTokenRevoked says that a token, or the session that it belongs to, was ended.
	ErrTokenRevoked = tokenError("Token is blacklisted")
	// ErrTokenKind says that a token is of a kind that is not accepted here.
	ErrTokenKind = tokenError("Token has wrong type")
	// ErrTokenRefused says that a request's token is of none of the accepted kinds; the answer
	// tells why for each.
	ErrTokenRefused = tokenError("Given token not valid for any token type")
	// ErrNoUserClaim says that a token names no user.
	ErrNoUserClaim = tokenError("Token contained no recognizable user identification")
	// ErrUserNotFound says that the user of a token does not exist.
	ErrUserNotFound = NewError(http.StatusUnauthorized, "user_not_found", "User not found")
	// ErrUserInactive says that the user of a token is not active.
	ErrUserInactive = NewError(http.StatusUnauthorized, "user_inactive", "User is inactive")
	// ErrPasswordChanged says that a token was made for another password.
	ErrPasswordChanged = NewError(http.StatusUnauthorized, "password_changed",
		"The user's password has been changed.")
	// ErrNoRefresh says that a browser has no refresh token in its cookie.
	ErrNoRefresh = &Error{
		status: http.StatusUnauthorized, code: "not_authenticated", bare: true, detail: "No refresh token provided.",
	}
	// ErrCSRF says that a request may come from another site than the person believes, or lacks the
	// CSRF token of its session. See [BrowserSettings].
	ErrCSRF = NewError(http.StatusForbidden, "csrf_failed", "CSRF Failed.")
	// ErrForbidden says that somebody is logged in but not allowed. Guards return it.
	ErrForbidden = NewError(http.StatusForbidden, "permission_denied",
		"You do not have permission to perform this action.")
	// ErrDeviceLimit says that a user is logged in on as many devices as it may be. Only who knows
	// the password gets to see it. See [DeviceSettings].
	ErrDeviceLimit = NewError(http.StatusForbidden, "device_limit", "Too many devices are logged in.")
	// ErrThrottled is the cause of a refusal for too many attempts, whose sentence and Retry-After say
	// how long to wait. See [ThrottleSettings].
	ErrThrottled = NewError(http.StatusTooManyRequests, "throttled", "Request was throttled.")
	// ErrEmailTaken says that another user has this e-mail address.
	ErrEmailTaken = fieldError("email", wire.TextEmailExists)
	// ErrAccountConflict says that a user of another service has the e-mail address of a local account,
	// which is never taken over.
	ErrAccountConflict = NewError(http.StatusForbidden, "account_conflict", "This account cannot be linked.")
	// ErrPasswordWrong says that a password change named no active user by the right password.
	ErrPasswordWrong = fieldError(wire.NonField, "Invalid credentials.")
	// ErrCodeInvalid says that a one-time code, such as that of a mail's link, is wrong, was used, is too
	// old or was replaced by a newer one. Which of these is nobody's business.
	ErrCodeInvalid = NewError(http.StatusBadRequest, "code_not_valid", "This link is not valid any more.")
	// ErrUnavailable says that the service cannot decide now: a store does not answer, or too
	// many passwords wait to be hashed. The answer asks to come again.
	ErrUnavailable = NewError(http.StatusServiceUnavailable, "unavailable",
		"Service temporarily unavailable.").WithHeader("Retry-After", "1")
	// ErrInternal says that something is broken.
	ErrInternal = NewError(http.StatusInternalServerError, "internal_error", "Internal server error.")
)

func tokenError(detail string) *Error {
	return NewError(http.StatusUnauthorized, "token_not_valid", detail)
}

// unavailable makes of a store's failure what the client is told.
func unavailable(err error) error { return ErrUnavailable.Because(err) }

// answerable makes an Error of any error: nobody outside sees another one.
func answerable(err error) *Error {
	if e := asError(err); e != nil {
		return e
	}
	return ErrInternal.Because(err)
}

// asError returns the Error that err is or wraps, or nil.
func asError(err error) *Error {
	if e, ok := err.(*Error); ok { //nolint:errorlint // The usual case needs no search.
		return e
	}
	var e *Error
	if !errors.As(err, &e) {
		return nil
	}
	return e
}
