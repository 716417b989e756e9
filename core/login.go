package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/authplug/authplug/core/internal/agent"
	"github.com/authplug/authplug/core/internal/email"
	"github.com/authplug/authplug/core/token"
)

// nobody is an address that no user can have: looking it up costs what looking up another costs.
const nobody = "@"

// Login implements [Flows].
func (l *local) Login(ctx context.Context, c Credentials, from Client) (*Tokens, error) {
	u, err := l.login(ctx, c, from)
	if err != nil {
		return nil, err
	}
	return l.beginPair(ctx, u, from, nil)
}

// beginPair opens a session of a user who may log in. Its tokens are a pair and carry the claims.
func (s *Service) beginPair(ctx context.Context, u *User, from Client, claims json.RawMessage) (*Tokens, error) {
	now := s.now()
	session := s.draftSession(u, from, now, s.settings.Tokens.RefreshLifetime)
	session.Claims = claims
	b := bearer{u, session, now}
	return s.begin(ctx, b, from, func() (*Tokens, error) { return s.pair(ctx, b) })
}

// begin opens the session of a login and tells of it.
func (s *Service) begin(ctx context.Context, b bearer, from Client, mint func() (*Tokens, error)) (*Tokens, error) {
	tokens, err := s.open(ctx, b, mint)
	if err != nil {
		s.loginFailed(ctx, b.user, from, err)
		return nil, err
	}
	s.opened(ctx, b.session, EventLogin)
	return tokens, nil
}

// login returns the user whom credentials belong to and who may log in.
func (l *local) login(ctx context.Context, c Credentials, from Client) (*User, error) {
	u, stale, err := l.checkPassword(ctx, c, from)
	if err == nil {
		err = l.mayLogin(ctx, u)
	}
	if err == nil {
		err = l.hasPlace(ctx, u, from)
	}
	if err != nil {
		l.loginFailed(ctx, u, from, err)
		return nil, err
	}
	return l.recordLogin(ctx, u, c.Password, stale), nil
}

// mayLogin asks the application whether an active user who has proved who it is may log in.
func (s *Service) mayLogin(ctx context.Context, u *User) error {
	if s.settings.Users.MayLogin == nil {
		return nil
	}
	if refusal := s.settings.Users.MayLogin(ctx, withoutSecrets(u)); refusal != nil {
		return ErrLoginFailed.Because(refusal)
	}
	return nil
}

func (s *Service) loginFailed(ctx context.Context, u *User, from Client, err error) {
	limited := errors.Is(err, ErrDeviceLimit)
	if !limited && !errors.Is(err, ErrLoginFailed) {
		return
	}
	e := Event{Kind: EventLoginFailed, Address: from.Address, Reason: "unknown_user", Err: errors.Unwrap(err)}
	if u != nil {
		e.UserID, e.Reason = u.ID, "refused"
	}
	if limited {
		e.Reason = ErrDeviceLimit.code
	}
	s.Emit(ctx, e)
}

// checkPassword returns the active user whom credentials belong to. Whatever is wrong with them,
// it asks the store once and hashes once, and the answer is [ErrLoginFailed], together with the
// user if there is one. Too many attempts are [ErrThrottled], before anything is hashed.
func (l *local) checkPassword(ctx context.Context, c Credentials, from Client) (u *User, stale bool, err error) {
	key, err := UserKey{ID: c.userID}, error(nil)
	if c.userID == "" {
		key, err = l.loginKey(ctx, c.Identifier)
	}
	if err != nil {
		return nil, false, err
	}
	u, err = l.find(ctx, key)
	if err != nil {
		return nil, false, err
	}
	account := accountOf(u, c.Identifier)
	if err := l.slowAccount(ctx, account, u, from); err != nil {
		return u, false, err
	}
	if u == nil {
		if err := l.hasher.Burn(ctx, c.Password); err != nil {
			return nil, false, unavailable(err)
		}
		return nil, false, ErrLoginFailed
	}
	result, err := l.hasher.Check(ctx, c.Password, string(u.PasswordHash))
	switch {
	case err != nil:
		return u, false, unavailable(err)
	case !result.OK || !u.Active || u.Unconfirmed && l.settings.Users.ConfirmEmail:
		return u, false, ErrLoginFailed
	}
	l.forget(ctx, account, from)
	return u, result.Stale, nil
}

