package auth

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/authplug/authplug/core/password"
	"github.com/authplug/authplug/core/token"
)

// Settings configure a [Service]. The zero value of every field is its documented default, and the
// strict one; only a key has to be given. [New] copies the value and reports everything that is
// wrong with it at once. A field's env tag is the name of its variable; see package env.
type Settings struct {
	// Mount is the path below which a browser sees the endpoints. Defaults to "/auth"; "/" is the
	// root.
	Mount string

	// PublicURL is the origin by which browsers and mails know the service, without a path:
	// "https://auth.example.com". What a request says of its host is never believed. Required with
	// cookies, pages and links in mails; plain http then only on a loopback address. Defaults to none.
	PublicURL string

	Signing    Signing
	Tokens     TokenSettings
	Claims     ClaimSettings
	Header     HeaderSettings
	Cookies    CookieSettings
	Browser    BrowserSettings
	Passwords  PasswordSettings
	Users      UserSettings
	Devices    DeviceSettings
	Throttle   ThrottleSettings
	Revocation RevocationSettings

	// TrustedProxies are the networks of the proxies in front of the service: what they append to
	// X-Forwarded-For is believed, from the right up to the first address that is not among them,
	// which is the client's. Everybody can write the rest. Defaults to none: the client's address is
	// the connection's.
	TrustedProxies []netip.Prefix

	// Authenticators are an application's own ways to say who makes a request, such as keys of
	// programs. They are asked in order where a request carries no token of the service. Whom they
	// know must be active and have an id, a UUID or an e-mail address. Defaults to none.
	Authenticators []Authenticator

	// Events is told what a security log wants to know, in the request that caused it: it should
	// return soon. A panic in it is caught. Defaults to nobody.
	Events func(context.Context, Event)

	// Mailer sends what people should know: at present that a local user's password was changed.
	// Defaults to nobody: no mail is sent.
	Mailer Mailer

	// Pages are the HTML pages of the service, such as package pages makes. They need a cookie mode.
	// Defaults to none.
	Pages Pages

	// OnError decides how a failure looks. It may return nil for the protocol's own answer, which
	// is [Error.Response]. Headers and cookies of the error are kept. A panic in it gives the
	// protocol's answer. Defaults to the protocol's answer.
	OnError func(*http.Request, *Error) *Response

	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
}

// Signing says which keys sign and verify tokens, and for whom.
type Signing struct {
	// Algorithm is HS256, HS384, HS512, RS256 … RS512, PS256 … PS512, ES256 … ES512 or EdDSA.
	// Defaults to HS256.
	Algorithm token.Algorithm `env:"ALGORITHM" default:"HS256"`

	// Key signs tokens: with HS a secret of at least the hash's length in random bytes, else a
	// private key in PEM. It always verifies as well. Required unless Keys is set.
	Key Secret `env:"SIGNING_KEY,file"`

	// VerifyingKey is the public key in PEM that belongs to Key. Not needed: Key knows it.
	// Ignored with HS, where Key verifies.
	VerifyingKey Secret `env:"VERIFYING_KEY,file"`

	// Keys is a ring of keys instead of the three fields above: the first signs, all verify.
	// Defaults to none.
	Keys []token.Key

	// Issuer is written into tokens and then required of them. It has at most 1,024 bytes of JSON,
	// and 2,048 together with Audience. Defaults to none.
	Issuer string `env:"ISSUER"`

	// Audience is written into tokens; then a token must name one of it. One value is a string in
	// the token, several are a list. Defaults to none.
	Audience []string `env:"AUDIENCE"`

	// Leeway is how far the clocks of services may differ, at most two minutes. Defaults to 0.
	Leeway time.Duration `env:"LEEWAY"`

	// Encryption hides what tokens say, such as by package jwe; a token that is signed alone is then
	// refused. Defaults to none: whoever carries a token can read it.
	Encryption Encryption

	// AllowSampleKey accepts a Key that is printed in documentation. For development only.
	// Defaults to no.
	AllowSampleKey bool
}

// What [TokenSettings.Kind] takes.
const (
	KindPair    = "pair"
	KindSliding = "sliding"
)

