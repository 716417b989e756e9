package sqlstore

import (
	"context"
	"crypto/rand"
	"errors"

	auth "github.com/authplug/authplug/core"
)

var _ auth.UserImporter = (*Store)(nil)

// importLock is the row at which imports queue. No user has such an id.
const importLock = "import"

// ImportUser implements [auth.UserImporter].
func (s *Store) ImportUser(ctx context.Context, u *auth.User) error {
	const op = "import user"
	id, args, err := imported(u)
	if err != nil {
		return failed(op, err)
	}
	err = s.door.all(ctx, func(ctx context.Context, t tx) error {
		if _, err := t.write(ctx, s.do.importUser, args...); err != nil {
			return err
		}
		return s.raiseCounter(ctx, t, id)
	})
	if err != nil {
		return s.written(op, err)
	}
	u.Version = firstVersion
	return nil
}

// ReserveUserIDs implements [auth.UserImporter]. A row with an id raises the counter, also one that goes
// at once; where the id is taken it was raised before.
func (s *Store) ReserveUserIDs(ctx context.Context, last string) error {
	const op = "reserve ids"
	id, args, err := imported(&auth.User{ID: last, UUID: rand.Text()})
	if err != nil {
		return failed(op, err)
	}
	err = s.door.all(ctx, func(ctx context.Context, t tx) error {
		if _, err := t.write(ctx, s.do.importUser, args...); err != nil {
			return err
		}
		if _, err := t.write(ctx, s.do.deleteUser, id); err != nil {
			return err
		}
		return s.raiseCounter(ctx, t, id)
	})
	if err = s.written(op, err); errors.Is(err, auth.ErrExists) {
		return nil
	}
	return err
}

// imported returns the id of u and the values of its row.
func imported(u *auth.User) (id int64, args []any, err error) {
	id, ok := number(u.ID)
	if !ok {
		return 0, nil, errors.New("the id is no positive integer")
	}
	return id, append([]any{id}, newUserValues(u)...), nil
}

// raiseCounter makes the next ids higher than this one. Those who raise the counter go one after the
// other, so that it never goes back; nobody waits where it is high enough, which it stays.
func (s *Store) raiseCounter(ctx context.Context, t tx, id int64) error {
	if s.do.count == nil {
		return nil
	}
	var at int64
	if err := t.row(ctx, s.do.counter, &at); err != nil || at >= id {
		return err
	}
	if err := s.queue(ctx, t, importLock); err != nil {
		return err
	}
	_, err := t.write(ctx, s.do.count, id, id)
	return err
}
