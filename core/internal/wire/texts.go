package wire

// The texts of the protocol. Clients compare them, so they are part of it. Those with a verb are formats.
const (
	TextRequired         = "This field is required."
	TextBlank            = "This field may not be blank."
	TextNull             = "This field may not be null."
	TextNotString        = "Not a valid string."
	TextNullCharacters   = "Null characters are not allowed."
	TextMaxLength        = "Ensure this field has no more than %d characters."
	TextInvalidEmail     = "Enter a valid email address."
	TextEmailExists      = "This email already exists."
	TextNoData           = "No data provided"
	TextNotObject        = "Invalid data. Expected a dictionary, but got %s."
	TextJSONError        = "JSON parse error - %s"
	TextFormError        = "Form parse error - %s"
	TextMultipartError   = "Multipart form parse error - %s"
	TextBodyTooLarge     = "Request body too large."
	TextMethodNotAllowed = "Method \"%s\" not allowed."
	TextNotFound         = "Not found."

	TextUnsupportedMediaType = "Unsupported media type \"%s\" in request."
	TextContentEncoding      = "Unsupported content encoding in request."

	TextNoAccount           = "No active account found with the given credentials"
	TextNoAccountForToken   = "No active account found for the given token."
	TextInvalidCredentials  = "Invalid credentials."
	TextNotAuthenticated    = "Authentication credentials were not provided."
	TextTokenInvalid        = "Token is invalid or expired"
	TextTokenBlacklisted    = "Token is blacklisted"
	TextTokenWrongType      = "Token has wrong type"
	TextTokenNotValid       = "Given token not valid for any token type"
	TextThrottled           = "Request was throttled. Expected available in %d seconds."
	TextServiceUnavailable  = "Service temporarily unavailable."
	TextNoRefreshToken      = "No refresh token provided."
	TextDisallowedOrigin    = "Disallowed origin."
	TextCSRFCookieSet       = "CSRF cookie set."
	TextLoggedIn            = "Successfully logged in."
	TextLoggedOut           = "Logged out."
	TextTokenRefreshed      = "Token refreshed."
	TextTooManyDevices      = "Too many devices are logged in."
	TextPasswordsDoNotMatch = "The passwords do not match."
)

// NonField is the name under which [Problems] holds what concerns no single field.
const NonField = "non_field_errors"
