package adaptertest

import "fmt"

// Answers that several claims are about.
const (
	nobodyBody       = `{"detail":"Authentication credentials were not provided."}`
	badHeaderBody    = `{"detail":"` + badHeaderText + `","code":"bad_authorization_header"}`
	loginFailedBody  = `{"detail":"No active account found with the given credentials"}`
	noAccountBody    = `{"detail":"No active account found for the given token.","code":"no_active_account"}`
	invalidBody      = `{"detail":"Token is invalid or expired","code":"token_not_valid"}`
	revokedBody      = `{"detail":"Token is blacklisted","code":"token_not_valid"}`
	wrongKindBody    = `{"detail":"Token has wrong type","code":"token_not_valid"}`
	noUserClaimBody  = `{"detail":"` + noUserText + `","code":"token_not_valid"}`
	userNotFoundBody = `{"detail":"User not found","code":"user_not_found"}`
	userInactiveBody = `{"detail":"User is inactive","code":"user_inactive"}`
	changedBody      = `{"detail":"The user's password has been changed.","code":"password_changed"}`
	forbiddenBody    = `{"detail":"` + forbiddenText + `","code":"permission_denied"}`
	unavailableBody  = `{"detail":"Service temporarily unavailable.","code":"unavailable"}`
	internalBody     = `{"detail":"Internal server error.","code":"internal_error"}`
	loggedOutBody    = `{"detail":"Logged out."}`
	emailTakenBody   = `{"email":["This email already exists."]}`
	credentialsBody  = `{"non_field_errors":["Invalid credentials."]}`
	noRefreshBody    = `{"detail":"No refresh token provided."}`
	csrfMissingBody  = `{"detail":"CSRF Failed: CSRF token missing or incorrect.","code":"csrf_failed"}`
	csrfOriginBody   = `{"detail":"CSRF Failed: the request comes from another site.","code":"csrf_failed"}`
	tooLargeBody     = `{"detail":"Request body too large."}`
)

// Why a request or its token is refused.
const (
	badHeaderText = "Authorization header must contain two space-delimited values"
	noUserText    = "Token contained no recognizable user identification"
	forbiddenText = "You do not have permission to perform this action."
	invalidText   = "Token is invalid or expired"
	revokedText   = "Token is blacklisted"
	wrongKindText = "Token has wrong type"
)

// refusedBody is the answer to a bearer token that is not accepted.
func refusedBody(message string) string {
	return fmt.Sprintf(`{"detail":"Given token not valid for any token type","code":"token_not_valid",`+
		`"messages":[{"token_class":"AccessToken","token_type":"access","message":"%s"}]}`, message)
}

// tokenBody is the answer of an endpoint to a token that is not accepted.
func tokenBody(message string) string {
	return fmt.Sprintf(`{"detail":"%s","code":"token_not_valid"}`, message)
}

// fieldBody is the answer to a bad field.
func fieldBody(field, problem string) string { return fmt.Sprintf(`{"%s":["%s"]}`, field, problem) }
