package sqlstore

import (
	"context"
	"errors"

	auth "github.com/authplug/authplug/core"
)

var _ auth.UserImporter = (*Store)(nil)

// importLock is the row at which imports queue. No user has such an id.
const importLock = "import"

// ImportUser implements [auth.UserImporter].
func (s *Store) ImportUser(ctx context.Context, u *auth.User) error {
	const op = "import user"
	id, ok := number(u.ID)
	if !ok {
		return failed(op, errors.New("the id is no positive integer"))
	}
	err := s.door.all(ctx, func(ctx context.Context, t tx) error {
		// One after the other, so that the counter of ids never goes back.
		if err := s.queue(ctx, t, importLock); err != nil {
			return err
		}
		if _, err := t.write(ctx, s.do.importUser, append([]any{id}, newUserValues(u)...)...); err != nil {
			return err
		}
		if s.do.count == nil {
			return nil
		}
		_, err := t.write(ctx, s.do.count, id, id)
		return err
	})
	if err != nil {
		return s.written(op, err)
	}
	u.Version = firstVersion
	return nil
}
