package auth

import (
	"context"
	"errors"
	"time"

	"github.com/authplug/authplug/core/token"
)

// A foreign token is one without a session: another service that shares the key has minted it.

// refreshForeign exchanges a foreign refresh token: as often as it likes where refresh tokens are
// used again, else once, and then a session of ours begins.
func (l *local) refreshForeign(ctx context.Context, claims *token.Claims, from Client) (*Tokens, error) {
	u, err := l.foreign(ctx, claims)
	if err != nil {
		return nil, l.refreshFailed(ctx, claims, from, err)
	}
	if l.settings.Tokens.ReuseRefresh {
		return l.reuseForeign(ctx, bearer{user: u, now: l.now()}, from)
	}
	return l.takeIn(ctx, u, claims, from)
}

// reuseForeign answers with an access token alone.
func (l *local) reuseForeign(ctx context.Context, b bearer, from Client) (*Tokens, error) {
	access, err := l.access(ctx, b)
	if err != nil {
		return nil, err
	}
	tokens, err := l.complete(ctx, b.user, &Tokens{Access: access})
	if err == nil {
		l.refreshed(ctx, b, from)
	}
	return tokens, err
}

// foreign returns the user of a foreign token that has not been revoked. Such a token carries no
// epoch, which counts as 0: once a user's sessions were all ended, so were the foreign ones.
func (l *local) foreign(ctx context.Context, claims *token.Claims) (*User, error) {
	if err := l.unlisted(ctx, claims.ID); err != nil {
		return nil, err
	}
	if claims.User == "" {
		return nil, ErrNoAccount
	}
	u, err := l.find(ctx, l.userKey(claims.User))
	if err != nil {
		return nil, err
	}
	if err := l.renews(u, claims); err != nil {
		return nil, err
	}
	if u.Epochs.Refresh > 0 {
		return nil, ErrTokenRevoked
	}
	return u, nil
}

// takeIn opens a session for a foreign refresh token and retires the token; of concurrent callers
// one wins. The session comes first: should the second write never be made, nobody has lost a
// token. It is of no device, so that the sessions of losers replace no winner's.
func (l *local) takeIn(ctx context.Context, u *User, claims *token.Claims, from Client) (*Tokens, error) {
	now := l.now()
	device := from
	device.Device = ""
	session := l.draftSession(u, device, now, l.settings.Tokens.RefreshLifetime)
	b := bearer{u, session, now}
	tokens, err := l.open(ctx, b, func() (*Tokens, error) { return l.pair(ctx, b) })
	if err != nil {
		return nil, err
	}
	if err := l.retire(ctx, claims.ID, claims.ExpiresAt); err != nil {
		return nil, l.refreshFailed(ctx, claims, from, l.abandon(ctx, session, err))
	}
	l.opened(ctx, session, EventRefreshed)
	return tokens, nil
}

// abandon ends a session whose tokens nobody gets, and returns why.
func (l *local) abandon(ctx context.Context, session *Session, why error) error {
	e := Ending{UserID: session.UserID, ID: session.ID, Reason: "abandoned"}
	told := Event{Kind: EventSessionEnded, UserID: session.UserID, Address: session.Address}
	if err := l.end(ctx, e, told); err != nil {
		return errors.Join(why, err)
	}
	return why
}

// retire enters a foreign token in the blacklist until nobody would accept it any more. A token
// that was there already is [ErrTokenRevoked].
func (l *local) retire(ctx context.Context, id string, expires time.Time) error {
	err := l.stores.Tokens.RevokeToken(ctx, id, expires.Add(l.settings.Signing.Leeway))
	if errors.Is(err, ErrExists) {
		return ErrTokenRevoked
	}
	if err != nil {
		return unavailable(err)
	}
	return nil
}
