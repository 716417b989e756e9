package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"
)

// MirrorUser returns the local user that stands for the one that another service, key.Issuer, calls
// key.RemoteID. If there is none it is made, active and without rights; change gets it either way
// and makes of it what it should be, perhaps several times. It is saved, at once and as a whole,
// only if it has become another. What [Service.UpdateUser] ends because of a change is ended here
// too. Whether the user is active is the service's own decision, which change cannot touch, like the
// password.
//
// An account that was not mirrored is never taken over: where a local one has the address, the
// answer is [ErrAccountConflict] and nothing is saved. An address that another mirrored user has is
// taken from that one first: of the issuer, or of one of the siblings, which are other names of the
// same service. An error of change is returned as it is. Besides, it returns problems of fields,
// [ErrInternal] for a key without issuer or remote id and for a [User.Extra] that is no JSON, and
// [ErrUnavailable]. Of concurrent calls for a stranger exactly one makes the user, and all return it.
func (s *Service) MirrorUser(
	ctx context.Context, key UserKey, change func(*User) error, siblings ...string,
) (*User, error) {
	if key.Issuer == "" || key.RemoteID == "" {
		return nil, ErrInternal.Because(errors.New("auth: MirrorUser needs an issuer and a remote id"))
	}
	key = UserKey{Issuer: key.Issuer, RemoteID: key.RemoteID}
	for range attempts {
		u, err := s.mirror(ctx, key, change, siblings)
		switch {
		case err == nil:
			return u, nil
		case !errors.Is(err, errBeaten):
			return nil, err
		}
	}
	return nil, unavailable(errBeaten)
}

// errBeaten says that somebody else was quicker to write a user. It is no error of the store, which an
// application's change may return for reasons of its own.
var errBeaten = errors.New("auth: somebody else changed a mirrored user first")

// mirror tries once, and returns [errBeaten] if it has to be tried again.
func (s *Service) mirror(ctx context.Context, key UserKey, change func(*User) error, siblings []string) (*User, error) {
	before, err := s.find(ctx, key)
	if err != nil {
		return nil, err
	}
	known := before != nil
	if !known {
		before = &User{
			UUID: newUUID(), Issuer: key.Issuer, RemoteID: key.RemoteID, Active: true,
			DateJoined: s.now().UTC().Truncate(time.Millisecond),
		}
	}
	u := before.Clone()
	if err := s.become(u, before, change); err != nil {
		return nil, err
	}
	if known && sameUser(u, before) {
		return u, nil
	}
	if u.Email != before.Email && u.Email != "" {
		if err := s.makeWay(ctx, u, siblings); err != nil {
			return nil, err
		}
	}
	if known {
		return u, s.saveMirrored(ctx, u, EventUserChanged, s.stores.Users.UpdateUser)
	}
	return u, s.saveMirrored(ctx, u, EventUserMirrored, s.stores.Users.CreateUser)
}

// become makes of a user what change wants and what is allowed.
func (s *Service) become(u, before *User, change func(*User) error) error {
	if err := change(u); err != nil {
		return err
	}
	keep(u, before)
	u.Active, u.PasswordHash, u.Codes = before.Active, before.PasswordHash, before.Codes
	if len(u.Extra) > 0 {
		var b bytes.Buffer
		if err := json.Compact(&b, u.Extra); err != nil {
			return ErrInternal.Because(errors.New("auth: User.Extra is not JSON"))
		}
		u.Extra = b.Bytes()
	}
	changed := *before
	if u.Email == "" {
		changed.Email = "" // nobody has to have one
	}
	if err := checkChanged(u, &changed); err != nil {
		return err
	}
	if before.ID != "" { // a stranger has no tokens to end
		raiseEpochs(u, before)
	}
	return nil
}

// sameUser reports whether nothing that a mirrored user shows differs.
func sameUser(a, b *User) bool {
	return a.Email == b.Email && a.FirstName == b.FirstName && a.LastName == b.LastName &&
		samePtr(a.Phone, b.Phone) && samePtr(a.Location, b.Location) && a.LastLogin.Equal(b.LastLogin) &&
		!rightsDiffer(a, b) && bytes.Equal(a.Extra, b.Extra)
}

func samePtr(a, b *string) bool { return (a == nil) == (b == nil) && deref(a) == deref(b) }

// makeWay refuses an address that a local account has, and takes it from other mirrored users, who
// get the next one that the issuer tells.
func (s *Service) makeWay(ctx context.Context, u *User, siblings []string) error {
	holder, err := s.find(ctx, UserKey{Email: u.Email})
	if err != nil {
		return err
	}
	if holder != nil {
		return ErrAccountConflict
	}
	for _, issuer := range append([]string{u.Issuer}, siblings...) {
		if err := s.takeAddress(ctx, UserKey{Issuer: issuer, Email: u.Email}, u); err != nil {
			return err
		}
	}
	return nil
}

// takeAddress takes an address from whom a key names, unless that is the one who gets it.
func (s *Service) takeAddress(ctx context.Context, key UserKey, heir *User) error {
	holder, err := s.find(ctx, key)
	if err != nil || holder == nil || holder.Issuer == heir.Issuer && holder.RemoteID == heir.RemoteID {
		return err
	}
	before := holder.Clone()
	holder.Email = ""
	raiseEpochs(holder, before)
	return s.saveMirrored(ctx, holder, EventUserChanged, s.stores.Users.UpdateUser)
}

// saveMirrored writes a user and tells of it.
func (s *Service) saveMirrored(ctx context.Context, u *User, kind EventKind, write func(context.Context, *User) error) error {
	err := write(ctx, u)
	switch {
	case err == nil:
		s.Emit(ctx, Event{Kind: kind, UserID: u.ID})
		return nil
	case errors.Is(err, ErrExists), errors.Is(err, ErrConflict), errors.Is(err, ErrNotFound):
		return errBeaten
	}
	return unavailable(err)
}
