package remote

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// Identify implements [auth.Flows].
func (f *flows) Identify(ctx context.Context, access string, _ auth.Client) (*auth.Identity, error) {
	if f.verifier == nil {
		return f.asked(ctx, access, nil)
	}
	claims, err := f.verified(ctx, access)
	if err != nil {
		return nil, err
	}
	if f.remote.Verify == VerifyHybrid {
		return f.asked(ctx, access, claims)
	}
	return f.recognized(ctx, access, claims)
}

// verified returns the claims of an access token whose signature, times and kind are good.
func (f *flows) verified(ctx context.Context, access string) (*token.Claims, error) {
	claims := &token.Claims{}
	if err := f.verifier.verify(ctx, access, claims); err != nil {
		return nil, refused(err)
	}
	switch {
	case !slices.Contains(f.settings.Tokens.Accept, claims.Kind):
		return nil, auth.ErrTokenKind
	case claims.User == "":
		return nil, auth.ErrNoUserClaim
	}
	return claims, nil
}

// refused answers that a token was found bad here. Nil and outages stay what they are.
func refused(err error) error {
	var e *auth.Error
	if err == nil || errors.As(err, &e) {
		return err
	}
	return auth.ErrTokenInvalid.Because(err)
}

// recognized returns the identity of a token that is verified here alone. The auth-service is asked
// for the profile of a stranger; while it is down, a stranger is known by the token's name alone.
func (f *flows) recognized(ctx context.Context, access string, claims *token.Claims) (*auth.Identity, error) {
	if f.settings.Claims.Stateless {
		u, err := f.service.UserFromClaims(claims)
		if err != nil {
			return nil, err
		}
		return auth.NewIdentity(claims, u, true), nil
	}
	if f.remote.Mirror.FromClaims {
		return f.fromClaims(ctx, claims)
	}
	u, err := f.mirror.find(ctx, f.mirror.named(claims.User))
	if err == nil && (u == nil || !f.mirror.complete(u)) {
		u, err = f.introduced(ctx, access, claims, u)
	}
	if err != nil {
		return nil, err
	}
	return active(claims, u, false)
}

// introduced returns the local user of somebody whose profile was not seen yet.
func (f *flows) introduced(ctx context.Context, access string, claims *token.Claims, u *auth.User) (*auth.User, error) {
	j, err := f.glimpsed(ctx, access, claims)
	switch {
	case err == nil:
		return j.user.Clone(), nil
	case !errors.Is(err, ErrUnavailable) || isBadProfile(err):
		return nil, err
	case u != nil:
		return u, nil
	}
	return f.mirror.placeholder(ctx, claims.User)
}

// soon bounds the wait for a profile that can be done without.
const soon = 2 * time.Second

// glimpsed returns the local user of a token by its profile if that can be had soon.
func (f *flows) glimpsed(ctx context.Context, access string, claims *token.Claims) (*judged, error) {
	return f.asking.glance(ctx, access, soon, func(ctx context.Context) (*judged, error) {
		return f.profiled(ctx, access, claims)
	})
}

// asked returns the identity of a token that the auth-service vouches for, now or a short time ago.
func (f *flows) asked(ctx context.Context, access string, claims *token.Claims) (*auth.Identity, error) {
	if !isToken(access) {
		return nil, errBadToken
	}
	u, err := f.remembered(ctx, access)
	if u == nil && err == nil {
		u, err = f.vouchedFor(ctx, access, claims)
	}
	if err != nil {
		return nil, err
	}
	return active(claims, u, f.settings.Claims.Stateless)
}

// vouchedFor asks for the user of a token.
func (f *flows) vouchedFor(ctx context.Context, access string, claims *token.Claims) (*auth.User, error) {
	j, err := f.shared(ctx, access, func(ctx context.Context) (*judged, error) { return f.judge(ctx, access, claims) })
	if err != nil {
		return nil, err
	}
	return j.user.Clone(), nil
}

