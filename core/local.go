package auth

import (
	"context"
	"errors"
	"time"

	"github.com/authplug/authplug/core/token"
)

// local are the flows over a service's own stores.
type local struct{ *Service }

var _ Flows = (*local)(nil)

// attempts is how often a write that somebody else got ahead of is tried before the answer is 503.
const attempts = 8

// read verifies a token of one kind and says why it is none in the protocol's words.
func (l *local) read(raw string, kind token.Kind) (*token.Claims, error) {
	claims := &token.Claims{}
	if err := l.codec.Verify(raw, l.now(), claims); err != nil {
		return nil, tokenProblem(err)
	}
	if claims.Kind != kind {
		return nil, ErrTokenKind
	}
	return claims, nil
}

// tokenProblem says in the protocol's words why a token was refused.
func tokenProblem(err error) *Error {
	for _, p := range []struct {
		is   error
		says string
	}{
		{token.ErrNoExpiry, "Token has no 'exp' claim"},
		{token.ErrNoID, "Token has no id"},
		{token.ErrNoKind, "Token has no type"},
		{token.ErrNoRefreshExpiry, "Token has no 'refresh_exp' claim"},
		{token.ErrRefreshExpired, "Token 'refresh_exp' claim has expired"},
	} {
		if errors.Is(err, p.is) {
			return tokenError(p.says).Because(err)
		}
	}
	return ErrTokenInvalid.Because(err)
}

// userKey says how a token's user is looked up.
func (s *Service) userKey(id string) UserKey {
	switch s.settings.Claims.UserIDField {
	case "uuid":
		return UserKey{UUID: id}
	case "email":
		return UserKey{Email: id}
	default:
		return UserKey{ID: id}
	}
}

// userClaim is what a token calls a user.
func (s *Service) userClaim(u *User) string { return *s.userName(u) }

// userName returns the field of a user that tokens name it by.
func (s *Service) userName(u *User) *string {
	switch s.settings.Claims.UserIDField {
	case "uuid":
		return &u.UUID
	case "email":
		return &u.Email
	default:
		return &u.ID
	}
}

// find returns the user that key names, or nil if there is none.
func (s *Service) find(ctx context.Context, key UserKey) (*User, error) {
	u, err := s.stores.Users.User(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return nil, nil //nolint:nilnil // nobody is an answer here, not a failure
	}
	if err != nil {
		return nil, unavailable(err)
	}
	return u, nil
}

// session returns a session, or nil if there is none.
func (s *Service) session(ctx context.Context, id string) (*Session, error) {
	session, err := s.stores.Sessions.Session(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil, nil //nolint:nilnil // no session is an answer here, not a failure
	}
	if err != nil {
		return nil, unavailable(err)
	}
	return session, nil
}

// standing is what the store says of a token: its session, nil for a token of another service, and
// its user, nil if there is none.
type standing struct {
	session *Session
	user    *User
}

// standing looks a token up. The user of a session's token is the session's: what the token calls
// it may be somebody else's by now.
func (l *local) standing(ctx context.Context, claims *token.Claims) (standing, error) {
	if claims.Session == "" {
		return l.byClaim(ctx, claims)
	}
	session, err := l.session(ctx, claims.Session)
	if err != nil {
		return standing{}, err
	}
	if session == nil {
		return standing{}, ErrTokenRevoked
	}
	u, err := l.find(ctx, UserKey{ID: session.UserID})
	if err != nil {
		return standing{}, err
	}
	if u != nil && !l.owns(u, claims) {
		return standing{}, ErrTokenInvalid
	}
	return standing{session, u}, nil
}

// byClaim looks a token up by what it calls its user alone.
func (l *local) byClaim(ctx context.Context, claims *token.Claims) (standing, error) {
	if claims.User == "" {
		return standing{}, nil
	}
	u, err := l.find(ctx, l.userKey(claims.User))
	return standing{user: u}, err
}

// owns reports whether a session's user is the token's: whoever shares the key could write any
// session into a token. An e-mail address may have changed since.
func (l *local) owns(u *User, claims *token.Claims) bool {
	return l.settings.Claims.UserIDField == "email" || l.userClaim(u) == claims.User
}

// unlisted returns [ErrTokenRevoked] for a single token that was entered in the blacklist.
func (s *Service) unlisted(ctx context.Context, id string) error {
	revoked, err := s.stores.Tokens.TokenRevoked(ctx, id)
	switch {
	case err != nil:
		return unavailable(err)
	case revoked:
		return ErrTokenRevoked
	}
	return nil
}

// end ends sessions durably, whatever happens to the request that asked for it, and tells of each.
func (s *Service) end(ctx context.Context, e Ending, of Event) error {
	e.At = s.now()
	ctx, cancel := durable(ctx)
	defer cancel()
	ended, err := s.stores.Sessions.EndSessions(ctx, e)
	if err != nil {
		return unavailable(err)
	}
	s.raiseEnded(ctx, ended)
	for _, id := range ended {
		of.SessionID, of.Reason = id, e.Reason
		s.Emit(ctx, of)
	}
	return nil
}

// durable returns a context for what must be done even if the client hangs up, but not for ever.
func durable(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), endpointTimeout)
}

// eventUser is the user of a token as events name it: by its id, or not at all.
func (s *Service) eventUser(claims *token.Claims) string {
	if s.settings.Claims.UserIDField != "id" {
		return ""
	}
	return claims.User
}

// earlier returns the earlier of two times.
func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// later returns the later of two times.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
