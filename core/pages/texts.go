package pages

import (
	"maps"
	"strings"
)

// Texts returns a copy of all texts of the pages in English, by name: what a translation has to have.
// Sentences of the protocol, such as "This field is required.", can be translated under themselves.
func Texts() map[string]string { return maps.Clone(english) }

// isSentence reports whether a name is a sentence that stands for itself.
func isSentence(name string) bool { return strings.Contains(name, " ") }

var english = map[string]string{
	"skip":    "Skip to content",
	"problem": "There is a problem",
	"back":    "Back to the login",
	"home":    "Home",

	"field.email":    "E-mail address",
	"field.username": "User name",
	"field.password": "Password",
	"field.old":      "Current password",
	"field.new":      "New password",
	"field.again":    "New password, once more",
	"field.confirm":  "Password, once more",
	"field.first":    "First name",
	"field.last":     "Last name",
	"field.optional": "(optional)",

	"login.title":    "Log in",
	"login.button":   "Log in",
	"login.remember": "Stay logged in on this device",
	"login.register": "Make an account",
	"login.reset":    "Forgot your password?",
	"login.failed":   "The address and the password do not fit together.",

	"logout.title":  "Log out",
	"logout.text":   "Do you want to log out on this device?",
	"logout.button": "Log out",
	"logout.cancel": "Stay logged in",

	"register.title":  "Make an account",
	"register.button": "Make the account",
	"register.login":  "You have one? Log in",
	"register.hint":   "A long one that nobody guesses. A sentence is fine.",

	"password.title":  "Change your password",
	"password.text":   "You will be logged out everywhere.",
	"password.button": "Change the password",
	"password.wrong":  "This is not your current password.",

	"done.title": "Your password was changed",
	"done.text":  "You were logged out everywhere. Log in with your new password.",
	"done.login": "Log in",

	"ask.title":   "Set a new password",
	"ask.text":    "Tell us your address. If it has an account, we send you a link.",
	"ask.button":  "Send the link",
	"again.title": "Confirm your address",
	"again.text":  "Tell us your address. If it waits to be confirmed, we send you a new link.",

	"sent.title": "Look into your mail",
	"sent.text":  "If there is an account with this address, a mail with a link is on its way. It may take a few minutes. Look for it among the unwanted ones too.",

	"reset.title":  "Set a new password",
	"reset.button": "Set the password",

	"confirm.title":  "Confirm your address",
	"confirm.text":   "One click, and the address is known to be yours.",
	"confirm.button": "Confirm",

	"devices.title":   "Where you are logged in",
	"devices.current": "this device",
	"devices.unknown": "Unknown device",
	"devices.since":   "since",
	"devices.seen":    "last seen",
	"devices.end":     "Log out",
	"devices.others":  "Log out everywhere else",
	"devices.alone":   "You are logged in nowhere else.",

	"flash.registered": "Your account is made. Log in now.",
	"flash.confirm":    "Your account is made. Confirm your address by the link in your mail, then log in.",
	"flash.confirmed":  "Your address is confirmed. Log in now.",
	"flash.out":        "You are logged out.",
	"flash.reset":      "Your new password is set. Log in now.",
	"flash.ended":      "That device is logged out.",
	"flash.others":     "You are logged out everywhere else.",
	"flash.expired":    "You were away for too long. Log in once more.",

	"mismatch": "The passwords do not match.",

	"error.title":             "That did not work",
	"error.other":             "This cannot be done.",
	"error.csrf_failed":       "This form is too old, or was sent from another site. Go back, load the page again and try once more.",
	"error.disallowed_origin": "This form was sent from another site.",
	"error.code_not_valid":    "This link is not valid any more. Links can be used once, and not for long.",
	"error.throttled":         "There were too many attempts. Wait a while.",
	"error.unavailable":       "The service cannot be reached at the moment. Try again soon.",
	"error.internal_error":    "Something is broken here. It was noted.",
	"error.permission_denied": "You may not do this.",
	"error.not_permitted":     "You may not do this.",
	"error.not_authenticated": "You are not logged in.",
	"error.token_not_valid":   "You are not logged in any more.",
	"error.not_found":         "There is no such page.",

	"error.login_not_accepted":       "You are logged in, but the page where you were going does not let you in.",
	"error.user_inactive":            "Your account is not active here.",
	"error.auth_service_unavailable": "The service cannot be reached at the moment. Try again soon.",
	"error.device_limit":             "You are logged in on too many devices. Log out on one of them first.",
}
