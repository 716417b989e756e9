package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/authplug/authplug/core/token"
)

// Sliding implements [Flows].
func (l *local) Sliding(ctx context.Context, c Credentials, from Client) (*Tokens, error) {
	u, err := l.login(ctx, c, from)
	if err != nil {
		return nil, err
	}
	return l.beginSliding(ctx, u, from, nil)
}

// beginSliding opens a session of a user who may log in. Its token slides and carries the claims.
func (s *Service) beginSliding(ctx context.Context, u *User, from Client, claims json.RawMessage) (*Tokens, error) {
	now := s.now()
	session := s.draftSession(u, from, now, s.settings.Tokens.SlidingRefreshLifetime)
	session.Claims = claims
	b := bearer{u, session, now}
	return s.begin(ctx, b, from, func() (*Tokens, error) {
		return s.slide(ctx, b, session.TokenID, session.ExpiresAt)
	})
}

// Slide implements [Flows]: the token keeps its id and the end of its refreshing, and so its
// session; only exp moves, never beyond that end.
func (l *local) Slide(ctx context.Context, raw string, from Client) (*Tokens, error) {
	claims, err := l.read(raw, token.Sliding)
	if err != nil {
		return nil, l.refreshFailed(ctx, &token.Claims{}, from, err)
	}
	if err := l.codec.CheckRefresh(claims, l.now()); err != nil {
		return nil, l.refreshFailed(ctx, claims, from, tokenProblem(err))
	}
	if err := l.slowRefresh(ctx, cmp.Or(claims.Session, claims.ID), from); err != nil {
		return nil, err
	}
	b, err := l.slidable(ctx, claims, from)
	if err != nil {
		return nil, l.refreshFailed(ctx, claims, from, err)
	}
	// The token is made first: nothing was refreshed by one that cannot be made.
	tokens, err := l.slide(ctx, b, claims.ID, claims.RefreshExpiresAt)
	if err != nil {
		return nil, err
	}
	if err := l.slid(ctx, b, from); err != nil {
		return nil, l.refreshFailed(ctx, claims, from, err)
	}
	return tokens, nil
}

// slidable returns the user and the session of a sliding token. A foreign token has no session.
func (l *local) slidable(ctx context.Context, claims *token.Claims, from Client) (bearer, error) {
	if claims.Session != "" {
		return l.renewable(ctx, claims, from)
	}
	u, err := l.foreign(ctx, claims)
	return bearer{user: u, now: l.now()}, err
}

// slid notes that a session was seen, if there is one, and tells of the refresh.
func (l *local) slid(ctx context.Context, b bearer, from Client) error {
	if b.session == nil {
		l.refreshed(ctx, b, from)
		return nil
	}
	err := l.moveSession(ctx, b, b.session, from)
	if errors.Is(err, ErrConflict) {
		return ErrTokenRevoked // its token never changes: the session has ended meanwhile
	}
	return err
}

// slide mints a sliding token.
func (s *Service) slide(ctx context.Context, b bearer, id string, until time.Time) (*Tokens, error) {
	raw, err := s.mint(ctx, b, token.Claims{
		Kind: token.Sliding, ID: id, RefreshExpiresAt: until,
		ExpiresAt: earlier(b.now.Add(s.settings.Tokens.SlidingLifetime), until),
	})
	if err != nil {
		return nil, err
	}
	return s.complete(ctx, b.user, &Tokens{Sliding: raw})
}
