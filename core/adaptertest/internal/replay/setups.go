package replay

import (
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/recorded"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/core/token"
)

// The services that were recorded.
const (
	authService   = "auth-service"
	clientService = "client-service"
)

// setup is how services are set up like the recorded ones: what differs from [auth.EasyJWT].
type setup struct {
	settings func(*auth.Settings) // of the auth-service
	routes   func(*auth.Service) []auth.RouteOption

	// The client-service's: where its auth-service is if that is none of ours, how long it waits for
	// it, and what it copies.
	upstream func(*testing.T) string
	timeout  time.Duration
	mirror   func(*remote.Mirror)
}

// setupOf returns the setup of an exchange, or false if there is none.
func setupOf(e recorded.Exchange) (setup, bool) {
	if s, ok := scriptOf(e.Setup); ok {
		set := setup{upstream: s.open}
		if s.endless() {
			set.timeout = 100 * time.Millisecond
		}
		return set, true
	}
	if e.ID == withoutGroup {
		return setup{mirror: accessGroup}, true
	}
	set, ok := setups[e.Setup]
	return set, ok
}

// withoutGroup is the exchange whose auth-service, other than its setup says, tells no access group.
const withoutGroup = "s5-667"

// setups are all that were recorded but the scripted ones. Which of the authenticators comes first,
// and whether a service runs with DEBUG, has no counterpart here; nor has being without a blacklist.
// What cannot be set up at all is a [refusal].
var setups = map[string]setup{
	"base: README Quick Start, DEBUG=True (startproject default), SessionAuthentication first": {},

	"base":              {},
	"base, DEBUG=False": {},

	"base but JWTAuthentication listed before SessionAuthentication":                {},
	"base + a registration/login.html template of one's own":                        {},
	"README Quick Start, first contact of a user at the client":                     {},
	"easyjwt 1.0.9 (the release the README describes)":                              {},
	"ACCESS_TOKEN_LIFETIME default etc, AUTH_HEADER_TYPES='Bearer' (a bare string)": {settings: jwtScheme},

	"easyjwt 1.0.9 (the release the README describes) + token_blacklist app; no migrations are shipped for it in 1.0.9": {},

	"ROTATE_REFRESH_TOKENS + BLACKLIST_AFTER_ROTATION + UPDATE_LAST_LOGIN, blacklist app NOT installed": {settings: rotateAndRecord},
	"token_blacklist app + ROTATE_REFRESH_TOKENS + BLACKLIST_AFTER_ROTATION, JWT first":                 {settings: rotating},
	"blacklist variant on PostgreSQL 15 (runserver, threaded)":                                          {settings: rotating},

	"CHECK_REVOKE_TOKEN=True, JWT first":                   {settings: revoking},
	"client base -> auth CHECK_REVOKE_TOKEN variant":       {settings: revoking},
	"CHECK_REVOKE_TOKEN=True with REVOKE_TOKEN_CLAIM='ph'": {settings: revokingByPh},

	"token/ and token/refresh/ set to the sliding serializers through TOKEN_OBTAIN_SERIALIZER/TOKEN_REFRESH_SERIALIZER; AUTH_TOKEN_CLASSES=(AccessToken, SlidingToken); JWT first": {settings: sliding},

	"sliding + token_blacklist app + BLACKLIST_AFTER_ROTATION":                 {settings: sliding},
	"JWTStatelessUserAuthentication as the only authenticator":                 {settings: stateless},
	"AUDIENCE='my-aud', ISSUER='https://issuer.example', LEEWAY=30, JWT first": {settings: audience},
	"AUDIENCE=['a1','a2']": {settings: audiences},

	"ALGORITHM=RS256, SIGNING_KEY=PEM private key, VERIFYING_KEY=PEM public key": {settings: rs},
	"ALGORITHM=ES256, SIGNING_KEY=PEM private key, VERIFYING_KEY=PEM public key": {settings: es},
	"ALGORITHM=RS256, JWK_URL set, VERIFYING_KEY empty":                          {settings: rs},

	"USER_ID_FIELD=email USER_ID_CLAIM=uid TOKEN_TYPE_CLAIM=typ JTI_CLAIM=tid AUTH_HEADER_TYPES=(JWT, Bearer) AUTH_HEADER_NAME=HTTP_X_ACCESS_TOKEN, JWT first": {settings: renamed},

	"JTI_CLAIM=None, TOKEN_TYPE_CLAIM=None":             {}, // they cannot be switched off
	"README 'Extra Data' + 'Permissions' on both sides": {routes: extraData, mirror: accessGroup},

	"README Quick Start client -> real auth-service (base) on 18000":         {},
	"client + own registration/login.html template -> auth base 18000":       {},
	"client base -> auth blacklist+rotation variant on 18000":                {settings: rotating},
	"client base -> auth sliding variant":                                    {settings: sliding},
	"client, nothing listens at REMOTE_AUTH_SERVICE_URL":                     {upstream: nowhere},
	"client REFRESH_TOKEN_IN_COOKIE=True -> auth blacklist+rotation variant": {settings: rotating},

	"client cookie mode, ALLOWED_AUTH_ORIGINS=['http://app.example'], AUTH_COOKIE_NAME=rt SECURE SAMESITE=Strict PATH=/auth/token/ MAX_AGE=86400 DOMAIN=127.0.0.1": {settings: rotating},
}

// nowhere is an address where nothing listens.
func nowhere(*testing.T) string { return "http://127.0.0.1:1" }

func jwtScheme(s *auth.Settings) { s.Header.Types = []string{"JWT"} }

func rotating(s *auth.Settings) { s.Tokens.ReuseRefresh = false }

func rotateAndRecord(s *auth.Settings) {
	rotating(s)
	s.Users.UpdateLastLogin = true
}

func revoking(s *auth.Settings) { s.Claims.CheckRevoke = true }

func revokingByPh(s *auth.Settings) {
	revoking(s)
	s.Claims.Revoke = "ph"
}

func sliding(s *auth.Settings) {
	s.Tokens.Kind, s.Tokens.Accept = auth.KindSliding, []token.Kind{token.Access, token.Sliding}
}

func stateless(s *auth.Settings) { s.Claims.Stateless = true }

func audience(s *auth.Settings) {
	s.Signing.Audience, s.Signing.Issuer = []string{"my-aud"}, "https://issuer.example"
	s.Signing.Leeway = 30 * time.Second
}

func audiences(s *auth.Settings) { s.Signing.Audience = []string{"a1", "a2"} }

func rs(s *auth.Settings) {
	s.Signing.Algorithm, s.Signing.Key = token.RS256, auth.Secret(rsaPair().PEM())
	s.Signing.VerifyingKey = auth.Secret(rsaPair().PublicPEM())
}

func es(s *auth.Settings) {
	s.Signing.Algorithm, s.Signing.Key = token.ES256, auth.Secret(ecPair().PEM())
	s.Signing.VerifyingKey = auth.Secret(ecPair().PublicPEM())
}

func renamed(s *auth.Settings) {
	s.Claims.UserIDField, s.Claims.UserID = "email", "uid"
	s.Claims.Kind, s.Claims.ID = "typ", "tid"
	s.Header.Types, s.Header.Name = []string{"JWT", "Bearer"}, "HTTP_X_ACCESS_TOKEN"
}