// active returns the identity of a user who is active here.
func active(claims *token.Claims, u *auth.User, stateless bool) (*auth.Identity, error) {
	if !u.Active {
		return nil, auth.ErrUserInactive
	}
	return auth.NewIdentity(claims, u, stateless), nil
}

// remembered returns the user of a token that was accepted a short time ago, or nil. The local user
// is read each time: its rights and its deactivation are this service's own.
func (f *flows) remembered(ctx context.Context, access string) (*auth.User, error) {
	if f.verdicts == nil {
		return nil, nil //nolint:nilnil // nobody is remembered
	}
	v, ok := f.verdicts.get(access, f.now())
	switch {
	case !ok:
		return nil, nil //nolint:nilnil // nobody is remembered
	case v.user != nil:
		return v.user.Clone(), nil
	}
	u, err := f.service.User(ctx, auth.UserKey{ID: v.userID})
	if errors.Is(err, auth.ErrNotFound) {
		return nil, nil //nolint:nilnil // deleted here: the profile is fetched anew
	}
	return u, err
}

// judged is what a question about a token gave. Several requests share it.
type judged struct {
	user  *auth.User
	email string // as the profile has it, copied or not
}

// judge asks the auth-service for its verdict on a token and for the profile of its user.
func (f *flows) judge(ctx context.Context, access string, claims *token.Claims) (*judged, error) {
	var q question
	if f.verdicts != nil {
		q = f.verdicts.asking(access)
	}
	if err := f.client.verify(ctx, access); err != nil {
		f.dropRefused(access, err)
		return nil, bearerRefusal(err, "")
	}
	j, err := f.profiled(ctx, access, claims)
	if err != nil {
		return nil, err
	}
	if f.verdicts != nil {
		f.verdicts.accept(q, f.verdict(access, j))
	}
	return j, nil
}

func (f *flows) verdict(access string, j *judged) verdict {
	now := f.now()
	v := verdict{userID: j.user.ID, email: j.email, since: now, until: now.Add(f.remote.CacheTTL)}
	if exp, ok := expiry(access); ok && exp.Before(v.until) {
		v.until = exp
	}
	if f.settings.Claims.Stateless {
		v.userID, v.user = j.user.RemoteID, j.user
	}
	return v
}

// profiled returns the local user of a token by its profile, which must be that of an active user
// and of nobody else than the token names.
func (f *flows) profiled(ctx context.Context, access string, claims *token.Claims) (*judged, error) {
	p, err := f.client.user(ctx, access)
	if err != nil {
		f.dropRefused(access, err)
		return nil, bearerRefusal(err, textError)
	}
	if claims != nil && !f.mirror.isOf(p, claims.User) {
		return nil, badProfile(errors.New("token and profile are of different users"))
	}
	if !p.Active {
		f.dropRefused(access, auth.ErrUserInactive)
		return nil, auth.ErrUserInactive
	}
	u, err := f.local(ctx, p, func(*auth.User) {})
	if err != nil {
		return nil, err
	}
	return &judged{u, p.Email}, nil
}

// dropRefused forgets that a token was accepted when it was refused now.
func (f *flows) dropRefused(access string, err error) {
	if f.verdicts != nil && err != nil && status(err) < http.StatusInternalServerError && status(err) != http.StatusTooManyRequests {
		f.verdicts.refuse(access)
	}
}

// forget ends what is remembered of the tokens of a user: of a local one by the id, where there are
// none by the remote id or the address.
func (f *flows) forget(name string) {
	if f.verdicts != nil {
		f.verdicts.forget(name)
	}
}

// shared asks once for all requests that carry a token at the same time. That a token was accepted is
// entered there: what is asked now must not be taken for newer than it is.
func (f *flows) shared(ctx context.Context, access string, ask func(context.Context) (*judged, error)) (*judged, error) {
	key := access
	if f.verdicts != nil { // who comes after a refusal does not join those who asked before it
		key += " " + strconv.FormatUint(f.verdicts.generation(access), 10)
	}
	return f.asking.together(ctx, key, ask)
}
