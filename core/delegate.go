package auth

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/authplug/authplug/core/token"
)

// Delegation is what a package makes of a service whose flows it decides elsewhere. Applications
// use the constructor of that package, such as remote.New.
type Delegation struct {
	// Flows returns what the endpoints and guards of the service reach. Required.
	Flows func(*Service) Flows

	// Without names the endpoints that the service does not have. Options know them all the same.
	// Defaults to none.
	Without []string

	// Describe amends the contract of each endpoint, which says at first what a service answers that
	// decides itself. It is called with fresh ones each time, perhaps by several goroutines. Defaults to
	// leaving them as they are.
	Describe func(Endpoint)

	// ReplaceKeys is [Service.ReplaceKeys]. Defaults to refusing: there are no keys.
	ReplaceKeys func(keys []token.Key) error

	// Timeout bounds an endpoint. Defaults to 15 seconds.
	Timeout time.Duration

	// NoToken and TwoTokens answer a header with the scheme alone, and one with more than one token.
	// They default to [ErrBadHeader].
	NoToken, TwoTokens *Error

	// BareChallenge leaves the realm out of challenges. Defaults to no.
	BareChallenge bool

	// AlwaysLogout answers that somebody is logged out even if the flow could not end anything, which
	// is told as an event. Defaults to no.
	AlwaysLogout bool
}

// Delegate returns a service whose flows another package decides. Of the stores it needs the users'
// alone, and no key: it mints no tokens, so that [Service.OpenSession] and [Service.Inspect] return
// [ErrInternal]. It returns an error that joins every [Problem] of the settings; hooks that only
// such a service as [New] makes would ask are among them.
func Delegate(settings Settings, stores Stores, d Delegation) (*Service, error) {
	s := newService(settings, stores, d)
	var ps problems
	s.checkUsers(&ps)
	s.settings.check(&settings, &ps)
	s.settings.checkDelegated(&ps)
	s.settings.Claims.checkNames(&ps)
	s.settings.Signing.checkParties(&ps)
	s.buildSeal(&ps)
	s.buildPasswords(&ps)
	if err := ps.joined(); err != nil {
		return nil, err
	}
	s.stores = s.stores.orNone()
	s.assemble(nil) // first, so that its settings have no keys any more
	s.flows = d.Flows(s)
	if err := s.buildPages(); err != nil {
		return nil, err
	}
	return s, nil
}

// checkDelegated adds hooks that nobody would ask.
func (c *Settings) checkDelegated(ps *problems) {
	const text = "is not asked where another service decides: remove it"
	if c.Claims.More != nil {
		ps.add("Claims.More", text)
	}
	c.Devices.checkDelegated(ps)
	if c.Users.ConfirmEmail {
		ps.add("Users.ConfirmEmail", text)
	}
	if c.Users.FindLogin != nil {
		ps.add("Users.FindLogin", text)
	}
	if c.Users.TokenAnswer != nil {
		ps.add("Users.TokenAnswer", text)
	}
}

// errMintless says that a service mints and verifies no tokens itself.
var errMintless = ErrInternal.Because(errors.New("auth: another service mints the tokens of this one"))

// orNone puts stores that hold nothing where there are none.
func (s Stores) orNone() Stores {
	if missing(s.Sessions) {
		s.Sessions = noSessions{}
	}
	if missing(s.Tokens) {
		s.Tokens = noTokens{}
	}
	return s
}

// noSessions is without sessions.
type noSessions struct{}

// CreateSession implements [SessionStore].
func (noSessions) CreateSession(context.Context, *Session, Admission) ([]string, error) {
	return nil, errMintless
}

// Session implements [SessionStore].
func (noSessions) Session(context.Context, string) (*Session, error) { return nil, ErrNotFound }

// LiveSessions implements [SessionStore].
func (noSessions) LiveSessions(context.Context, string, time.Time) ([]*Session, error) {
	return nil, nil
}

// RotateSession implements [SessionStore].
func (noSessions) RotateSession(context.Context, string, string, Rotation) error { return ErrConflict }

// EndSessions implements [SessionStore].
func (noSessions) EndSessions(context.Context, Ending) ([]string, error) { return nil, nil }

// noTokens is without tokens.
type noTokens struct{}

// RevokeToken implements [TokenStore].
func (noTokens) RevokeToken(context.Context, string, time.Time) error { return errMintless }

// TokenRevoked implements [TokenStore].
func (noTokens) TokenRevoked(context.Context, string) (bool, error) { return false, nil }

// has reports whether the service has an endpoint.
func (d Delegation) has(e Endpoint) bool { return !slices.Contains(d.Without, e.Name) }
