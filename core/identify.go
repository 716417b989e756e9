package auth

import (
	"context"
	"slices"

	"github.com/authplug/authplug/core/token"
)

// Identify implements [Flows].
func (l *local) Identify(ctx context.Context, access string, _ Client) (*Identity, error) {
	id := newIdentity()
	claims := &id.claims
	if err := l.codec.Verify(access, l.now(), claims); err != nil {
		return nil, l.refused(func(token.Kind) *Error { return tokenProblem(err) })
	}
	if !slices.Contains(l.settings.Tokens.Accept, claims.Kind) {
		return nil, l.refused(func(token.Kind) *Error { return ErrTokenKind })
	}
	if claims.User == "" {
		return nil, ErrNoUserClaim
	}
	if err := l.unrevoked(ctx, claims); err != nil {
		return nil, err
	}
	identify := l.identifyByStore
	if l.settings.Claims.Stateless {
		identify = l.identifyByClaims
	}
	if err := identify(ctx, id); err != nil {
		return nil, err
	}
	return id, nil
}

// unrevoked reports whether the session that a token belongs to lives, where that is asked for. A
// sliding token is a refresh token as well, so that its session always counts.
func (l *local) unrevoked(ctx context.Context, claims *token.Claims) error {
	var err error
	switch {
	case claims.Kind == token.Sliding && claims.Session == "":
		err = l.foreignAlive(ctx, claims)
	case claims.Kind == token.Sliding || !l.settings.Tokens.AccessOutlivesSession:
		err = l.sessionAlive(ctx, claims.Session)
	}
	return l.refusedFor(claims.Kind, err)
}

// identifyByStore fills the user in from the store: it must exist and be active.
func (l *local) identifyByStore(ctx context.Context, id *Identity) error {
	u, err := l.find(ctx, l.userKey(id.claims.User))
	if err != nil {
		return err
	}
	if err := l.admissible(u, &id.claims); err != nil {
		return err
	}
	if l.settings.Claims.CheckRevoke && !sameFingerprint(u, id.claims.Revoke) {
		return ErrPasswordChanged
	}
	id.User = u
	return nil
}

// admissible judges the user of a token by its row.
func (l *local) admissible(u *User, claims *token.Claims) error {
	switch {
	case u == nil:
		return ErrUserNotFound
	case !u.Active:
		return ErrUserInactive
	case l.outdated(u, claims):
		return l.refusedFor(claims.Kind, ErrTokenRevoked)
	}
	return nil
}

// outdated reports whether a token was minted before all of its user's were ended.
func (l *local) outdated(u *User, claims *token.Claims) bool {
	return !l.settings.Tokens.AccessOutlivesSession && claims.Epoch < u.Epochs.Access
}

// identifyByClaims fills the user in from the token's claims. The store is asked for the user's
// epoch alone.
func (l *local) identifyByClaims(ctx context.Context, id *Identity) error {
	if !l.settings.Tokens.AccessOutlivesSession {
		u, err := l.find(ctx, l.userKey(id.claims.User))
		if err != nil {
			return err
		}
		if err := l.admissible(u, &id.claims); err != nil {
			return err
		}
	}
	id.stateless = true
	id.User = &id.home.user
	return l.userFromClaims(id.User, &id.claims)
}

// refused answers why a token is of none of the accepted kinds, for each kind in turn.
func (l *local) refused(why func(token.Kind) *Error) *Error {
	e := *ErrTokenRefused
	body := detailBody{Detail: e.detail, Code: e.code}
	for _, kind := range l.settings.Tokens.Accept {
		cause := why(kind)
		body.Messages = append(body.Messages, tokenMessage{
			Class: tokenClasses[kind], Kind: string(kind), Message: cause.detail,
		})
		e.cause = cause
	}
	e.body = body
	return &e
}

// refusedFor answers that a token of a kind was refused; to the other kinds it is a wrong one.
// A failure of the store stays one.
func (l *local) refusedFor(kind token.Kind, err error) error {
	if err == nil {
		return nil
	}
	e := answerable(err)
	if e.status != ErrTokenRefused.status {
		return err
	}
	refusal := l.refused(func(k token.Kind) *Error {
		if k == kind {
			return e
		}
		return ErrTokenKind
	})
	return refusal.Because(e)
}

// tokenClasses are what the protocol calls the kinds of tokens in its messages.
var tokenClasses = map[token.Kind]string{
	token.Access:  "AccessToken",
	token.Refresh: "RefreshToken",
	token.Sliding: "SlidingToken",
}
