package pages_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/example/internal/config"
	"github.com/authplug/authplug/example/internal/markdown"
	"github.com/authplug/authplug/memstore"
)

const originsPage = "../../docs/origins.md"

// origins are the settings, endpoints, claims, hooks and signals of the five systems, by the
// heading under which the page tells of them. Names that several lines of the page share count as
// well.
var origins = map[string]string{
	"django-easyjwt": `ACCESS_TOKEN_LIFETIME REFRESH_TOKEN_LIFETIME ROTATE_REFRESH_TOKENS BLACKLIST_AFTER_ROTATION
		UPDATE_LAST_LOGIN ALGORITHM SIGNING_KEY VERIFYING_KEY AUDIENCE ISSUER JSON_ENCODER JWK_URL LEEWAY AUTH_HEADER_TYPES
		AUTH_HEADER_NAME USER_ID_FIELD USER_ID_CLAIM USER_AUTHENTICATION_RULE AUTH_TOKEN_CLASSES TOKEN_TYPE_CLAIM JTI_CLAIM
		TOKEN_USER_CLASS SLIDING_TOKEN_LIFETIME SLIDING_TOKEN_REFRESH_LIFETIME SLIDING_TOKEN_REFRESH_EXP_CLAIM
		TOKEN_OBTAIN_SERIALIZER TOKEN_REFRESH_SERIALIZER TOKEN_VERIFY_SERIALIZER TOKEN_BLACKLIST_SERIALIZER
		SLIDING_TOKEN_OBTAIN_SERIALIZER SLIDING_TOKEN_REFRESH_SERIALIZER CHECK_REVOKE_TOKEN REVOKE_TOKEN_CLAIM
		USER_MODEL_SERIALIZER USERNAME_FIELD REMOTE_AUTH_SERVICE_URL REMOTE_AUTH_SERVICE_TOKEN_PATH
		REMOTE_AUTH_SERVICE_REFRESH_PATH REMOTE_AUTH_SERVICE_VERIFY_PATH REMOTE_AUTH_SERVICE_USER_PATH
		REMOTE_AUTH_SERVICE_PASSWORD_CHANGE_PATH REMOTE_AUTH_SERVICE_BLACKLIST_PATH REMOTE_AUTH_REQUEST_TIMEOUT
		REMOTE_AUTH_SSL_VERIFY REFRESH_TOKEN_IN_COOKIE AUTH_COOKIE_NAME AUTH_COOKIE_HTTP_ONLY AUTH_COOKIE_SECURE
		AUTH_COOKIE_SAMESITE AUTH_COOKIE_PATH AUTH_COOKIE_DOMAIN AUTH_COOKIE_MAX_AGE ALLOWED_AUTH_ORIGINS BLACKLIST_ON_LOGOUT
		token/ token/refresh/ token/verify/ token/blacklist/ token/logout/ create-user/ password-change/ user/ csrf/ login/
		password-change/done/ password-reset/ token_type exp iat jti refresh_exp user_id hash_password aud iss get_token
		JWTAuthentication JWTStatelessUserAuthentication RemoteAuthBackend flushexpiredtokens createsuperuser`,
	"django-jwt-auth-middleware": `JWT_ACCESS_DURATION JWT_REFRESH_DURATION JWT_ACCESS_HEADER JWT_ALGORITHM
		JWT_COOKIE_HTTPONLY JWT_COOKIE_SAMESITE JWT_COOKIE_SECURE JWT_LOGOUT_ACCESS JWT_REFRESH_PATH /jwt/login/ /jwt/refresh/
		/jwt/logout/ RefreshAuthorization iat exp user tok sec username authenticate`,
	"Authenticate Django Services with JWT": `ACCESS_TOKEN_LIFETIME REFRESH_TOKEN_LIFETIME ALGORITHM SIGNING_KEY
		COOKIE_DOMAIN org.breakthesystem.jwt.access LOGIN_URL OWN_URL register/ login/ logout/ next confirm_password user_uuid
		user_email user_is_staff user_is_superuser user_first_name user_last_name email_invalid email_already_taken
		invalid_login inactive`,
	"d_jwt_auth": `generate_token refresh_access_token verify_token validate_token get_token_claims_info
		update_user_auth_uuid get_user_auth_uuid JWTAuthentication ACCESS_TOKEN_LIFETIME REFRESH_TOKEN_LIFETIME
		ACCESS_TOKEN_CLAIMS REFRESH_TOKEN_CLAIMS ACCESS_TOKEN_USER_FIELD_CLAIMS ENCRYPT_KEY CACHE_USING
		GET_USER_BY_ACCESS_TOKEN DEVICE_LIMIT SIMPLE_JWT token_type exp iat jti id uuid_field ip_address device_name last_login
		UserAuth`,
	"djwto": `DJWTO_MODE DJWTO_ISS_CLAIM DJWTO_SUB_CLAIM DJWTO_AUD_CLAIM DJWTO_IAT_CLAIM DJWTO_JTI_CLAIM
		DJWTO_ACCESS_TOKEN_LIFETIME DJWTO_REFRESH_TOKEN_LIFETIME DJWTO_NBF_LIFETIME DJWTO_SIGNING_KEY DJWTO_VERIFYING_KEY
		DJWTO_ALGORITHM DJWTO_REFRESH_COOKIE_PATH DJWTO_SAME_SITE DJWTO_DOMAIN DJWTO_CSRF DJWTO_ALLOW_REFRESH_UPDATE login/
		validate_access/ validate_refresh/ refresh_access/ update_refresh/ logout/ jwt_refresh jwt_access jwt_access_token
		jwt_access_payload iss sub aud iat exp nbf jti type user refresh_iat jwt_login_required jwt_is_refresh
		jwt_perm_required jwt_passes_test jwt_authenticate jwt_logged_in jwt_login_fail jwt_blacklisted jwt_token_validated
		jwt_access_refreshed jwt_refresh_updated process_user process_perms process_claims user_authenticate
		build_tokens_response delete_tokens`,
}

