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
	tokens, err := ask(forwarding(ctx, from), old)
	if err == nil && f.remote.Verify == VerifyLocal {
		err = f.renew(ctx, bearerOf(tokens))
	}
	f.tell(ctx, err, auth.EventRefreshed, auth.EventRefreshFailed, auth.Event{Address: from.Address})
	if err != nil {
		return nil, err
	}
	return tokens, nil
}

// tell tells how what a client has asked for went. An outage is told where it is answered.
func (f *flows) tell(ctx context.Context, err error, done, failed auth.EventKind, e auth.Event) {
	switch {
	case err == nil:
		e.Kind = done
	case status(err) >= http.StatusInternalServerError:
		return
	default:
		e.Kind, e.Reason = failed, code(err)
	}
	f.service.Emit(ctx, e)
}

// bearerOf returns the token that authenticates requests.
func bearerOf(t *auth.Tokens) string { return cmp.Or(t.Access, t.Sliding) }

// renew copies the profile of a new token's user: where nobody is asked at requests, rights that were
// taken away would stay, and so would a user who is refused by now. That a profile cannot be had is
// told and refuses nothing: the old token is spent.
func (f *flows) renew(ctx context.Context, access string) error {
	if f.settings.Claims.Stateless || f.remote.Mirror.FromClaims {
		return nil // nobody is kept, or the token says it
	}
	err := f.renewed(ctx, access)
	switch s := status(err); {
	case err == nil:
		return nil
	case s >= http.StatusInternalServerError || s == http.StatusTooManyRequests:
		f.service.Emit(ctx, auth.Event{Kind: auth.EventUnavailable, Reason: "profile", Err: err})
		return nil
	case s == http.StatusUnauthorized:
		return auth.ErrNoAccount.Because(err)
	default:
		return err
	}
}

func (f *flows) renewed(ctx context.Context, access string) error {
	claims, err := f.verified(ctx, access)
	if err != nil {
		return unavailable(textInvalid, err) // guards will refuse it
	}
	j, err := f.glimpsed(ctx, access, claims)
	if err == nil && !j.user.Active {
		err = auth.ErrUserInactive
	}
	return err
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
	err := f.client.Blacklist(forwarding(ctx, l.From), l.Refresh)
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
	return f.localID(ctx, f.mirror.named(claims.User))
}

// ChangePassword implements [auth.Flows].
func (f *flows) ChangePassword(ctx context.Context, c auth.PasswordChange) error {
	err := f.client.ChangePassword(forwarding(ctx, c.From), c)
	e := auth.Event{Address: c.From.Address}
	if err == nil {
		address := email.Lookup(c.Identifier)
		f.forget(address)
		e.UserID = f.localID(ctx, auth.UserKey{Email: address})
	}
	f.tell(ctx, err, auth.EventPasswordChanged, auth.EventPasswordChangeFailed, e)
	return err
}

// forgetAll ends what is remembered of the tokens of the user of a profile, by each of its names. That
// somebody else has one of them as a local id does no harm.
func (f *flows) forgetAll(ctx context.Context, p *Profile) {
	id := f.mirror.remoteID(p)
	f.forget(p.Email)
	f.forget(id)
	f.forget(f.localID(ctx, auth.UserKey{RemoteID: id}))
}

// localID returns the id of the mirrored user that a key names, or "".
func (f *flows) localID(ctx context.Context, key auth.UserKey) string {
	if f.settings.Claims.Stateless {
		return ""
	}
	u, err := f.mirror.find(ctx, key)
	if u == nil || err != nil {
		return ""
	}
	return u.ID
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
