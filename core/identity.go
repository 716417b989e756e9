package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/authplug/authplug/core/token"
)

// Identity is who makes a request. Handlers read it; changing it changes nothing for anybody else.
type Identity struct {
	// User is never nil. Of a stateless identity it holds what the token's claims say and nothing
	// more.
	User *User

	claims    token.Claims
	stateless bool
	home      *admitted
}

// Kind returns the kind of token that the request carries.
func (id *Identity) Kind() token.Kind { return id.claims.Kind }

// SessionID returns the id of the session that the token belongs to, or "" if it belongs to none.
func (id *Identity) SessionID() string { return id.claims.Session }

// ExpiresAt returns when the token expires.
func (id *Identity) ExpiresAt() time.Time { return id.claims.ExpiresAt }

// Stateless reports whether the identity was made of claims alone.
func (id *Identity) Stateless() bool { return id.stateless }

// HasRole reports whether the user has a role, by its exact name.
func (id *Identity) HasRole(name string) bool {
	return name != "" && id.User != nil && slices.Contains(id.User.Roles, name)
}

// HasPermission reports whether the user has a permission, by its exact name. A superuser has only
// the permissions given to it.
func (id *Identity) HasPermission(name string) bool {
	return name != "" && id.User != nil && slices.Contains(id.User.Permissions, name)
}

// Claim returns a claim of the token as JSON text.
func (id *Identity) Claim(name string) (json.RawMessage, bool) {
	value, ok := id.claims.Member(name)
	return json.RawMessage(value), ok
}

// audience returns whom the token is for. One that is no text and no list of texts is for nobody.
func (id *Identity) audience() []string {
	raw, _ := id.Claim("aud")
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	var several []string
	if json.Unmarshal(raw, &several) != nil {
		return nil
	}
	return several
}

// ClaimAs decodes a claim of an identity's token into a type of the application's own. A missing
// claim is [ErrNotFound].
func ClaimAs[T any](id *Identity, name string) (T, error) {
	var v T
	raw, ok := id.Claim(name)
	if !ok {
		return v, fmt.Errorf("claim %q: %w", name, ErrNotFound)
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return v, fmt.Errorf("auth: claim %q: %w", name, err)
	}
	return v, nil
}

// ExtraAs decodes the application's own data of an identity's user ([User.Extra]) into a type of
// its own. No data is [ErrNotFound].
func ExtraAs[T any](id *Identity) (T, error) {
	var v T
	if id.User == nil || len(id.User.Extra) == 0 {
		return v, fmt.Errorf("extra data: %w", ErrNotFound)
	}
	if err := json.Unmarshal(id.User.Extra, &v); err != nil {
		return v, fmt.Errorf("auth: extra data: %w", err)
	}
	return v, nil
}

// admitted is a request's context, its identity and the identity's claims in one allocation.
type admitted struct {
	context.Context

	by       *Service  // who admitted: another service's word does not count
	who      *Identity // usually the one below
	identity Identity
	user     User // of a stateless identity
}

type identityKey struct{}

// Value finds the identity without a search, and asks the request's own context for the rest.
func (a *admitted) Value(key any) any {
	if _, ok := key.(identityKey); ok {
		return a
	}
	return a.Context.Value(key)
}

// newIdentity returns an empty identity that [within] can put into a context at no cost.
func newIdentity() *Identity {
	a := &admitted{}
	a.identity.home = a
	return &a.identity
}

// within returns a context that carries the identity.
func (s *Service) within(ctx context.Context, id *Identity) context.Context {
	a := id.home
	if a == nil || a.Context != nil {
		a = &admitted{}
	}
	a.Context, a.by, a.who = ctx, s, id
	return a
}

// admittedBy returns the identity that the service itself has put into a context, or nil.
func (s *Service) admittedBy(ctx context.Context) *Identity {
	a, _ := ctx.Value(identityKey{}).(*admitted)
	if a == nil || a.by != s {
		return nil
	}
	return a.who
}

// FromContext returns who makes the request that ctx belongs to, or nil for nobody.
func FromContext(ctx context.Context) *Identity {
	a, _ := ctx.Value(identityKey{}).(*admitted)
	if a == nil {
		return nil
	}
	return a.who
}
