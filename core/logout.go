package auth

import (
	"context"
	"errors"
	"slices"

	"github.com/authplug/authplug/core/token"
)

// Logout implements [Flows].
func (l *local) Logout(ctx context.Context, o Logout) error {
	claims, err := l.presented(o)
	if err != nil {
		return err
	}
	if o.Scope == ScopeThis || o.Scope == "" {
		return l.logoutThis(ctx, claims, o.From)
	}
	st, err := l.owner(ctx, claims)
	if err == nil {
		err = l.bound(ctx, st.session, o.From)
	}
	switch {
	case err != nil:
		return err
	case o.Scope == ScopeAll:
		return l.logoutAll(ctx, st.user, o.From)
	}
	return l.endOthers(ctx, st.user, claims.Session, o.From)
}

// presented reads the token that names the session.
func (l *local) presented(o Logout) (*token.Claims, error) {
	switch {
	case o.Refresh != "":
		return l.read(o.Refresh, token.Refresh)
	case o.Token != "":
		return l.read(o.Token, token.Sliding)
	case o.Access == "":
		return nil, ErrNoCredentials
	}
	claims := &token.Claims{}
	if err := l.codec.Verify(o.Access, l.now(), claims); err != nil {
		return nil, tokenProblem(err)
	}
	if !slices.Contains(l.settings.Tokens.Accept, claims.Kind) {
		return nil, ErrTokenKind
	}
	return claims, nil
}

// logoutThis ends the session of a token, or enters a foreign one in the blacklist. A foreign
// access token has nothing to end.
func (l *local) logoutThis(ctx context.Context, claims *token.Claims, from Client) error {
	if claims.Session != "" {
		e := Ending{ID: claims.Session, Reason: "logout"}
		return l.end(ctx, e, Event{Kind: EventSessionEnded, UserID: l.eventUser(claims), Address: from.Address})
	}
	until := claims.ExpiresAt
	switch claims.Kind {
	case token.Refresh:
	case token.Sliding:
		until = later(until, claims.RefreshExpiresAt)
	default:
		return nil
	}
	if err := l.retire(ctx, claims.ID, until); !errors.Is(err, ErrTokenRevoked) {
		return err
	}
	return nil
}

// owner returns the user and the session of a token that may still act for it: what ends more than its own session
// takes a live one.
func (l *local) owner(ctx context.Context, claims *token.Claims) (standing, error) {
	st, err := l.standing(ctx, claims)
	switch {
	case err != nil:
		return standing{}, err
	case st.user == nil || !st.user.Active:
		return standing{}, ErrNoAccount
	case st.session == nil:
		return st, l.foreignOwner(ctx, claims, st)
	case claims.Kind == token.Refresh && !l.presentable(st.session, claims.ID):
		return standing{}, ErrTokenRevoked
	}
	// Ending one's own sessions takes no rights: the access epoch is not asked.
	return st, l.judge(st, l.now())
}

// foreignOwner reports whether a foreign token may still act for its user.
func (l *local) foreignOwner(ctx context.Context, claims *token.Claims, st standing) error {
	if claims.Kind != token.Access {
		return l.foreignAlive(ctx, claims)
	}
	if l.outdated(st, claims) {
		return ErrTokenRevoked
	}
	return nil
}

// logoutAll ends all sessions of a user who may have gone meanwhile, and every session with it.
func (l *local) logoutAll(ctx context.Context, u *User, from Client) error {
	if err := l.endAll(ctx, UserKey{ID: u.ID}, from); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

// EndSession ends a session by its id, such as [Identity.SessionID]: its refresh token at once, its
// access tokens unless [TokenSettings.AccessOutlivesSession] is set. Ending one twice, or one that
// is not there, is no error. It returns [ErrUnavailable] if it may not have ended.
func (s *Service) EndSession(ctx context.Context, id string) error {
	return s.end(ctx, Ending{ID: id, Reason: "revoked"}, Event{Kind: EventSessionEnded})
}

// EndSessions ends all sessions and tokens of a user, by one write, whatever happens to ctx after
// its beginning; access tokens die unless [TokenSettings.AccessOutlivesSession] is set. It returns
// [ErrNotFound] for a missing user, and [ErrUnavailable].
func (s *Service) EndSessions(ctx context.Context, key UserKey) error {
	return s.endAll(ctx, key, Client{})
}

func (s *Service) endAll(ctx context.Context, key UserKey, from Client) error {
	ctx, cancel := durable(ctx)
	defer cancel()
	u, err := s.change(ctx, key, func(u *User) error {
		u.Epochs.Access++
		u.Epochs.Refresh++
		return nil
	})
	if err != nil {
		return err
	}
	s.Emit(ctx, Event{Kind: EventLogoutEverywhere, UserID: u.ID, Address: from.Address})
	return nil
}
