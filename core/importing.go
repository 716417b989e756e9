package auth

import (
	"context"
	"errors"
	"time"

	"github.com/authplug/authplug/core/internal/email"
	"github.com/authplug/authplug/core/internal/wire"
	"github.com/authplug/authplug/core/password"
)

// UserImporter is a [UserStore] that can add users under ids that they have had elsewhere.
type UserImporter interface {
	// ImportUser adds u under u.ID, a positive integer in its only decimal form, and sets u.Version to 1.
	// Users that are created later get higher ids. It returns [ErrExists] if the id is taken, or what
	// [UserStore.CreateUser] says so of; a registration that gets the id at the same moment is told so
	// as well: import before people register.
	ImportUser(ctx context.Context, u *User) error
	// ReserveUserIDs makes users who are created later get ids above last, which is as an id of
	// ImportUser. Imports under lower ids go on.
	ReserveUserIDs(ctx context.Context, last string) error
}

// ImportUser adds a user of another system, under the id that u has, if it has one, and with its
// password hash, which the next login replaces by one of ours. It makes the address canonical, and a UUID
// where none is. It returns the problems of the fields as an [Error] with status 400, [ErrEmailTaken] and
// [ErrUnavailable]; an id needs a store that is a [UserImporter], and [ErrExists] says that it is taken.
func (s *Service) ImportUser(ctx context.Context, u *User) error {
	var ps wire.Problems
	canonical, err := email.Canonical(u.Email)
	if err != nil {
		ps.Add("email", wire.TextInvalidEmail)
	}
	if hash := string(u.PasswordHash); hash != "" && !password.Readable(hash) {
		ps.Add("password", "This is no hash that can be checked.")
	}
	checkFields(u, &ps)
	if !ps.Empty() {
		return problemsError(&ps)
	}
	u.Email = canonical
	if u.UUID == "" {
		u.UUID = newUUID()
	}
	u.DateJoined = u.DateJoined.UTC().Truncate(time.Millisecond)
	if err := s.fits(u); err != nil {
		return err
	}
	return s.addImported(ctx, u)
}

// ReserveUserIDs makes users who are created later get ids above last. Do so with the highest id that the
// other system ever gave: tokens of its users who are not imported, or were deleted there, would otherwise
// be those of whoever registers next. It returns [ErrUnavailable], and needs a store that is a [UserImporter].
func (s *Service) ReserveUserIDs(ctx context.Context, last string) error {
	importer, ok := s.importer()
	if !ok {
		return errNoImporter
	}
	return unavailableOr(importer.ReserveUserIDs(ctx, last))
}

var errNoImporter = errors.New("auth: the store cannot add users under given ids: leave User.ID empty, or use a UserImporter")

func (s *Service) addImported(ctx context.Context, u *User) error {
	add := s.stores.Users.CreateUser
	if u.ID != "" {
		importer, ok := s.importer()
		if !ok {
			return errNoImporter
		}
		add = importer.ImportUser
	}
	err := add(ctx, u)
	if !errors.Is(err, ErrExists) {
		return unavailableOr(err)
	}
	if holder, err := s.find(ctx, UserKey{Email: u.Email}); err == nil && holder != nil {
		return ErrEmailTaken
	}
	return ErrExists
}

// importer returns the store as what it may be below its calm form.
func (s *Service) importer() (UserImporter, bool) {
	calm, ok := s.stores.Users.(calmUsers)
	if !ok {
		return nil, false
	}
	importer, ok := calm.UserStore.(UserImporter)
	return calmImporter{importer}, ok
}

func unavailableOr(err error) error {
	if err == nil {
		return nil
	}
	return unavailable(err)
}
