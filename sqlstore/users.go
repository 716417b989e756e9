package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"

	auth "github.com/authplug/authplug/core"
)

// User implements [auth.UserStore].
func (s *Store) User(ctx context.Context, key auth.UserKey) (*auth.User, error) {
	const op = "user"
	if err := ctx.Err(); err != nil {
		return nil, failed(op, err)
	}
	var row userRow
	if err := s.readUser(ctx, &row, key); err != nil {
		return nil, found(op, err)
	}
	u, err := row.user()
	return u, failed(op, err)
}

// readUser reads the row that key names, or returns [sql.ErrNoRows].
func (s *Store) readUser(ctx context.Context, row *userRow, key auth.UserKey) error {
	switch {
	case key.ID != "":
		id, ok := number(key.ID)
		if !ok {
			return sql.ErrNoRows
		}
		return s.do.userByID.GetContext(ctx, row, id)
	case key.UUID != "":
		return s.do.userByUUID.GetContext(ctx, row, key.UUID)
	case key.Email != "":
		return s.do.userByEmail.GetContext(ctx, row, key.Issuer, key.Email)
	case key.RemoteID != "":
		return s.do.userByRemote.GetContext(ctx, row, key.Issuer, key.RemoteID)
	default:
		return sql.ErrNoRows
	}
}

// CreateUser implements [auth.UserStore]. Ids are counted by the database.
func (s *Store) CreateUser(ctx context.Context, u *auth.User) error {
	var id int64
	err := s.door.all(ctx, func(ctx context.Context, t tx) error {
		if _, err := t.write(ctx, s.do.insertUser, newUserValues(u)...); err != nil {
			return err
		}
		return t.row(ctx, s.do.userID, &id, u.UUID)
	})
	if err != nil {
		return s.written("create user", err)
	}
	u.ID, u.Version = strconv.FormatInt(id, 10), firstVersion
	return nil
}

// firstVersion is that of a new user.
const firstVersion = int64(1)

// newUserValues are the values of a new user's columns, apart from its id.
func newUserValues(u *auth.User) []any {
	return slices.Concat([]any{u.UUID, millis(u.DateJoined)}, userValues(u), []any{firstVersion})
}

// UpdateUser implements [auth.UserStore].
func (s *Store) UpdateUser(ctx context.Context, u *auth.User) error {
	const op = "update user"
	if err := ctx.Err(); err != nil {
		return failed(op, err)
	}
	id, ok := number(u.ID)
	if !ok {
		return auth.ErrNotFound
	}
	n, err := s.door.one(ctx, s.do.updateUser, append(userValues(u), id, u.Version)...)
	if err != nil {
		return s.written(op, err)
	}
	if n == 0 {
		return s.whyNotUpdated(ctx, id)
	}
	u.Version++
	return nil
}

// whyNotUpdated tells a user of another version from one that is not there.
func (s *Store) whyNotUpdated(ctx context.Context, id int64) error {
	var version int64
	err := s.do.userVersion.GetContext(ctx, &version, id)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.ErrNotFound
	}
	if err != nil {
		return failed("update user", err)
	}
	return auth.ErrConflict
}

// DeleteUser implements [auth.UserStore]. Sessions of the user stay until they are past.
func (s *Store) DeleteUser(ctx context.Context, id string) error {
	const op = "delete user"
	if err := ctx.Err(); err != nil {
		return failed(op, err)
	}
	n, ok := number(id)
	if !ok {
		return nil
	}
	return failed(op, s.door.all(ctx, func(ctx context.Context, t tx) error {
		if _, err := t.write(ctx, s.do.deleteUser, n); err != nil {
			return err
		}
		_, err := t.write(ctx, s.do.deleteLock, id)
		return err
	}))
}

// Users implements [auth.UserLister]. A limit below 1, or an after that is no id, gives none.
func (s *Store) Users(ctx context.Context, after string, limit int) ([]*auth.User, error) {
	const op = "users"
	start, ok := number(after)
	if after != "" && !ok || limit < 1 {
		return nil, failed(op, ctx.Err())
	}
	var rows []userRow
	if err := s.do.users.SelectContext(ctx, &rows, start, limit); err != nil {
		return nil, failed(op, err)
	}
	list := make([]*auth.User, len(rows))
	for i := range rows {
		u, err := rows[i].user()
		if err != nil {
			return nil, failed(op, err)
		}
		list[i] = u
	}
	return list, nil
}

// number returns the id that a text spells in its only form.
func number(id string) (n int64, ok bool) {
	n, err := strconv.ParseInt(id, 10, 64)
	return n, err == nil && n > 0 && strconv.FormatInt(n, 10) == id
}
