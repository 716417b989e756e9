package remote

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/internal/email"
	"github.com/authplug/authplug/core/token"
)

// flows are those of the auth-service.
type flows struct {
	service  *auth.Service
	settings auth.Settings // of the service
	remote   Settings
	client   *Client
	mirror   *mirror
	verifier *verifier        // nil: tokens are opaque
	verdicts *verdicts        // nil: none are kept
	asking   flights[*judged] // by access token
	now      func() time.Time
}

var _ auth.Flows = (*flows)(nil)

// Refresh implements [auth.Flows].
func (f *flows) Refresh(ctx context.Context, refresh string, from auth.Client) (*auth.Tokens, error) {
	return f.exchange(ctx, refresh, from, f.client.Refresh)
}

// Slide implements [auth.Flows].
func (f *flows) Slide(ctx context.Context, sliding string, from auth.Client) (*auth.Tokens, error) {
	return f.exchange(ctx, sliding, from, f.client.RefreshSliding)
}

func (f *flows) exchange(
	ctx context.Context, old string, from auth.Client, ask func(context.Context, string) (*auth.Tokens, error),
) (*auth.Tokens, error) {
	tokens, err := ask(ctx, old)
	e := auth.Event{Kind: auth.EventRefreshed, Address: from.Address}
	if err != nil && status(err) >= http.StatusInternalServerError {
		return nil, err
	}
	if err != nil {
		e.Kind, e.Reason = auth.EventRefreshFailed, code(err)
	}
	f.service.Emit(ctx, e)
	if err == nil && f.remote.Verify == VerifyLocal {
		f.renew(ctx, cmp.Or(tokens.Access, tokens.Sliding))
	}
	return tokens, err
}

// renewal bounds the wait for a profile that a refresh can do without.
const renewal = 2 * time.Second

// renew copies the profile of a new token's user: where nobody is asked at requests, rights that were
// taken away would stay. That it cannot be had is told and refuses nothing: the old token is spent.
func (f *flows) renew(ctx context.Context, access string) {
	ctx, cancel := context.WithTimeout(ctx, renewal)
	defer cancel()
	claims, err := f.verified(ctx, access)
	if err == nil && !f.settings.Claims.Stateless {
		_, err = f.profiled(ctx, access, claims)
	}
	if err != nil {
		f.service.Emit(ctx, auth.Event{Kind: auth.EventUnavailable, Reason: "profile", Err: err})
	}
}

// Verify implements [auth.Flows]: here where tokens are verified here alone, else by asking.
func (f *flows) Verify(ctx context.Context, raw string) error {
	if f.verifier != nil {
		var claims token.Claims
		if err := f.verifier.verify(ctx, raw, &claims); err != nil || f.remote.Verify == VerifyLocal {
			return refused(err)
		}
	}
	err := f.client.Verify(ctx, raw)
	f.dropRefused(raw, err)
	return err
}

// errScope says what a logout cannot do through this protocol.
var errScope = auth.NewError(http.StatusBadRequest, "invalid_scope",
	"Only this session can be ended here: ask the auth-service for the others.")

// Logout implements [auth.Flows]. The auth-service ends sessions by their refresh token alone.
func (f *flows) Logout(ctx context.Context, l auth.Logout) error {
	switch {
	case l.Scope != "" && l.Scope != auth.ScopeThis:
		return errScope
	case l.Refresh == "" || f.remote.KeepTokens:
		return nil
	}
	err := f.client.Blacklist(ctx, l.Refresh)
	switch s := status(err); {
	case err == nil:
	case s == http.StatusTooManyRequests:
		return auth.ErrUnavailable.Because(err)
	case s < http.StatusInternalServerError:
		return nil // the token was no good any more
	default:
		return err
	}
	e := auth.Event{Kind: auth.EventSessionEnded, Address: l.From.Address, Reason: "logout"}
	owner := f.owner(ctx, l.Refresh)
	f.forget(owner)
	if !f.settings.Claims.Stateless {
		e.UserID = owner
	}
	f.service.Emit(ctx, e)
	return nil
}

// owner returns the id of the local user of a refresh token that can be read here, or "". Of stateless
// services it is what the token calls the user.
func (f *flows) owner(ctx context.Context, refresh string) string {
	var claims token.Claims
	if f.verifier == nil || f.verifier.verify(ctx, refresh, &claims) != nil || claims.User == "" {
		return ""
	}
	if f.settings.Claims.Stateless {
		return claims.User
	}
	if u, _ := f.mirror.known(ctx, claims.User); u != nil {
		return u.ID
	}
	return ""
}

// ChangePassword implements [auth.Flows].
func (f *flows) ChangePassword(ctx context.Context, c auth.PasswordChange) error {
	err := f.client.ChangePassword(ctx, c)
	e := auth.Event{Kind: auth.EventPasswordChanged, Address: c.From.Address}
	if err != nil && status(err) >= http.StatusInternalServerError {
		return err
	}
	switch {
	case err != nil:
		e.Kind, e.Reason = auth.EventPasswordChangeFailed, code(err)
	case f.settings.Claims.Stateless:
		f.forget(email.Lookup(c.Identifier)) // the id is not known
	default:
		if u := f.holder(ctx, c.Identifier); u != nil {
			e.UserID = u.ID
			f.forget(u.ID)
		}
	}
	f.service.Emit(ctx, e)
	return err
}

// holder returns the local user of whoever is called so at the login, or nil.
func (f *flows) holder(ctx context.Context, identifier string) *auth.User {
	for _, issuer := range f.mirror.issuers {
		if u, err := f.service.User(ctx, auth.UserKey{Issuer: issuer, Email: identifier}); err == nil {
			return u
		}
	}
	return nil
}

// forgetRemote ends what is remembered of the tokens of the user of a profile.
func (f *flows) forgetRemote(ctx context.Context, p *Profile) {
	f.forget(p.ID) // what a stateless service remembers
	for _, issuer := range f.mirror.issuers {
		if u, err := f.service.User(ctx, auth.UserKey{Issuer: issuer, RemoteID: f.mirror.remoteID(p)}); err == nil {
			f.forget(u.ID)
		}
	}
}

// status returns the status that an error is answered with.
func status(err error) int {
	var e *auth.Error
	if errors.As(err, &e) {
		return e.Status()
	}
	return http.StatusInternalServerError
}

func code(err error) string {
	var e *auth.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return ""
}
