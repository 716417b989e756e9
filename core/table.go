package auth

import (
	"net/http"

	"github.com/authplug/authplug/core/internal/wire"
	"github.com/authplug/authplug/core/token"
)

// endpoints is the table of what the service answers.
func (s *Service) endpoints() []Endpoint {
	credentials, sliding := s.credentialFields(), tokenFields("token")
	given, issued, renewed := s.exchangeFields()
	more := s.settings.Users.TokenAnswer != nil
	return []Endpoint{
		{"token", http.MethodPost, "/token/", s.obtain, &Contract{
			Summary: "Log in", Takes: credentials, Gives: issued, More: more, Refuses: refusals(ErrLoginFailed),
		}},
		{"token-refresh", http.MethodPost, "/token/refresh/", s.renew, &Contract{
			Summary: "Exchange a token for a new one", Takes: given, Gives: renewed, More: more,
			Refuses: renewalRefusals(),
		}},
		{"token-verify", http.MethodPost, "/token/verify/", s.verify, &Contract{
			Summary: "Ask whether a token of any kind is good", Takes: tokenFields("token"),
			Refuses: refusals(ErrTokenInvalid, ErrTokenRevoked),
		}},
		{"token-blacklist", http.MethodPost, "/token/blacklist/", s.blacklist, &Contract{
			Summary: "End the session of a refresh token", Takes: tokenFields("refresh"),
			Refuses: refusals(ErrTokenInvalid, ErrTokenKind),
		}},
		{"token-logout", http.MethodPost, "/token/logout/", s.logout, &Contract{
			Summary: "Log out", Text: "A token that is no good any more is no error.",
			Token: true, Takes: logoutFields(), Gives: []Field{{Name: "detail", Values: []string{wire.TextLoggedOut}}},
			Refuses: refusals(),
		}},
		{"token-sliding", http.MethodPost, "/token/sliding/", s.obtainSliding, &Contract{
			Summary: "Log in for a sliding token", Takes: credentials, Gives: sliding, More: more,
			Refuses: refusals(ErrLoginFailed),
		}},
		{"token-sliding-refresh", http.MethodPost, "/token/sliding/refresh/", s.renewSliding, &Contract{
			Summary: "Exchange a sliding token", Takes: sliding, Gives: sliding, More: more,
			Refuses: renewalRefusals(),
		}},
		{"create-user", http.MethodPost, "/create-user/", s.createUser, &Contract{
			Summary: "Register", Takes: s.registrationFields(), Status: http.StatusCreated, Gives: s.createdFields(),
			Refuses: refusals(ErrEmailTaken),
		}},
		{"password-change", http.MethodPost, "/password-change/", s.changePassword, &Contract{
			Summary: "Change a password", Text: "All sessions of the user end.",
			Takes: s.passwordChangeFields(), Refuses: refusals(ErrPasswordWrong),
		}},
		{"user", http.MethodGet, "/user/", s.profile, &Contract{
			Summary: "Tell who is logged in", Token: true,
			Gives: s.profileFields(), More: s.settings.Users.Profile != nil, Refuses: s.profileRefusals(),
		}},
	}
}

// refusals adds what every endpoint answers that needs a store.
func refusals(more ...*Error) []*Error { return append(more, ErrUnavailable) }

func renewalRefusals() []*Error {
	return refusals(ErrTokenInvalid, ErrTokenKind, ErrTokenRevoked, ErrNoAccount)
}

func (s *Service) profileRefusals() []*Error {
	badToken := s.refused(func(token.Kind) *Error { return ErrTokenInvalid })
	all := refusals(ErrNoCredentials, ErrBadHeader, badToken, ErrNoUserClaim, ErrUserNotFound, ErrUserInactive)
	if s.settings.Claims.CheckRevoke {
		all = append(all, ErrPasswordChanged)
	}
	return all
}
