package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/authplug/authplug/core/token"
)

// Identity is who makes a request. The guards and the handlers of one request share it, so that a
// change is seen by those that come later; other requests and the store never see one. A nil
// Identity is nobody, whom a route without a guard lets in: its methods answer false, none or zero.
type Identity struct {
	// User is not nil in an identity of the service's making. Of a stateless identity it holds what
	// the token's claims say and nothing more.
	User *User

	kind      token.Kind
	session   string
	expiresAt time.Time
	payload   token.Payload
	stateless bool
	home      *admitted
}

// Kind returns the kind of token that the request carries.
func (id *Identity) Kind() token.Kind { return id.orNobody().kind }

// SessionID returns the id of the session that the token belongs to, or "" if it belongs to none.
func (id *Identity) SessionID() string { return id.orNobody().session }

// ExpiresAt returns when the token expires.
func (id *Identity) ExpiresAt() time.Time { return id.orNobody().expiresAt }

// Stateless reports whether the identity was made of claims alone.
func (id *Identity) Stateless() bool { return id.orNobody().stateless }

// HasRole reports whether the user has a role, by its exact name.
func (id *Identity) HasRole(name string) bool {
	return name != "" && id != nil && id.User != nil && slices.Contains(id.User.Roles, name)
}

// HasPermission reports whether the user has a permission, by its exact name. A superuser has only
// the permissions given to it.
func (id *Identity) HasPermission(name string) bool {
	return name != "" && id != nil && id.User != nil && slices.Contains(id.User.Permissions, name)
}

// Claim returns a claim of the token as JSON text.
func (id *Identity) Claim(name string) (json.RawMessage, bool) {
	value, ok := id.orNobody().payload.Member(name)
	return json.RawMessage(value), ok
}

// orNobody returns the identity, or one of nobody for nil.
func (id *Identity) orNobody() *Identity {
	if id == nil {
		return &Identity{}
	}
	return id
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

// ClaimAs decodes a claim of an identity's token into a type of the application's own. A claim that
// is missing or null is [ErrNotFound], and an identity of nobody [ErrNoCredentials].
func ClaimAs[T any](id *Identity, name string) (T, error) {
	if id == nil {
		var none T
		return none, ErrNoCredentials
	}
	raw, _ := id.Claim(name)
	return decodeAs[T](raw, fmt.Sprintf("claim %q", name))
}

// ExtraAs decodes the application's own data of an identity's user ([User.Extra]) into a type of
// its own. No data, or null, is [ErrNotFound], and an identity of nobody [ErrNoCredentials].
func ExtraAs[T any](id *Identity) (T, error) {
	if id == nil {
		var none T
		return none, ErrNoCredentials
	}
	var extra json.RawMessage
	if id.User != nil {
		extra = id.User.Extra
	}
	return decodeAs[T](extra, "extra data")
}

func decodeAs[T any](raw json.RawMessage, what string) (T, error) {
	var v T
	if raw = bytes.TrimSpace(raw); len(raw) == 0 || string(raw) == "null" {
		return v, fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return v, fmt.Errorf("auth: %s: %w", what, err)
	}
	return v, nil
}

// admitted is a request, its context and its identity in one allocation.
type admitted struct {
	context.Context

	by       *Service  // who admitted: another service's word does not count
	who      *Identity // usually the one below
	identity Identity
	request  http.Request
}

type identityKey struct{}

// Value finds the identity without a search, and asks the request's own context for the rest.
func (a *admitted) Value(key any) any {
	if _, ok := key.(identityKey); ok {
		return a
	}
	return a.Context.Value(key)
}

// newIdentity returns the identity of a verified token, without its user. [Service.admit] can put
// it into a request at no further cost.
func newIdentity(claims *token.Claims) *Identity {
	a := &admitted{}
	a.describe(claims)
	return &a.identity
}

// NewIdentity returns the identity of a user and a verified token, for packages with [Flows] of their
// own. The claims are nil where the token is opaque. A stateless identity is of a user whom no store
// has.
func NewIdentity(claims *token.Claims, u *User, stateless bool) *Identity {
	id := &Identity{}
	if claims != nil {
		id = newIdentity(claims)
	}
	id.User, id.stateless = u, stateless
	return id
}

// UserFromClaims returns the user that a verified token describes, with what its claims say and
// nothing more. It returns [ErrTokenInvalid] for a claim of another type than the field's,
// [ErrNoUserClaim] and [ErrUserInactive].
func (s *Service) UserFromClaims(claims *token.Claims) (*User, error) {
	if claims.User == "" {
		return nil, ErrNoUserClaim
	}
	u := &User{}
	return u, s.userFromClaims(u, claims)
}

// newStatelessIdentity returns the same with an empty user.
func newStatelessIdentity(claims *token.Claims) *Identity {
	a := &struct {
		admitted

		user User
	}{}
	a.describe(claims)
	a.identity.User, a.identity.stateless = &a.user, true
	return &a.identity
}

func (a *admitted) describe(claims *token.Claims) {
	a.identity = Identity{
		kind: claims.Kind, session: claims.Session, expiresAt: claims.ExpiresAt, payload: claims.Payload, home: a,
	}
}

// admit returns the request with the identity in its context.
func (s *Service) admit(r *http.Request, id *Identity) *http.Request {
	a := id.home
	if a == nil || a.Context != nil {
		a = &admitted{}
	}
	a.Context, a.by, a.who = r.Context(), s, id
	a.request = *r.WithContext(a) // the copy that this makes is not allocated
	return &a.request
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
