package auth

import (
	"context"
	"slices"

	"github.com/authplug/authplug/core/token"
)

// Inspect verifies a token as [Service.Verify] does and returns its claims. Where kinds are given,
// the token must be of one of them. It returns [ErrTokenInvalid], [ErrTokenKind], [ErrTokenRevoked]
// or [ErrUnavailable]. Whether the user is active is not asked: that is [Service.Identify].
func (s *Service) Inspect(ctx context.Context, raw string, kinds ...token.Kind) (*token.Claims, error) {
	if s.codec == nil {
		return nil, errMintless
	}
	claims := &token.Claims{}
	if err := s.codec.Verify(raw, s.now(), claims); err != nil {
		return nil, tokenProblem(err)
	}
	if len(kinds) > 0 && !slices.Contains(kinds, claims.Kind) {
		return nil, ErrTokenKind
	}
	if err := (&local{s}).good(ctx, claims); err != nil {
		return nil, err
	}
	return claims, nil
}

// Verify implements [Flows]: any kind of token is good here, so that other services can ask.
func (l *local) Verify(ctx context.Context, raw string) error {
	_, err := l.Inspect(ctx, raw)
	return err
}

// good reports whether nothing has ended a token whose signature and times are good.
func (l *local) good(ctx context.Context, claims *token.Claims) error {
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
	st, err := l.standing(ctx, claims)
	if err != nil {
		return err
	}
	if st.user == nil || claims.Kind == token.Refresh && !l.presentable(st.session, claims.ID) {
		return ErrTokenRevoked
	}
	if err := l.judge(st, l.now()); err != nil {
		return err
	}
	if claims.Kind == token.Sliding && l.outdated(st, claims) {
		return ErrTokenRevoked // refreshing it brings the new rights
	}
	return nil
}

// presentable reports whether a refresh token is the one its session would accept now.
func (l *local) presentable(session *Session, id string) bool {
	return same(id, session.TokenID) || l.inGrace(bearer{session: session, now: l.now()}, id)
}

// foreignAlive reports whether a foreign token has neither been revoked nor ended with all of its
// user's sessions. Whether the user exists is not asked here.
func (l *local) foreignAlive(ctx context.Context, claims *token.Claims) error {
	if err := l.unlisted(ctx, claims.ID); err != nil {
		return err
	}
	st, err := l.standing(ctx, claims)
	if err == nil && st.user != nil && l.outdated(st, claims) {
		return ErrTokenRevoked
	}
	return err
}

// epochAlive reports whether an access token's session lives and its user's rights are unchanged. A
// token without a session comes from a service that shares the key.
func (l *local) epochAlive(ctx context.Context, claims *token.Claims) error {
	st, err := l.standing(ctx, claims)
	if err != nil {
		return err
	}
	if !l.lives(st.session) {
		return ErrTokenRevoked
	}
	if claims.User != "" && (st.user == nil || l.outdated(st, claims)) {
		return ErrTokenRevoked
	}
	return nil
}

// lives reports whether a session has neither ended nor run out. No session is no reason to refuse.
func (l *local) lives(session *Session) bool {
	return session == nil || session.Live(l.now().Add(-l.settings.Signing.Leeway))
}

// outdated reports whether a token was minted before all of its user's were ended. A token that
// does not say when counts as the first.
func (l *local) outdated(st standing, claims *token.Claims) bool {
	strict := !l.settings.Tokens.AccessOutlivesSession
	switch {
	case strict && claims.Kind != token.Refresh && claims.Epoch < st.user.Epochs.Access:
		return true
	case st.session != nil:
		return st.session.Epoch != st.user.Epochs.Refresh
	}
	return claims.Kind != token.Access && st.user.Epochs.Refresh > 0
}
