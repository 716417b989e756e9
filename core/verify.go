package auth

import (
	"context"

	"github.com/authplug/authplug/core/token"
)

// Verify implements [Flows]: any kind of token is good here, so that other services can ask.
func (l *local) Verify(ctx context.Context, raw string) error {
	claims := &token.Claims{}
	if err := l.codec.Verify(raw, l.now(), claims); err != nil {
		return tokenProblem(err)
	}
	switch {
	case claims.Kind == token.Refresh || claims.Kind == token.Sliding:
		return l.alive(ctx, claims)
	case l.settings.Tokens.AccessOutlivesSession:
		return nil
	}
	return l.epochAlive(ctx, claims)
}

// alive reports whether the session of a refresh or sliding token lives; of a foreign token,
// whether it has not been revoked.
func (l *local) alive(ctx context.Context, claims *token.Claims) error {
	if claims.Session == "" {
		return l.foreignAlive(ctx, claims)
	}
	session, err := l.session(ctx, claims.Session)
	if err != nil {
		return err
	}
	if session == nil {
		return ErrTokenRevoked
	}
	u, err := l.find(ctx, UserKey{ID: session.UserID})
	if err != nil {
		return err
	}
	if u == nil {
		return ErrTokenRevoked
	}
	if claims.Kind == token.Refresh && !l.presentable(session, claims.ID) {
		return ErrTokenRevoked
	}
	return judge(session, u, l.now())
}

// presentable reports whether a refresh token is the one its session would accept now.
func (l *local) presentable(session *Session, id string) bool {
	return same(id, session.TokenID) || l.inGrace(bearer{session: session, now: l.now()}, id)
}

func (l *local) foreignAlive(ctx context.Context, claims *token.Claims) error {
	revoked, err := l.revoked(ctx, claims.ID)
	if err != nil {
		return err
	}
	if revoked {
		return ErrTokenRevoked
	}
	return nil
}

// epochAlive reports whether an access token's session lives and its user's rights are unchanged.
func (l *local) epochAlive(ctx context.Context, claims *token.Claims) error {
	if err := l.sessionAlive(ctx, claims.Session); err != nil {
		return err
	}
	if claims.User == "" {
		return nil
	}
	u, err := l.find(ctx, l.userKey(claims.User))
	if err != nil {
		return err
	}
	if u == nil || claims.Epoch < u.Epochs.Access {
		return ErrTokenRevoked
	}
	return nil
}

// sessionAlive reports whether a session has not ended. No session is no reason to refuse: the
// token comes from a service that shares the key.
func (l *local) sessionAlive(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	session, err := l.session(ctx, id)
	if err != nil {
		return err
	}
	if session == nil || !session.Live(l.now().Add(-l.settings.Signing.Leeway)) {
		return ErrTokenRevoked
	}
	return nil
}
