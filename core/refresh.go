package auth

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"github.com/authplug/authplug/core/token"
)

// Refresh implements [Flows].
func (l *local) Refresh(ctx context.Context, raw string, from Client) (*Tokens, error) {
	claims, err := l.read(raw, token.Refresh)
	if err != nil {
		return nil, l.refreshFailed(ctx, &token.Claims{}, from, err)
	}
	if err := l.slowRefresh(ctx, cmp.Or(claims.Session, claims.ID), from); err != nil {
		return nil, err
	}
	if claims.Session == "" {
		return l.refreshForeign(ctx, claims, from)
	}
	for range attempts {
		b, err := l.renewable(ctx, claims, from)
		if err != nil {
			return nil, l.refreshFailed(ctx, claims, from, err)
		}
		tokens, err := l.exchange(ctx, b, claims, from)
		if !errors.Is(err, ErrConflict) {
			return tokens, err
		}
	}
	return nil, unavailable(ErrConflict)
}

// renewable returns the user and the live session of a refresh or sliding token.
func (l *local) renewable(ctx context.Context, claims *token.Claims, from Client) (bearer, error) {
	st, err := l.standing(ctx, claims)
	if err != nil {
		return bearer{}, err
	}
	if err := l.renews(st.user, claims); err != nil {
		return bearer{}, err
	}
	now := l.now()
	if err := l.judge(st, now); err != nil {
		return bearer{}, err
	}
	if err := l.bound(ctx, st.session, from); err != nil {
		return bearer{}, err
	}
	return bearer{st.user, st.session, now}, nil
}

// renews reports whether a user may still refresh a token.
func (l *local) renews(u *User, claims *token.Claims) error {
	switch {
	case u == nil || !u.Active:
		return ErrNoAccount
	case l.settings.Claims.CheckRevoke && !sameFingerprint(u, claims.Revoke):
		return ErrNoAccount
	}
	return nil
}

// judge reports whether a session is over for its refresh token. Leeway forgives clocks that
// differ, but nothing moves the absolute end.
func (l *local) judge(st standing, now time.Time) error {
	session := st.session
	switch {
	case !session.EndedAt.IsZero() || session.Epoch != st.user.Epochs.Refresh:
		return ErrTokenRevoked
	case !now.Before(session.EndsAt) || !now.Add(-l.settings.Signing.Leeway).Before(session.ExpiresAt):
		return ErrTokenInvalid
	}
	return nil
}

// exchange does what a refresh token is due. [ErrConflict] means: look again.
func (l *local) exchange(ctx context.Context, b bearer, claims *token.Claims, from Client) (*Tokens, error) {
	current := same(claims.ID, b.session.TokenID)
	switch {
	case current && l.settings.Tokens.ReuseRefresh:
		return l.reuse(ctx, b, from)
	case current:
		return l.rotate(ctx, b, from)
	case l.inGrace(b, claims.ID):
		return l.pair(ctx, b) // the successor that has been given out: a session has one refresh token
	}
	return nil, l.reused(ctx, b, from)
}

// rotate replaces the refresh token of a session.
func (l *local) rotate(ctx context.Context, b bearer, from Client) (*Tokens, error) {
	next := *b.session
	next.TokenID = token.NewID()
	next.ExpiresAt = earlier(b.now.Truncate(time.Second).Add(l.settings.Tokens.RefreshLifetime), next.EndsAt)
	// The tokens are made first: a token that cannot be made must not cost the old one.
	tokens, err := l.pair(ctx, bearer{b.user, &next, b.now})
	if err != nil {
		return nil, err
	}
	if err := l.moveSession(ctx, b, &next, from); err != nil {
		return nil, err
	}
	return tokens, nil
}

// reuse answers with an access token alone and notes that the session was seen.
func (l *local) reuse(ctx context.Context, b bearer, from Client) (*Tokens, error) {
	access, err := l.access(ctx, b)
	if err != nil {
		return nil, err
	}
	tokens, err := l.complete(ctx, b.user, &Tokens{Access: access})
	if err != nil {
		return nil, err
	}
	if err := l.moveSession(ctx, b, b.session, from); err != nil {
		return nil, err
	}
	return tokens, nil
}

// moveSession writes a session's next token. [ErrConflict] says that another request was first.
func (l *local) moveSession(ctx context.Context, b bearer, next *Session, from Client) error {
	err := l.stores.Sessions.RotateSession(ctx, b.session.ID, b.session.TokenID, Rotation{
		TokenID: next.TokenID, Address: from.Address, At: b.now.Truncate(time.Millisecond), ExpiresAt: next.ExpiresAt,
		LiveAt: liveAt(b),
	})
	if errors.Is(err, ErrConflict) {
		return err
	}
	if err != nil {
		return unavailable(err)
	}
	l.refreshed(ctx, b, from)
	return nil
}

// refreshed tells of an exchange. A foreign token has no session.
func (l *local) refreshed(ctx context.Context, b bearer, from Client) {
	e := Event{Kind: EventRefreshed, At: b.now, UserID: b.user.ID, Address: from.Address}
	if b.session != nil {
		e.SessionID = b.session.ID
	}
	l.Emit(ctx, e)
}

// liveAt returns when a session that was judged live must have been so for the store: now, or for a
// token in its leeway the last moment before its end.
func liveAt(b bearer) time.Time {
	return earlier(b.now.Truncate(time.Millisecond), b.session.ExpiresAt.Add(-time.Millisecond))
}

// inGrace reports whether a token was replaced so shortly before that its successor may be given
// out once more.
func (l *local) inGrace(b bearer, id string) bool {
	grace := l.settings.Tokens.GracePeriod
	// A clock that was set back must not make a grace period of hours.
	return b.session.PreviousID != "" && same(id, b.session.PreviousID) &&
		b.now.Sub(b.session.ReplacedAt).Abs() < grace
}

// reused ends a session whose replaced refresh token came back: one of two holders stole it.
func (l *local) reused(ctx context.Context, b bearer, from Client) error {
	e := Ending{UserID: b.user.ID, ID: b.session.ID, Reason: "refresh_reused"}
	if err := l.end(ctx, e, Event{Kind: EventRefreshReused, UserID: b.user.ID, Address: from.Address}); err != nil {
		return err
	}
	return ErrTokenRevoked
}

// refreshFailed tells of a refusal and returns it. Of a token that is no good the claims are empty:
// nothing that it says of itself is known.
func (l *local) refreshFailed(ctx context.Context, claims *token.Claims, from Client, err error) error {
	if e := answerable(err); !failed(err) {
		l.Emit(ctx, Event{
			Kind: EventRefreshFailed, UserID: l.eventUser(claims), SessionID: plainID(claims.Session), Address: from.Address, Reason: e.code,
		})
	}
	return err
}

// same compares ids without telling by the time it takes where they differ.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
