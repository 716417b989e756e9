package wire

// The texts of the protocol. Clients compare them, so they are part of it. Those with a verb are
// formats.
const (
	TextRequired       = "This field is required."
	TextBlank          = "This field may not be blank."
	TextNull           = "This field may not be null."
	TextNotString      = "Not a valid string."
	TextNullCharacters = "Null characters are not allowed."
	TextMaxLength      = "Ensure this field has no more than %d characters."
	TextInvalidEmail   = "Enter a valid email address."
	TextEmailExists    = "This email already exists."
	TextNoData         = "No data provided"
	TextNotObject      = "Invalid data. Expected a dictionary, but got %s."
	TextJSONError      = "JSON parse error - %s"
	TextFormError      = "Form parse error - %s"
	TextMultipartError = "Multipart form parse error - %s"
	TextBodyTooLarge   = "Request body too large."

	TextLoggedOut            = "Logged out."
	TextLoggedIn             = "Successfully logged in."
	TextRefreshed            = "Token refreshed."
	TextCSRFCookie           = "CSRF cookie set."
	TextUnsupportedMediaType = "Unsupported media type \"%s\" in request."
	TextInvalidChoice        = "\"%s\" is not a valid choice."
	TextContentEncoding      = "Unsupported content encoding in request."
)

// NonField is the name under which [Problems] holds what concerns no single field.
const NonField = "non_field_errors"
