package auth

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/authplug/authplug/core/internal/web"
)

// Admit authenticates a request and asks a guard. It returns the request with the identity in its
// context, or the refusal. A nil guard admits everybody, but a bad token in the header is refused even
// then; one in a cookie, which a browser sends by itself, is nobody's. An identity that an outer guard
// of the same service has put into the context is used again.
func (s *Service) Admit(r *http.Request, g Guard) (*http.Request, error) {
	id := s.admittedBy(r.Context())
	var dead error // why a cookie is no good
	if id == nil {
		var err error
		id, err = s.Authenticate(r)
		switch {
		case err != nil && answerable(err).dead():
			dead = err
		case err != nil && !answerable(err).Is(ErrNoCredentials):
			return nil, err
		}
		if id != nil {
			r = s.admit(r, id)
		}
	}
	if g == nil {
		return r, nil
	}
	if err := g.check(r.Context(), id); err != nil {
		s.denied(r, id, err)
		return nil, s.refusal(r, err, dead)
	}
	return r, nil
}

// refusal returns what a guard's refusal means to whom it is told: a person may log in, and a program
// learns that its cookie is no good.
func (s *Service) refusal(r *http.Request, err, dead error) error {
	if dead == nil || !answerable(dead).Is(ErrUserInactive) { // whom another login does not help
		if to := s.toLogin(r, err); to != nil {
			return to
		}
	}
	if dead != nil && answerable(err).Is(ErrNoCredentials) {
		return dead
	}
	return err
}

// dead reports whether a token in a cookie is no good any more.
func (e *Error) dead() bool { return e.ambient && e.status == http.StatusUnauthorized }

// Authenticate returns who makes a request, or [ErrNoCredentials]: whose token it carries, else
// whom the first of [Settings.Authenticators] knows. It makes a Service an [Authenticator]. A panic,
// such as one of an application's authenticator, is an outage.
func (s *Service) Authenticate(r *http.Request) (id *Identity, err error) {
	defer func() {
		if v := recover(); v != nil {
			id, err = nil, unavailable(fmt.Errorf("auth: panic: %v", v))
		}
	}()
	access, ambient, err := s.carrier.access(r)
	if ambient {
		return s.authenticateCookie(r, access, err)
	}
	if errors.Is(err, ErrNoCredentials) {
		return s.authenticateElse(r)
	}
	if err != nil {
		return nil, err
	}
	return s.flows.Identify(r.Context(), access, s.asker(r))
}

// authenticateCookie returns who makes a request with a cookie, which a browser would send for any
// page that makes it.
func (s *Service) authenticateCookie(r *http.Request, access string, err error) (*Identity, error) {
	if err == nil {
		err = s.CheckCSRF(r)
	}
	var id *Identity
	if err == nil {
		id, err = s.flows.Identify(r.Context(), access, s.asker(r))
	}
	if err == nil {
		return id, nil
	}
	e := *answerable(err)
	e.ambient = true
	return nil, &e
}

// denied tells that a guard refused somebody, or could not decide about anybody. That nobody must
// log in is no news.
func (s *Service) denied(r *http.Request, id *Identity, err error) {
	e := answerable(err)
	event := Event{Kind: EventDenied, Address: s.address(r), Reason: e.Code(), Err: e.Unwrap()}
	switch {
	case id != nil && id.User != nil:
		event.UserID, event.SessionID = id.User.ID, plainID(id.SessionID())
	case e.status < http.StatusInternalServerError && !e.Is(errUndecided):
		return
	}
	s.Emit(r.Context(), event)
}

// Answer returns how a failure looks to a client: [Settings.OnError]'s answer or the protocol's,
// with a challenge on a 401.
func (s *Service) Answer(r *http.Request, err error) *Response {
	var to *Redirect
	if errors.As(err, &to) && to != nil {
		return to.Response()
	}
	e := answerable(err)
	e = s.challenge(e)
	s.report(r, e)
	p := s.custom(r, e)
	if p == nil {
		p = s.page(r, e)
	}
	if p == nil {
		return e.Response()
	}
	if _, _, err := p.encode(); err != nil {
		return ErrInternal.Response()
	}
	return e.complete(p)
}

// challengeHeader is WWW-Authenticate as Go writes it.
const challengeHeader = "Www-Authenticate"

// challenge returns a 401 with a challenge, and any other error as it is.
func (s *Service) challenge(e *Error) *Error {
	if e.status != http.StatusUnauthorized || len(e.header[challengeHeader]) > 0 {
		return e
	}
	text := s.settings.Header.Types[0]
	if !s.delegation.BareChallenge {
		text += ` realm="api"`
	}
	return e.WithHeader(challengeHeader, text)
}

// custom asks the application how an error looks, and falls back to nil.
func (s *Service) custom(r *http.Request, e *Error) (p *Response) {
	if s.settings.OnError == nil {
		return nil
	}
	defer func() {
		if v := recover(); v != nil {
			p = nil
		}
	}()
	return s.settings.OnError(r, e)
}

// page asks the pages how a person sees an error, and falls back to nil.
func (s *Service) page(r *http.Request, e *Error) (p *Response) {
	if s.settings.Pages == nil || !web.IsNavigation(r) {
		return nil
	}
	defer func() {
		if v := recover(); v != nil {
			p = nil
		}
	}()
	return s.settings.Pages.Failure(s, r, e)
}

// report tells operators of what is no client's fault.
func (s *Service) report(r *http.Request, e *Error) {
	if e.status < http.StatusInternalServerError {
		return
	}
	kind := EventFailure
	if e.status == http.StatusServiceUnavailable {
		kind = EventUnavailable
	}
	s.Emit(r.Context(), Event{Kind: kind, Address: s.address(r), Reason: e.code, Err: e.cause})
}
