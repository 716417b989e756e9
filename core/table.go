package auth

import (
	"fmt"
	"net/http"

	"github.com/authplug/authplug/core/internal/wire"
	"github.com/authplug/authplug/core/token"
)

// endpoints is the table of what the service answers.
func (s *Service) endpoints() []Endpoint {
	credentials, sliding := s.credentialFields(), tokenFields("token")
	given, issued, renewed := s.exchangeFields()
	more := s.settings.Users.TokenAnswer != nil
	all := []Endpoint{
		{"token", http.MethodPost, "/token/", s.guestList(s.obtain), &Contract{
			Summary: "Log in", Takes: credentials, Gives: issued, More: more, Refuses: s.loginRefusals(),
		}},
		{"token-refresh", http.MethodPost, "/token/refresh/", s.guestList(s.renew), &Contract{
			Summary: "Exchange a token for a new one", Takes: given, Gives: renewed, More: more,
			Refuses: s.renewalRefusals(),
		}},
		{"token-verify", http.MethodPost, "/token/verify/", s.verify, &Contract{
			Summary: "Ask whether a token of any kind is good", Takes: tokenFields("token"),
			Refuses: []*Error{ErrTokenInvalid, ErrTokenRevoked},
		}},
		{"token-blacklist", http.MethodPost, "/token/blacklist/", s.defended(s.blacklist), &Contract{
			Summary: "End the session of a refresh token", Takes: s.refreshFields(),
			Refuses: []*Error{ErrTokenInvalid, ErrTokenKind},
		}},
		{"token-logout", http.MethodPost, "/token/logout/", s.guestList(s.logout), &Contract{
			Summary: "Log out", Text: "A token that is no good any more is no error.",
			Token: true, Takes: logoutFields(), Gives: []Field{{Name: "detail", Values: []string{wire.TextLoggedOut}}},
		}},
		{"token-sliding", http.MethodPost, "/token/sliding/", s.guestList(s.obtainSliding), &Contract{
			Summary: "Log in for a sliding token", Takes: credentials, Gives: sliding, More: more,
			Refuses: s.loginRefusals(),
		}},
		{"token-sliding-refresh", http.MethodPost, "/token/sliding/refresh/", s.guestList(s.renewSliding), &Contract{
			Summary: "Exchange a sliding token", Takes: sliding, Gives: sliding, More: more,
			Refuses: s.renewalRefusals(),
		}},
		{"create-user", http.MethodPost, "/create-user/", s.defended(s.createUser), &Contract{
			Summary: "Register", Takes: s.registrationFields(), Status: http.StatusCreated, Gives: s.createdFields(),
			Refuses: s.slowable(ErrEmailTaken),
		}},
		{"password-change", http.MethodPost, "/password-change/", s.defended(s.changePassword), &Contract{
			Summary: "Change a password", Text: "All sessions of the user end.",
			Takes: s.passwordChangeFields(), Refuses: s.slowable(ErrPasswordWrong),
		}},
		{"user", http.MethodGet, "/user/", s.profile, &Contract{
			Summary: "Tell who is logged in", Token: true,
			Gives: s.profileFields(), More: s.settings.Users.Profile != nil, Refuses: s.profileRefusals(),
		}},
	}
	all = append(append(append(all, s.csrfEndpoint()), s.sessionEndpoints()...), s.keysEndpoint())
	return s.described(append(all, s.pages...))
}

// described completes the contracts of endpoints, and lets who decides amend them. Endpoints that
// there are not have a name alone.
func (s *Service) described(all []Endpoint) []Endpoint {
	for i, e := range all {
		if !s.delegation.has(e) { // its name is known all the same
			all[i].Handle, all[i].Contract = nil, nil
			continue
		}
		if e.Contract == nil {
			continue // a page
		}
		s.inBrowsers(e)
		e.Contract.complete()
		if s.delegation.Describe != nil {
			s.delegation.Describe(e)
		}
	}
	return all
}

// complete adds what is true of every endpoint that reads a body and asks a store.
func (c *Contract) complete() {
	if !c.storeless {
		c.Refuses = append(c.Refuses, ErrUnavailable)
	}
	if c.Takes != nil {
		c.Forms, c.Refuses = true, append(badInput(c.Takes), c.Refuses...)
	}
}

// badInput are examples of what is wrong with a body.
func badInput(fields []Field) []*Error {
	all := []*Error{
		refusedBody(&wire.Error{
			Status: http.StatusBadRequest,
			Detail: fmt.Sprintf(wire.TextJSONError, "Expecting value: line 1 column 1 (char 0)"),
		}),
		refusedBody(wire.ErrTooLarge),
		refusedBody(&wire.Error{
			Status: http.StatusUnsupportedMediaType, Detail: fmt.Sprintf(wire.TextUnsupportedMediaType, "text/plain"),
		}),
	}
	for _, f := range fields {
		switch {
		case !f.Optional:
			return append(all, fieldError(f.Name, wire.TextRequired))
		case f.Type == "" && f.Values == nil:
			return append(all, fieldError(f.Name, wire.TextNotString))
		case f.Values != nil:
			return append(all, fieldError(f.Name, fmt.Sprintf(wire.TextInvalidChoice, "")))
		}
	}
	return all
}

func (s *Service) loginRefusals() []*Error {
	all := s.slowable(ErrLoginFailed)
	if d := &s.settings.Devices; d.Policy == PolicyReject && (d.Limit > 0 || d.LimitFor != nil) {
		all = append(all, ErrDeviceLimit)
	}
	return all
}

func (s *Service) renewalRefusals() []*Error {
	return s.slowable(ErrTokenInvalid, ErrTokenKind, ErrTokenRevoked, ErrNoAccount)
}

// slowable are refusals of what can be tried too often. A service of another package slows nobody
// down.
func (s *Service) slowable(refusals ...*Error) []*Error {
	if s.codec == nil || s.settings.Throttle.Disabled {
		return refusals
	}
	return append(refusals, tooMany)
}

func (s *Service) profileRefusals() []*Error {
	badToken := s.refused(func(token.Kind) *Error { return ErrTokenInvalid })
	all := []*Error{ErrNoCredentials, ErrBadHeader, badToken, ErrNoUserClaim, ErrUserNotFound, ErrUserInactive}
	if s.settings.Claims.CheckRevoke {
		all = append(all, ErrPasswordChanged)
	}
	return all
}
