package remote

import (
	"context"
	"encoding/json"
	"strings"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// claimPrefix begins the names of claims that say the same as the field behind it: those of the preset
// "shared" of [auth.ClaimSettings.Access].
const claimPrefix = "user_"

// fromClaims returns the local user of a token by what the token says of it. It is read each time, and
// written only if the claims say something new.
func (f *flows) fromClaims(ctx context.Context, claims *token.Claims) (*auth.Identity, error) {
	p, err := claimedProfile(claims)
	if err != nil {
		return nil, err
	}
	if !p.Active {
		return nil, auth.ErrUserInactive
	}
	u, err := f.mirror.user(ctx, p, func(*auth.User) {})
	if err != nil {
		return nil, err
	}
	return active(claims, u, false)
}

// claimedProfile makes a profile of the claims of a token. A name with the prefix comes after the plain one.
func claimedProfile(claims *token.Claims) (*Profile, error) {
	p := &Profile{ID: claims.User, Active: true, members: map[string]json.RawMessage{}}
	for name, raw := range claims.CustomMembers() {
		plain, prefixed := strings.CutPrefix(name, claimPrefix)
		if _, taken := p.members[plain]; prefixed && taken {
			continue
		}
		p.members[plain] = json.RawMessage(raw)
	}
	for _, read := range []func() error{p.readEmail, p.readActive, p.checkTexts} {
		if err := read(); err != nil {
			return nil, badProfile(err)
		}
	}
	return p, nil
}
