package auth

import (
	"context"
	"slices"

	"github.com/authplug/authplug/core/token"
)

// Identify implements [Flows].
func (l *local) Identify(ctx context.Context, access string, from Client) (*Identity, error) {
	var claims token.Claims
	if err := l.codec.Verify(access, l.now(), &claims); err != nil {
		return nil, l.faulty(err)
	}
	if !slices.Contains(l.settings.Tokens.Accept, claims.Kind) {
		return nil, l.refused(func(token.Kind) *Error { return ErrTokenKind })
	}
	if claims.User == "" {
		return nil, ErrNoUserClaim
	}
	return l.recognize(ctx, &claims, from)
}

// recognize returns the identity of a verified token, with the user of its claims or of the store.
func (l *local) recognize(ctx context.Context, claims *token.Claims, from Client) (*Identity, error) {
	checked := claims.Kind == token.Sliding || !l.settings.Tokens.AccessOutlivesSession
	known := verdictUnknown
	if l.settings.Claims.Stateless && checked && l.remembers(claims) {
		known = l.tokenVerdict(ctx, claims)
	}
	var user *User
	switch {
	case known == verdictRevoked:
		return nil, l.refusedFor(claims.Kind, ErrTokenRevoked)
	case known == verdictGood:
	case !l.settings.Claims.Stateless || checked || l.settings.Devices.binds():
		var err error
		if user, err = l.admissible(ctx, claims, from, checked); err != nil {
			return nil, err
		}
	}
	if l.settings.Claims.Stateless {
		id := newStatelessIdentity(claims)
		if err := l.userFromClaims(id.User, claims); err != nil {
			return nil, err
		}
		return id, nil
	}
	id := newIdentity(claims)
	id.User = user
	return id, nil
}

// admissible returns the active user of a token. Where that is checked, the token's session must
// live, and nothing may have ended all tokens of the user since. A sliding token is a refresh token
// as well: it is always checked.
func (l *local) admissible(ctx context.Context, claims *token.Claims, from Client, checked bool) (*User, error) {
	since := l.now()
	st, err := l.lookUp(ctx, claims, checked)
	if err == nil && checked {
		err = l.unrevoked(ctx, claims, st.session)
	}
	if err == nil {
		err = l.bound(ctx, st.session, from)
	}
	switch {
	case err != nil:
		return nil, l.refusedFor(claims.Kind, err)
	case st.user == nil:
		return nil, ErrUserNotFound
	case !st.user.Active:
		return nil, ErrUserInactive
	case checked && l.outdated(st, claims):
		return nil, l.refusedFor(claims.Kind, ErrTokenRevoked)
	case l.settings.Claims.CheckRevoke && !sameFingerprint(st.user, claims.Revoke):
		return nil, ErrPasswordChanged
	}
	l.remember(ctx, st, claims, since)
	return st.user, nil
}

// lookUp finds the user by the session where that is checked or bound, or where the token calls the user
// by an e-mail address: that may be somebody else's by now. Of a session that is known to live the
// token's user is enough.
func (l *local) lookUp(ctx context.Context, claims *token.Claims, checked bool) (standing, error) {
	if checked && claims.Kind == token.Access && l.remembers(claims) {
		switch l.sessionVerdict(ctx, claims) {
		case verdictGood:
			return l.byClaim(ctx, claims)
		case verdictRevoked:
			return standing{}, ErrTokenRevoked
		case verdictUnknown:
		}
	}
	if checked || l.settings.Devices.binds() || l.settings.Claims.UserIDField == "email" {
		return l.standing(ctx, claims)
	}
	return l.byClaim(ctx, claims)
}

// unrevoked reports whether a token's session has not ended, or a foreign sliding token not been
// revoked.
func (l *local) unrevoked(ctx context.Context, claims *token.Claims, session *Session) error {
	if !l.lives(session) {
		return ErrTokenRevoked
	}
	if session != nil || claims.Kind != token.Sliding {
		return nil
	}
	return l.unlisted(ctx, claims.ID)
}

// faulty answers that a token has a fault. The codec knows a few, each one error value, so that the
// answer to each is made once: guessing tokens must not cost more than good ones do.
func (l *local) faulty(fault error) *Error {
	if made, ok := l.faults.Load(fault); ok {
		e, _ := made.(*Error)
		return e
	}
	e := l.challenge(l.refused(func(token.Kind) *Error { return tokenProblem(fault) }).encoded())
	l.faults.Store(fault, e)
	return e
}

// refused answers why a token is of none of the accepted kinds, for each kind in turn.
func (s *Service) refused(why func(token.Kind) *Error) *Error {
	e := *ErrTokenRefused
	body := detailBody{Detail: e.detail, Code: e.code}
	for _, kind := range s.settings.Tokens.Accept {
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
