package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/authplug/authplug/core/internal/wire"
	"github.com/authplug/authplug/core/token"
)

// bearer is whom and what a token is minted for.
type bearer struct {
	user    *User
	session *Session // nil: none, for tokens of other services
	now     time.Time
}

// access mints an access token. It never outlives its session's absolute end.
func (s *Service) access(ctx context.Context, b bearer) (string, error) {
	exp := b.now.Add(s.settings.Tokens.AccessLifetime)
	if b.session != nil {
		exp = earlier(exp, b.session.EndsAt)
	}
	return s.mint(ctx, b, token.Claims{Kind: token.Access, ID: token.NewID(), ExpiresAt: exp})
}

// refresh mints the current refresh token of a session.
func (s *Service) refresh(ctx context.Context, b bearer) (string, error) {
	return s.mint(ctx, b, token.Claims{
		Kind: token.Refresh, ID: b.session.TokenID, ExpiresAt: b.session.ExpiresAt,
	})
}

// pair mints the tokens of a session.
func (s *Service) pair(ctx context.Context, b bearer) (*Tokens, error) {
	refresh, err := s.refresh(ctx, b)
	if err != nil {
		return nil, err
	}
	access, err := s.access(ctx, b)
	if err != nil {
		return nil, err
	}
	return s.complete(ctx, b.user, &Tokens{Access: access, Refresh: refresh})
}

// complete adds to tokens what the application says with them.
func (s *Service) complete(ctx context.Context, u *User, t *Tokens) (*Tokens, error) {
	if err := s.carrier.fits(t); err != nil {
		return nil, err
	}
	if s.settings.Users.TokenAnswer == nil {
		return t, nil
	}
	more, err := s.settings.Users.TokenAnswer(ctx, withoutSecrets(u))
	if err != nil {
		return nil, fmt.Errorf("auth: Settings.Users.TokenAnswer: %w", err)
	}
	t.More = make(map[string]json.RawMessage, len(more))
	for name, value := range more {
		raw, err := wire.Marshal(value)
		if containsFold(tokenNames, name) {
			err = errors.New("it is the name of a token")
		}
		if err != nil {
			return nil, ErrInternal.Because(fmt.Errorf("auth: Settings.Users.TokenAnswer: %q: %w", name, err))
		}
		t.More[name] = raw
	}
	return t, nil
}

// mint adds to claims what every token says of its user, and signs.
func (s *Service) mint(ctx context.Context, b bearer, claims token.Claims) (string, error) {
	claims.IssuedAt = b.now
	claims.User = s.userClaim(b.user)
	if b.session != nil {
		claims.Session = b.session.ID
	}
	if claims.Kind != token.Refresh && !s.settings.Tokens.AccessOutlivesSession {
		claims.Epoch, claims.HasEpoch = b.user.Epochs.Access, true
	}
	if s.settings.Claims.CheckRevoke {
		claims.Revoke = passwordFingerprint(b.user)
	}
	var err error
	if claims.Custom, err = s.customClaims(ctx, b, claims.Kind); err != nil {
		return "", err
	}
	raw, err := s.codec.Mint(&claims)
	if err != nil {
		return "", ErrInternal.Because(err)
	}
	return raw, nil
}

// customClaims returns the user's fields, the session's and the application's own claims, as JSON.
func (s *Service) customClaims(ctx context.Context, b bearer, kind token.Kind) (members []token.Member, err error) {
	fields := s.claims
	if kind == token.Refresh {
		fields = s.refreshClaims
	}
	if members, err = claimMembers(fields, b.user); err != nil {
		return nil, err
	}
	ofUser := len(members)
	if b.session != nil {
		if members, err = appendSessionClaims(members, b.session.Claims); err != nil {
			return nil, err
		}
	}
	if members, err = s.appendMore(ctx, members, b.user, kind); err != nil {
		return nil, err
	}
	return members, checkOwnClaims(members[ofUser:])
}

// appendMore adds the application's own claims.
func (s *Service) appendMore(ctx context.Context, members []token.Member, u *User, kind token.Kind) ([]token.Member, error) {
	if s.settings.Claims.More == nil {
		return members, nil
	}
	more, err := s.settings.Claims.More(ctx, withoutSecrets(u), kind)
	if err != nil {
		return nil, fmt.Errorf("auth: Settings.Claims.More: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(more)) {
		if members, err = appendMember(members, name, more[name]); err != nil {
			return nil, err
		}
	}
	return members, nil
}

// claimMembers returns fields of a user as claims.
func claimMembers(fields []claimField, u *User) (members []token.Member, err error) {
	for _, f := range fields {
		if members, err = appendMember(members, f.name, f.of(u)); err != nil {
			return nil, err
		}
	}
	return members, nil
}

func appendMember(members []token.Member, name string, value any) ([]token.Member, error) {
	raw, err := wire.Marshal(value)
	if err != nil {
		return nil, ErrInternal.Because(fmt.Errorf("auth: claim %q: %w", name, err))
	}
	return append(members, token.Member{Name: name, Value: raw}), nil
}

// withoutSecrets returns a copy of u for the application's hooks: what they do not have they
// cannot put into a token.
func withoutSecrets(u *User) *User {
	c := u.Clone()
	c.PasswordHash, c.Codes = "", nil
	return c
}
