package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/authplug/authplug/core/internal/wire"
	"github.com/authplug/authplug/core/token"
)

// maxSessionClaims bounds [Session.Claims], in bytes: they are stored with each session and travel
// in each of its tokens.
const maxSessionClaims = 2 << 10

// OpenSession logs a user in without a password: after a social login, for an administrator, in a
// test. The user must be active and pass [UserSettings.MayLogin]; its tokens are those of token/,
// as [TokenSettings.Kind] says. The claims, which may be nil, go into every token of the session,
// also after a refresh, sorted by name and before those of [ClaimSettings.More]; as JSON they must
// fit into 2 KiB, and none may have the name of one that the tokens have already.
//
// A user who is missing, inactive or refused is [ErrLoginFailed], of which [ErrNotFound],
// [ErrUserInactive] or the refusal is the cause. Besides, it returns [ErrInternal] for claims that
// cannot be used, and [ErrUnavailable].
func (s *Service) OpenSession(ctx context.Context, key UserKey, from Client, claims map[string]any) (*Tokens, error) {
	if s.codec == nil {
		return nil, errMintless
	}
	stored, err := sessionClaims(claims)
	if err != nil {
		return nil, err
	}
	u, err := s.User(ctx, key)
	switch {
	case errors.Is(err, ErrNotFound):
		err = ErrLoginFailed.Because(err)
	case err == nil && !u.Active:
		err = ErrLoginFailed.Because(ErrUserInactive)
	case err == nil:
		err = s.mayLogin(ctx, u)
	}
	if err == nil {
		err = s.hasPlace(ctx, u, from)
	}
	if err != nil {
		s.loginFailed(ctx, u, from, err)
		return nil, err
	}
	u = s.recordLogin(ctx, u, "", false)
	if s.settings.Tokens.Kind == KindSliding {
		return s.beginSliding(ctx, u, from, stored)
	}
	return s.beginPair(ctx, u, from, stored)
}

// sessionClaims encodes claims as a session keeps them.
func sessionClaims(claims map[string]any) (json.RawMessage, error) {
	if len(claims) == 0 {
		return nil, nil
	}
	raw, err := wire.Marshal(claims)
	if err == nil && len(raw) > maxSessionClaims {
		err = fmt.Errorf("%d bytes are more than %d", len(raw), maxSessionClaims)
	}
	if err != nil {
		return nil, ErrInternal.Because(fmt.Errorf("auth: claims of a session: %w", err))
	}
	return raw, nil
}

// appendSessionClaims adds what a session keeps to the claims of its token.
func appendSessionClaims(members []token.Member, raw json.RawMessage) ([]token.Member, error) {
	if len(raw) == 0 {
		return members, nil
	}
	var claims map[string]json.RawMessage
	if err := json.Unmarshal(raw, &claims); err != nil {
		return nil, ErrInternal.Because(fmt.Errorf("auth: claims of a session: %w", err))
	}
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		members = append(members, token.Member{Name: name, Value: claims[name]})
	}
	return members, nil
}