// TokenSettings say how long tokens live and how they are exchanged. Lifetimes are whole seconds.
type TokenSettings struct {
	// AccessLifetime is the life of an access token. Defaults to 5 minutes, at most 24 hours.
	AccessLifetime time.Duration `env:"ACCESS_TOKEN_LIFETIME" default:"5m"`

	// RefreshLifetime is the life of a refresh token: a session that is not refreshed for so long
	// is over. It must exceed AccessLifetime. Defaults to 24 hours, at most SessionLifetime.
	RefreshLifetime time.Duration `env:"REFRESH_TOKEN_LIFETIME" default:"24h"`

	// SessionLifetime ends a session whatever happens; it is fixed at login. Defaults to 720 hours.
	SessionLifetime time.Duration `env:"SESSION_LIFETIME" default:"720h"`

	// SlidingLifetime is the life of a sliding token until it is refreshed, at most 24 hours.
	// Defaults to 5 minutes, at most SlidingRefreshLifetime.
	SlidingLifetime time.Duration `env:"SLIDING_TOKEN_LIFETIME" default:"5m"`

	// SlidingRefreshLifetime is for how long a sliding token can be refreshed. Defaults to 24
	// hours, at most SessionLifetime.
	SlidingRefreshLifetime time.Duration `env:"SLIDING_TOKEN_REFRESH_LIFETIME" default:"24h"`

	// GracePeriod is for how long a refresh token that has just been replaced is answered with its
	// successor, for clients whose requests cross or whose answers get lost. At most 60 seconds.
	// Defaults to 0: presenting a replaced token ends the session.
	GracePeriod time.Duration `env:"GRACE_PERIOD"`

	// Kind is what the endpoint token/ issues: "pair" or "sliding". Defaults to "pair".
	Kind string `env:"TOKEN_KIND" default:"pair"`

	// Accept lists the kinds of token that authenticate a request, in the order in which they are
	// tried. Defaults to access tokens, and sliding ones where Kind is "sliding".
	Accept []token.Kind `env:"AUTH_TOKEN_CLASSES" default:"access"`

	// ReuseRefresh lets a refresh token be used until it expires. By default it is replaced at
	// each use, and using it again ends the session.
	ReuseRefresh bool `env:"ROTATE_REFRESH_TOKENS,not"`

	// AccessOutlivesSession lets access tokens live out their lifetime. By default the store is
	// asked on each request, and they die with their session, with a change of their user's rights
	// or password, and with the user.
	AccessOutlivesSession bool `env:"CHECK_EPOCH,not"`
}

// ClaimSettings say what tokens contain and what an identity is made of.
type ClaimSettings struct {
	// UserIDField is the field of the user that names it in tokens: "id", "uuid" or "email".
	// Defaults to "id".
	UserIDField string `env:"USER_ID_FIELD" default:"id"`

	// UserID, Kind, ID and RefreshExpiry are the names of claims. They default to "user_id",
	// "token_type", "jti" and "refresh_exp".
	UserID        string `env:"USER_ID_CLAIM" default:"user_id"`
	Kind          string `env:"TOKEN_TYPE_CLAIM" default:"token_type"`
	ID            string `env:"JTI_CLAIM" default:"jti"`
	RefreshExpiry string `env:"SLIDING_TOKEN_REFRESH_EXP_CLAIM" default:"refresh_exp"`

	// CheckRevoke puts a fingerprint of the stored password into tokens and refuses those that
	// carry another one, or none: a password change then ends every token, also in services that
	// share the database only. Defaults to no.
	CheckRevoke bool `env:"CHECK_REVOKE_TOKEN"`

	// Revoke is the name of that claim. Defaults to "hash_password".
	Revoke string `env:"REVOKE_TOKEN_CLAIM" default:"hash_password"`

	// Access lists fields of the user that access and sliding tokens carry: uuid, email,
	// first_name, last_name, phone, location, is_active, is_staff, is_superuser, date_joined,
	// last_login, roles, permissions, extra. "shared" stands for user_uuid, user_email, user_is_staff,
	// user_is_superuser, user_first_name and user_last_name, by which services with a shared login
	// know a user. Nothing secret can be among them. They are as the user is when a token is made, also
	// at a refresh. Defaults to none.
	Access []string `env:"ACCESS_TOKEN_CLAIMS"`

	// Refresh lists such fields for refresh tokens. Defaults to none.
	Refresh []string `env:"REFRESH_TOKEN_CLAIMS"`

	// Stateless makes an identity of a token's claims alone, without looking the user up: what the
	// claims do not say is not known, and nobody has a role that is not in them. Sessions and
	// epochs are still checked unless Tokens.AccessOutlivesSession is set. Defaults to no.
	Stateless bool `env:"STATELESS"`

	// More adds the application's own claims to a token, after all others and sorted by name. It
	// gets a copy of the user without secrets. An [Error] of it refuses the login or refresh as it
	// is, any other error is a failure of the service; so is a claim with the name of a standard
	// one, also where the token has none and in any letter case, or of another that the token has
	// already. Defaults to none.
	More func(ctx context.Context, u *User, kind token.Kind) (map[string]any, error)
}

