package remote

import (
	"context"
	"time"

	auth "github.com/authplug/authplug/core"
)

// Settings say which auth-service decides, and how it is asked. The zero value of every field but
// URL is its documented default. [New] and [NewClient] copy the value and report everything that is
// wrong with it at once.
type Settings struct {
	// URL is where the auth-service is, without a path's slash at its end: "https://auth.example.com".
	// Required. Credentials, a query and, unless AllowInsecure is set, plain http are errors.
	URL string `env:"REMOTE_AUTH_SERVICE_URL"`

	// Paths are appended to URL as they are.
	Paths Paths

	// Timeout ends one call of the auth-service, from the connection to the last byte of the answer,
	// its repetitions included. At most 5 minutes. Defaults to 30 seconds.
	Timeout time.Duration `env:"REMOTE_AUTH_REQUEST_TIMEOUT" default:"30s"`

	// CA are certificates in PEM that the auth-service's is verified with instead of the system's.
	// Defaults to the system's.
	CA string `env:"REMOTE_AUTH_SSL_CA,file"`

	// SkipVerify accepts any certificate of the auth-service, so that anybody on the way reads
	// passwords. It needs AllowInsecure. Defaults to no.
	SkipVerify bool `env:"REMOTE_AUTH_SSL_VERIFY,not"`

	// AllowInsecure accepts plain http to a loopback address, SkipVerify and a slash at the end of URL,
	// which is dropped. For development only. Defaults to no.
	AllowInsecure bool

	// Verify says how an access token is verified. Defaults to VerifyRemote.
	Verify Mode `env:"REMOTE_VERIFY" default:"remote"`

	// CacheTTL is for how long the auth-service's verdict on a token and the profile of its user are
	// reused without asking again, at most until the token expires where that can be read, and an hour.
	// Required with VerifyHybrid, without meaning with VerifyLocal. Defaults to 0: it is asked each time.
	CacheTTL time.Duration `env:"REMOTE_CACHE_TTL"`

	// CacheSize bounds how many verdicts are kept. Defaults to 10,000.
	CacheSize int

	// JWKSURL is where the auth-service publishes its keys; they are fetched where tokens are verified
	// here and Signing has neither a secret nor a verifying key. Defaults to /.well-known/jwks.json
	// below URL.
	JWKSURL string `env:"JWK_URL"`

	// KeepTokens lets token/logout/ answer without asking the auth-service to end anything. Defaults
	// to no.
	KeepTokens bool `env:"BLACKLIST_ON_LOGOUT,not"`

	Mirror Mirror
}

// Mode says how an access token is verified.
type Mode string

// Modes of verification.
const (
	// VerifyRemote asks the auth-service: a token is opaque text.
	VerifyRemote Mode = "remote"
	// VerifyLocal verifies signature and claims here, by a shared secret or the auth-service's public
	// keys; whether the session was ended is not known.
	VerifyLocal Mode = "local"
	// VerifyHybrid does as VerifyLocal and then asks the auth-service, at most once per CacheTTL.
	VerifyHybrid Mode = "hybrid"
)

// Paths are those of the auth-service's endpoints.
type Paths struct {
	Token          string `env:"REMOTE_AUTH_SERVICE_TOKEN_PATH" default:"/auth/token/"`
	Refresh        string `env:"REMOTE_AUTH_SERVICE_REFRESH_PATH" default:"/auth/token/refresh/"`
	Verify         string `env:"REMOTE_AUTH_SERVICE_VERIFY_PATH" default:"/auth/token/verify/"`
	User           string `env:"REMOTE_AUTH_SERVICE_USER_PATH" default:"/auth/user/"`
	PasswordChange string `env:"REMOTE_AUTH_SERVICE_PASSWORD_CHANGE_PATH" default:"/auth/password-change/"`
	Blacklist      string `env:"REMOTE_AUTH_SERVICE_BLACKLIST_PATH" default:"/auth/token/blacklist/"`

	// Sliding and SlidingRefresh are asked by the endpoints of the same names. Where token/ itself
	// issues sliding tokens, Token and Refresh are.
	Sliding        string `default:"/auth/token/sliding/"`
	SlidingRefresh string `default:"/auth/token/sliding/refresh/"`
}

// Mirror says what is copied of the auth-service's users, who get a local user each.
type Mirror struct {
	// Issuer is whom mirrored users are of. Set it before the auth-service moves to another URL, to
	// the former one. Defaults to Signing.Issuer, else URL.
	Issuer string `env:"MIRROR_ISSUER"`

	// Fields are the members of a profile that are copied: email, first_name, last_name, phone,
	// location, and rights where they are named here: is_staff, is_superuser, roles, permissions. A
	// member that a profile does not have leaves the field as it is. Defaults to email, first_name and
	// last_name. Whether a profile is of an active user is always looked at.
	Fields []string

	// FromClaims makes local users of what tokens say, and never asks for a profile at a request: with
	// VerifyLocal, and an auth-service whose tokens carry what Fields name, by these names or with user_ before
	// them, as its preset "shared" has it. A user is written only when the claims say something new. Defaults
	// to no.
	FromClaims bool `env:"MIRROR_FROM_CLAIMS"`

	// Map copies what Fields cannot name, such as the application's own data into [auth.User.Extra].
	// It gets the user as it will be stored, and must do nothing else: it runs whenever a profile was
	// fetched, and the user is saved only if it has become another. An [auth.Error] refuses the
	// request as it is; any other error says that the profile cannot be used. Defaults to nothing.
	Map func(ctx context.Context, p *Profile, u *auth.User) error
}