// loginKey returns the key of whom an identifier names. It always names somebody to look up, so
// that an unknown identifier takes the work of a known one.
func (l *local) loginKey(ctx context.Context, identifier string) (UserKey, error) {
	key, err := UserKey{Email: identifier}, error(nil)
	if l.settings.Users.FindLogin != nil {
		key, err = l.findLogin(ctx, identifier)
	}
	if key.Email != "" || key == (UserKey{Issuer: key.Issuer}) {
		key.Email = cmp.Or(email.Lookup(key.Email), nobody)
	}
	return key, err
}

// findLogin asks the application whom an identifier names.
func (l *local) findLogin(ctx context.Context, identifier string) (UserKey, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	key, err := l.settings.Users.FindLogin(ctx, identifier)
	if errors.Is(err, ErrNotFound) {
		return UserKey{}, nil
	}
	if err != nil {
		return UserKey{}, unavailable(fmt.Errorf("auth: Settings.Users.FindLogin: %w", err))
	}
	return key, nil
}

// recordLogin stores the password anew if its form is not the preferred one, and the time of the
// login if that is wanted. A failure does not fail the login.
func (s *Service) recordLogin(ctx context.Context, u *User, plain string, stale bool) *User {
	fresh := s.rehashed(ctx, u, plain, stale)
	if fresh == "" && !s.settings.Users.UpdateLastLogin {
		return u
	}
	checked, latest := u, u
	changed, err := s.change(ctx, UserKey{ID: u.ID}, func(u *User) error {
		if u.Epochs != checked.Epochs || !u.Active {
			return ErrConflict // a session must not begin under epochs that were raised to end it
		}
		if u.PasswordHash != checked.PasswordHash {
			// A new password raises the epochs: this is the hash of a login that was quicker, and what
			// tokens must be made for.
			latest, fresh = u.Clone(), ""
		}
		return s.enterLogin(u, fresh)
	})
	if err != nil {
		s.Emit(ctx, Event{Kind: EventFailure, UserID: u.ID, Reason: "record_login", Err: err})
		return latest
	}
	return changed
}

// rehashed returns the new form of a password whose stored form is not the preferred one, or "".
func (s *Service) rehashed(ctx context.Context, u *User, plain string, stale bool) Secret {
	if !stale {
		return ""
	}
	hash, err := s.hasher.Hash(ctx, plain)
	if err != nil {
		s.Emit(ctx, Event{Kind: EventFailure, UserID: u.ID, Reason: "rehash", Err: err})
	}
	return Secret(hash)
}

// enterLogin writes into a user what a login changes.
func (s *Service) enterLogin(u *User, fresh Secret) error {
	if fresh == "" && !s.settings.Users.UpdateLastLogin {
		return errUnchanged
	}
	if fresh != "" {
		u.PasswordHash = fresh
	}
	if s.settings.Users.UpdateLastLogin {
		u.LastLogin = s.now()
	}
	return nil
}

// draftSession makes a session whose first token lives for a time.
func (s *Service) draftSession(u *User, from Client, now time.Time, life time.Duration) *Session {
	now = now.Truncate(time.Millisecond)
	ends := now.Truncate(time.Second).Add(s.settings.Tokens.SessionLifetime)
	id := token.NewOrderedID(now)
	return &Session{
		ID: id, UserID: u.ID, Epoch: u.Epochs.Refresh,
		Device: from.Device, Label: agent.Label(from.UserAgent), Agent: agentHash(id, from.UserAgent), Address: from.Address,
		CreatedAt: now, LastSeen: now, EndsAt: ends,
		ExpiresAt: earlier(now.Truncate(time.Second).Add(life), ends),
		TokenID:   token.NewID(),
	}
}

// open mints a session's tokens and stores it, in this order: no session is left whose tokens could
// not be made.
func (s *Service) open(ctx context.Context, b bearer, mint func() (*Tokens, error)) (*Tokens, error) {
	tokens, err := mint()
	if err != nil {
		return nil, err
	}
	if err := s.admitSession(ctx, b); err != nil {
		return nil, err
	}
	return tokens, nil
}

// opened tells why a session was opened.
func (s *Service) opened(ctx context.Context, session *Session, kind EventKind) {
	s.Emit(ctx, Event{
		Kind: kind, At: session.CreatedAt, UserID: session.UserID, SessionID: session.ID, Address: session.Address,
	})
}
