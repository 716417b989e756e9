package replay

import (
	"encoding/json"
	"net/http"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// authService is the service that is replayed.
const authService = "auth-service"

// setup is how a service is set up like a recorded one: what differs from [auth.EasyJWT].
type setup struct {
	settings func(*auth.Settings)
	routes   func(*auth.Service) []auth.RouteOption
}

// setups are all that were recorded of the auth-service. Which of its authenticators comes first,
// and whether it runs with DEBUG, has no counterpart here; nor has being without a blacklist. What
// cannot be set up at all is a [refusal].
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
	"README 'Extra Data' + 'Permissions' on both sides": {routes: extraData},
}

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

// extraData replaces user/ by an application's own, as another serializer of users does there.
func extraData(s *auth.Service) []auth.RouteOption {
	type body struct {
		ID          json.RawMessage `json:"id"`
		Email       string          `json:"email"`
		FirstName   string          `json:"first_name"`
		LastName    string          `json:"last_name"`
		AccessGroup json.RawMessage `json:"accessgroup"`
	}
	handle := func(r *http.Request) (*auth.Response, error) {
		r, err := s.Admit(r, auth.Authenticated)
		if err != nil {
			return nil, err
		}
		u := auth.FromContext(r.Context()).User
		return &auth.Response{
			Header: http.Header{"Cache-Control": {"no-store"}},
			Body:   body{json.RawMessage(u.ID), u.Email, u.FirstName, u.LastName, u.Extra},
		}, nil
	}
	user := auth.Endpoint{Name: "user", Method: http.MethodGet, Path: "/user/", Handle: handle}
	return []auth.RouteOption{auth.Except("user"), auth.With(user)}
}