func TestThePageOfTheOriginsHasEachOfThem(t *testing.T) {
	for heading, names := range origins {
		var told []string
		for _, cells := range markdown.Rows(section(page(t, originsPage), heading)) {
			told = append(told, words.FindAllString(cells[0], -1)...)
		}
		for name := range strings.FieldsSeq(names) {
			if !slices.Contains(told, name) {
				t.Errorf("%s: nothing is said of %s", heading, name)
			}
		}
	}
}

var words = regexp.MustCompile(`[\w./-]+`)

// section returns what stands below a heading of the second level.
func section(text, heading string) string {
	_, rest, _ := strings.Cut(text, "\n## "+heading+"\n")
	below, _, _ := strings.Cut(rest, "\n## ")
	return below
}

// A row says of a thing where it is, by a name that there is, or why it is not wanted.
func TestARowOfTheOriginsHasAnAnswer(t *testing.T) {
	there := placesOf(t)
	n := 0
	for _, cells := range markdown.Rows(page(t, originsPage)) {
		if cells[1] == "state" {
			continue
		}
		n++
		switch state, answer := cells[1], cells[2]; {
		case state == "here" && !slices.ContainsFunc(markdown.Spans(answer), there) && answer != "the same":
			t.Errorf("%s is here, but where?", cells[0])
		case state == "no" && len(strings.Fields(answer)) < 4:
			t.Errorf("%s is not here, but why?", cells[0])
		case state != "here" && state != "no":
			t.Errorf("%s: %q is no state", cells[0], state)
		}
	}
	if n < 120 {
		t.Errorf("there are %d rows", n)
	}
}

// placesOf knows what a row may point at: exported names, endpoints and variables.
func placesOf(t *testing.T) func(code string) bool {
	t.Helper()
	s := symbols(t)
	key := auth.Signing{Key: strongKey}
	service, err := auth.New(auth.Settings{Signing: key, Mount: "/"}, auth.In(memstore.New()))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, route := range service.Routes() {
		known[strings.TrimPrefix(route.Path, "/")] = true
	}
	for _, v := range config.Variables(config.AuthService()) {
		known[v.Name] = true
	}
	return func(code string) bool {
		_, found := symbolOf(s, code)
		return found || known[code]
	}
}
