package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/authplug/authplug/core/internal/wire"
)

// A handler decodes, calls a flow and responds; it knows neither how tokens travel nor who decides.

// empty is the body {}.
type empty struct{}

func (s *Service) obtain(r *http.Request) (*Response, error) {
	if s.settings.Tokens.Kind == KindSliding {
		return s.obtainSliding(r)
	}
	return s.obtainBy(r, s.flows.Login)
}

func (s *Service) obtainSliding(r *http.Request) (*Response, error) {
	return s.obtainBy(r, s.flows.Sliding)
}

func (s *Service) obtainBy(
	r *http.Request, login func(context.Context, Credentials, Client) (*Tokens, error),
) (*Response, error) {
	f, err := readForm(r)
	if err != nil {
		return nil, err
	}
	c := Credentials{Identifier: f.trimmed(s.settings.Users.LoginField), Password: f.password("password")}
	if err := f.err(); err != nil {
		return nil, err
	}
	return s.admitted(r, c, login, false)
}

// admitted logs somebody in and answers with the tokens. A session that the browser had is over: it
// is somebody else's now.
func (s *Service) admitted(
	r *http.Request, c Credentials, login func(context.Context, Credentials, Client) (*Tokens, error), brief bool,
) (*Response, error) {
	from := s.clientOf(r)
	s.carrier.arriving(&from)
	tokens, err := login(r.Context(), c, from)
	if err != nil {
		return nil, err
	}
	s.retire(r, from)
	return s.carrier.deliver(r, tokens, delivery{loginOrder, from, brief}), nil
}

// retire ends the session of the refresh token that a browser has beside its body.
func (s *Service) retire(r *http.Request, from Client) {
	if !s.settings.Cookies.on() {
		return
	}
	old, err := s.carrier.refreshBeside(r)
	if err != nil || old == "" {
		return
	}
	if err := s.flows.Logout(r.Context(), Logout{Refresh: old, From: from}); failed(err) {
		s.report(r, answerable(err))
	}
}

func (s *Service) renew(r *http.Request) (*Response, error) {
	if s.settings.Tokens.Kind == KindSliding {
		return s.renewSliding(r)
	}
	return s.renewBy(r, "refresh", s.flows.Refresh)
}

func (s *Service) renewSliding(r *http.Request) (*Response, error) {
	return s.renewBy(r, "token", s.flows.Slide)
}

func (s *Service) renewBy(
	r *http.Request, name string, exchange func(context.Context, string, Client) (*Tokens, error),
) (*Response, error) {
	given, err := s.carrier.given(r, name)
	if err != nil {
		return nil, err
	}
	tokens, err := exchange(r.Context(), given, s.clientOf(r))
	if err != nil {
		return nil, s.deadCookies(err)
	}
	return s.carrier.deliver(r, tokens, delivery{order: refreshOrder}), nil
}

func readToken(r *http.Request, name string) (string, error) {
	f, err := readForm(r)
	if err != nil {
		return "", err
	}
	text := f.trimmed(name)
	return text, f.err()
}

func (s *Service) verify(r *http.Request) (*Response, error) {
	text, err := readToken(r, "token")
	if err != nil {
		return nil, err
	}
	if err := s.flows.Verify(r.Context(), text); err != nil {
		return nil, err
	}
	return answer(http.StatusOK, empty{}), nil
}

func (s *Service) blacklist(r *http.Request) (*Response, error) {
	refresh, err := s.carrier.given(r, "refresh")
	if err != nil {
		return nil, err
	}
	if err := s.flows.Logout(r.Context(), Logout{Refresh: refresh, From: s.clientOf(r)}); err != nil {
		return nil, err
	}
	return answer(http.StatusOK, empty{}), nil
}

// logout succeeds whatever token it is given: a client that wants to be logged out is, and need
// not care why its token was no good any more. Only what could not be ended is told.
func (s *Service) logout(r *http.Request) (*Response, error) {
	o, err := s.readLogout(r)
	if errors.Is(err, wire.ErrNotObject) {
		return s.loggedOut(ScopeThis), nil
	}
	if err != nil {
		return nil, err
	}
	if err := s.endBy(r, o); err != nil {
		return nil, err
	}
	return s.loggedOut(o.Scope), nil
}

// endBy ends what a token belongs to, if it is good.
func (s *Service) endBy(r *http.Request, o Logout) error {
	err := s.flows.Logout(r.Context(), o)
	switch {
	case err == nil || answerable(err).status == http.StatusUnauthorized:
		return nil
	case failed(err) && s.delegation.AlwaysLogout:
		s.report(r, answerable(err))
		return nil
	}
	return err
}

// loggedOut answers, and takes the tokens of this session away from a browser.
func (s *Service) loggedOut(scope Scope) *Response {
	p := answer(http.StatusOK, detailBody{Detail: wire.TextLoggedOut})
	if !s.settings.Cookies.on() {
		return p
	}
	if p = p.noStore(); scope != ScopeOthers {
		p.Cookies = s.carrier.forget(s.settings.Cookies.KeepAccess)
	}
	return p
}

// failed reports whether an error is the service's fault.
func failed(err error) bool {
	return err != nil && answerable(err).status >= http.StatusInternalServerError
}

// readLogout reads which token is meant: one in the body, else a refresh token in the header for
// it, else the one that authenticates the request. A token of another type than text names nothing.
func (s *Service) readLogout(r *http.Request) (Logout, error) {
	f, err := readForm(r)
	if err != nil {
		return Logout{}, err
	}
	scope, _ := f.Text(wire.Field{Name: "scope", Optional: true, Trim: true})
	switch Scope(scope) {
	case "", ScopeThis, ScopeOthers, ScopeAll:
	default:
		f.Add("scope", fmt.Sprintf(wire.TextInvalidChoice, scope))
	}
	if err := f.err(); err != nil {
		return Logout{}, err
	}
	o := Logout{
		Refresh: f.optionalToken("refresh"), Token: f.optionalToken("token"), Scope: Scope(scope), From: s.clientOf(r),
	}
	if o.Refresh == "" && o.Token == "" {
		err = s.presentedBeside(r, &o)
	}
	return o, err
}

// presentedBeside reads the token of a logout that is not in the body.
func (s *Service) presentedBeside(r *http.Request, o *Logout) (err error) {
	if o.Refresh, err = s.carrier.refreshBeside(r); err == nil && o.Refresh == "" {
		o.Access, _, _ = s.carrier.access(r) // a bad header is as good as none
	}
	return err
}

func (s *Service) changePassword(r *http.Request) (*Response, error) {
	f, err := readForm(r)
	if err != nil {
		return nil, err
	}
	c := PasswordChange{
		Password: f.password("password"), NewPassword: f.password("new_password"),
		Identifier: f.trimmed(s.settings.Users.LoginField), From: s.clientOf(r),
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	if err := s.flows.ChangePassword(r.Context(), c); err != nil {
		return nil, err
	}
	return answer(http.StatusOK, empty{}), nil
}
