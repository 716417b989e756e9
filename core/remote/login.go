package remote

import (
	"context"
	"errors"
	"net/http"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/internal/email"
)

// Login implements [auth.Flows].
func (f *flows) Login(ctx context.Context, c auth.Credentials, from auth.Client) (*auth.Tokens, error) {
	return f.login(ctx, c, from, f.client.Token)
}

// Sliding implements [auth.Flows].
func (f *flows) Sliding(ctx context.Context, c auth.Credentials, from auth.Client) (*auth.Tokens, error) {
	return f.login(ctx, c, from, f.client.SlidingToken)
}

func (f *flows) login(
	ctx context.Context, c auth.Credentials, from auth.Client,
	obtain func(context.Context, auth.Credentials) (*auth.Tokens, error),
) (*auth.Tokens, error) {
	tokens, u, err := f.loggedIn(forwarding(ctx, from), c, obtain)
	e := auth.Event{Address: from.Address, Err: errors.Unwrap(err)}
	if u != nil {
		e.UserID = u.ID
	}
	f.tell(ctx, err, auth.EventLogin, auth.EventLoginFailed, e)
	return tokens, err
}

// loggedIn exchanges credentials and finds out whose they are, whom the application may refuse.
func (f *flows) loggedIn(
	ctx context.Context, c auth.Credentials, obtain func(context.Context, auth.Credentials) (*auth.Tokens, error),
) (*auth.Tokens, *auth.User, error) {
	tokens, err := obtain(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	access := bearerOf(tokens)
	p, err := f.client.User(ctx, access)
	if err != nil {
		return nil, nil, bearerRefusal(err, textError)
	}
	if err := f.checkIssued(ctx, c, access, p); err != nil {
		return nil, nil, err
	}
	if !p.Active {
		f.forgetAll(ctx, p)
		return nil, nil, auth.ErrLoginFailed.Because(auth.ErrUserInactive)
	}
	u, err := f.local(ctx, p, f.enterLogin)
	if err != nil {
		return nil, nil, err
	}
	if !u.Active {
		return nil, u, auth.ErrLoginFailed.Because(auth.ErrUserInactive)
	}
	if f.settings.Users.MayLogin != nil {
		if err := f.settings.Users.MayLogin(ctx, u.Clone()); err != nil {
			return nil, u, auth.ErrLoginFailed.Because(err)
		}
	}
	return tokens, u, nil
}

// checkIssued reports whether the auth-service has answered for the one who logs in, and not for
// somebody else: a token that is not, or a profile.
func (f *flows) checkIssued(ctx context.Context, c auth.Credentials, access string, p *Profile) error {
	if f.settings.Users.LoginField == "email" && !sameAddress(c.Identifier, p.Email) {
		return badProfile(errors.New("not that of who logs in"))
	}
	if f.verifier == nil {
		return nil
	}
	claims, err := f.verified(ctx, access)
	switch {
	case err != nil && status(err) < http.StatusInternalServerError:
		return unavailable(textInvalid, err) // what the auth-service issued and the keys here do not fit
	case err != nil:
		return err
	case !f.mirror.isOf(p, claims.User):
		return badProfile(errors.New("token and profile are of different users"))
	}
	return nil
}

func sameAddress(typed, canonical string) bool {
	a, err := email.Canonical(typed)
	return err == nil && a == canonical
}

// enterLogin writes into a user what a login changes.
func (f *flows) enterLogin(u *auth.User) {
	if f.settings.Users.UpdateLastLogin {
		u.LastLogin = f.now().UTC().Truncate(time.Millisecond)
	}
}

// local returns the user of a profile as this service knows it.
func (f *flows) local(ctx context.Context, p *Profile, change func(*auth.User)) (*auth.User, error) {
	if !f.settings.Claims.Stateless {
		return f.mirror.user(ctx, p, change)
	}
	u := &auth.User{Issuer: f.mirror.issuers[0], RemoteID: f.mirror.remoteID(p), ID: p.ID, Active: true}
	if f.settings.Claims.UserIDField == "uuid" {
		u.UUID = u.RemoteID
	}
	return u, f.mirror.copy(ctx, p, u)
}