// HeaderSettings say where a request carries its token.
type HeaderSettings struct {
	// Name is the header, none that means something else to servers, such as "Expect". Defaults to
	// "Authorization". Django's way to write it, such as "HTTP_X_ACCESS_TOKEN", is understood.
	Name string `env:"AUTH_HEADER_NAME" default:"Authorization"`

	// Types are the schemes that are accepted, in any letter case; the first is named in
	// challenges. Defaults to "Bearer".
	Types []string `env:"AUTH_HEADER_TYPES" default:"Bearer"`

	// Refresh is a header in which token/refresh/, token/blacklist/ and token/logout/ take a
	// refresh token, alone and without a scheme, where the body has none. Defaults to none: what
	// stands in headers ends up in logs more often than what stands in bodies.
	Refresh string
}

// PasswordSettings say how passwords are judged and stored.
type PasswordSettings struct {
	// Hasher makes new hashes: "argon2id", "pbkdf2" (which Django reads) or "bcrypt". All three
	// are always understood, and a login stores a hash of another kind anew. Defaults to argon2id.
	Hasher password.Algorithm `env:"PASSWORD_HASHER" default:"argon2id"`

	// MinLength is the shortest password in characters, at least 8. Defaults to 8.
	MinLength int `env:"PASSWORD_MIN_LENGTH" default:"8"`

	// Rules judge a new password besides the built-in rules, in their order. Defaults to none.
	Rules []password.Rule

	// Cost is the work of one hash. Defaults to package password's.
	Cost password.Cost

	// Permits is how many hashes are computed at once, Queue how many logins may wait for that,
	// and Wait how long; who cannot wait is answered 503. They default to package password's.
	Permits int
	Queue   int
	Wait    time.Duration

	// Weak accepts a Cost that protects nothing. For tests only. Defaults to no.
	Weak bool
}

// UserSettings say what is done with users.
type UserSettings struct {
	// UpdateLastLogin records the time of each login. Defaults to no.
	UpdateLastLogin bool `env:"UPDATE_LAST_LOGIN"`

	// LoginField is the field of a body that names who logs in or changes a password: one word of
	// letters, digits, "_" and "-". Problems are told by it. Any other than the default needs
	// FindLogin. Defaults to "email".
	LoginField string

	// FindLogin makes of what somebody typed into that field, without the white space around it,
	// the key of a user, such as one found by a name or a phone number. [ErrNotFound] or an empty
	// key is nobody, which is answered like a wrong password; any other error is an outage. It has
	// two seconds, and should take as long for nobody as for somebody. Defaults to the e-mail
	// address of a local user.
	FindLogin func(ctx context.Context, identifier string) (UserKey, error)

	// MayLogin is asked after a correct password of an active user; an error refuses the login
	// like a wrong password. Defaults to everybody.
	MayLogin func(ctx context.Context, u *User) error

	// TokenAnswer adds the application's own members to the answers of a login and a refresh, after
	// the tokens and sorted by name. It gets a copy of the user without secrets. An [Error] of it
	// refuses the login or refresh as it is, any other error is a failure of the service; so is a
	// member that has the name of a token: access, refresh or token. Neither costs a refresh token.
	// Defaults to none.
	TokenAnswer func(ctx context.Context, u *User) (map[string]any, error)

	// ConfirmEmail asks whoever registers to confirm the address by a link in a mail first: a login before
	// is like one with a wrong password. It needs [Settings.Mailer], PublicURL and a page at email-confirm/
	// below Mount, such as package pages has. Users made from Go need not confirm. Defaults to no.
	ConfirmEmail bool `env:"CONFIRM_EMAIL"`

	// Profile adds the application's own fields to what user/ answers, after the standard ones and
	// sorted by name; a standard name replaces that field. It gets a copy of the user without
	// secrets. Defaults to none.
	Profile func(ctx context.Context, u *User) (map[string]any, error)
}

// EasyJWT returns the settings of django-easyjwt where its defaults are looser than the zero
// value: refresh tokens are not replaced at use, and access tokens outlive their session.
func EasyJWT() Settings {
	return Settings{Tokens: TokenSettings{ReuseRefresh: true, AccessOutlivesSession: true}}
}
