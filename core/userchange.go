package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/authplug/authplug/core/internal/email"
	"github.com/authplug/authplug/core/internal/wire"
	"github.com/authplug/authplug/core/token"
)

// UpdateUser changes a user: it reads it, applies change, and saves it if nobody else has saved it
// meanwhile, else it begins again; change may so run several times. What changed ends what must
// end: rights or the e-mail address raise the access epoch, deactivation and a password hash raise
// both. An error of change is returned and nothing is saved. Besides, it returns [ErrNotFound],
// [ErrEmailTaken], problems of fields, and [ErrUnavailable].
func (s *Service) UpdateUser(ctx context.Context, key UserKey, change func(*User) error) (*User, error) {
	u, err := s.change(ctx, key, func(u *User) error {
		before := u.Clone()
		if err := change(u); err != nil {
			return err
		}
		keep(u, before)
		if err := checkChanged(u, before); err != nil {
			return err
		}
		raiseEpochs(u, before)
		if !u.Active {
			return nil // whatever else is odd about a user, it can be deactivated
		}
		return s.fits(u)
	})
	if err != nil {
		return nil, err
	}
	s.Emit(ctx, Event{Kind: EventUserChanged, UserID: u.ID})
	return u, nil
}

// keep undoes what no change of a user may touch.
func keep(u, before *User) {
	u.ID, u.UUID, u.Version, u.Epochs = before.ID, before.UUID, before.Version, before.Epochs
	u.Issuer, u.RemoteID, u.DateJoined = before.Issuer, before.RemoteID, before.DateJoined
}

// raiseEpochs ends the tokens and codes that a change makes wrong.
func raiseEpochs(u, before *User) {
	switch {
	case before.Active && !u.Active, u.PasswordHash != before.PasswordHash:
		u.Codes = nil
		u.Epochs.Access++
		u.Epochs.Refresh++
	case u.Email != before.Email:
		u.Codes = nil // they were sent to the old address
		u.Epochs.Access++
	case rightsDiffer(u, before):
		u.Epochs.Access++
	}
}

// fits reports whether the user's fields fit into a token: what does not would be found out at the
// next login.
func (s *Service) fits(u *User) error {
	for _, fields := range [][]claimField{s.claims, s.refreshClaims} {
		if err := s.fitInto(u, fields); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) fitInto(u *User, fields []claimField) error {
	if len(fields) == 0 {
		return nil
	}
	members, err := claimMembers(fields, u)
	if err != nil {
		return err
	}
	later := s.now().Add(time.Hour)
	_, err = s.codec.Mint(&token.Claims{ // as large as any token of the user can be
		Kind: token.Sliding, ID: token.NewID(), User: cmp.Or(s.userClaim(u), "9223372036854775807"), Session: token.NewID(),
		Epoch: 1 << 52, HasEpoch: true, Revoke: passwordFingerprint(u),
		IssuedAt: s.now(), ExpiresAt: later, RefreshExpiresAt: later, Custom: members,
	})
	if err != nil {
		return fmt.Errorf("auth: the user's fields do not fit into a token: %w", err)
	}
	return nil
}

func rightsDiffer(a, b *User) bool {
	return a.Staff != b.Staff || a.Superuser != b.Superuser ||
		!slices.Equal(a.Roles, b.Roles) || !slices.Equal(a.Permissions, b.Permissions)
}

// checkChanged judges a changed user and makes its address canonical.
func checkChanged(u, before *User) error {
	var ps wire.Problems
	if u.Email != before.Email {
		canonical, err := email.Canonical(u.Email)
		if err != nil {
			ps.Add("email", wire.TextInvalidEmail)
		}
		u.Email = canonical
	}
	if u.Active { // an odd row can still be deactivated
		checkFields(u, &ps)
		if len(u.Extra) > 0 && !json.Valid(u.Extra) {
			return errors.New("auth: User.Extra is not JSON")
		}
	}
	if !ps.Empty() {
		return problemsError(&ps)
	}
	return nil
}

// DeleteUser removes a user and with it its sessions. Doing it twice is no error.
func (s *Service) DeleteUser(ctx context.Context, id string) error {
	// The user goes first: without it no session of its can be used.
	if err := s.stores.Users.DeleteUser(ctx, id); err != nil {
		return unavailable(err)
	}
	if err := s.end(ctx, Ending{UserID: id, Reason: "user_deleted"}, Event{Kind: EventSessionEnded, UserID: id}); err != nil {
		return err
	}
	s.Emit(ctx, Event{Kind: EventUserDeleted, UserID: id})
	return nil
}

// errUnchanged says that a user already is what a change would make of it.
var errUnchanged = errors.New("auth: nothing to change")

// change is the one way in which the service changes users, but for those that it mirrors.
func (s *Service) change(ctx context.Context, key UserKey, apply func(*User) error) (*User, error) {
	for range attempts {
		u, err := s.User(ctx, key)
		if err != nil {
			return nil, err
		}
		err = apply(u)
		if errors.Is(err, errUnchanged) {
			return u, nil
		}
		if err != nil {
			return nil, err
		}
		err = s.stores.Users.UpdateUser(ctx, u)
		switch {
		case err == nil:
			s.raiseEpoch(ctx, u)
			return u, nil
		case errors.Is(err, ErrConflict):
			continue
		case errors.Is(err, ErrExists):
			return nil, ErrEmailTaken
		case errors.Is(err, ErrNotFound):
			return nil, err
		}
		return nil, unavailable(err)
	}
	return nil, unavailable(ErrConflict)
}
