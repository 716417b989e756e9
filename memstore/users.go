package memstore

import (
	"context"
	"errors"
	"slices"
	"strconv"

	auth "github.com/authplug/authplug/core"
)

// User implements [auth.UserStore].
func (s *Store) User(ctx context.Context, key auth.UserKey) (found *auth.User, err error) {
	err = s.read(ctx, func() error {
		u := s.users.find(key)
		if u == nil {
			return auth.ErrNotFound
		}
		found = u.Clone()
		return nil
	})
	return found, err
}

// CreateUser implements [auth.UserStore]. Ids count up from 1.
func (s *Store) CreateUser(ctx context.Context, u *auth.User) error {
	return s.write(ctx, func() error {
		c := stored(u)
		c.ID, c.Version = "", 1
		if s.users.taken(c) {
			return auth.ErrExists
		}
		s.users.lastID++
		c.ID = strconv.FormatInt(s.users.lastID, 10)
		s.users.order = append(s.users.order, s.users.lastID)
		s.users.enter(c)
		u.ID, u.Version = c.ID, c.Version
		return nil
	})
}

// ImportUser implements [auth.UserImporter].
func (s *Store) ImportUser(ctx context.Context, u *auth.User) error {
	id := number(u.ID)
	if id < 1 {
		return errNoID
	}
	return s.write(ctx, func() error {
		c := stored(u)
		c.Version = 1
		if s.users.byID[c.ID] != nil || s.users.taken(c) {
			return auth.ErrExists
		}
		s.users.lastID = max(s.users.lastID, id)
		at, _ := slices.BinarySearch(s.users.order, id)
		s.users.order = slices.Insert(s.users.order, at, id)
		s.users.enter(c)
		u.Version = c.Version
		return nil
	})
}

// ReserveUserIDs implements [auth.UserImporter].
func (s *Store) ReserveUserIDs(ctx context.Context, last string) error {
	id := number(last)
	if id < 1 {
		return errNoID
	}
	return s.write(ctx, func() error {
		s.users.lastID = max(s.users.lastID, id)
		return nil
	})
}

var errNoID = errors.New("memstore: the id is no positive integer")

// UpdateUser implements [auth.UserStore].
func (s *Store) UpdateUser(ctx context.Context, u *auth.User) error {
	return s.write(ctx, func() error {
		old := s.users.byID[u.ID]
		if old == nil {
			return auth.ErrNotFound
		}
		if old.Version != u.Version {
			return auth.ErrConflict
		}
		c := stored(u)
		c.UUID, c.DateJoined, c.Version = old.UUID, old.DateJoined, old.Version+1
		if s.users.taken(c) {
			return auth.ErrExists
		}
		s.users.remove(old)
		s.users.enter(c)
		u.Version = c.Version
		return nil
	})
}

// DeleteUser implements [auth.UserStore].
func (s *Store) DeleteUser(ctx context.Context, id string) error {
	return s.write(ctx, func() error {
		u := s.users.byID[id]
		if u == nil {
			return nil
		}
		s.users.remove(u)
		if i, ok := slices.BinarySearch(s.users.order, number(id)); ok {
			s.users.order = slices.Delete(s.users.order, i, i+1)
		}
		return nil
	})
}

// Users implements [auth.UserLister]. A limit below 1, or an after that is no id, gives none.
func (s *Store) Users(ctx context.Context, after string, limit int) (list []*auth.User, err error) {
	err = s.read(ctx, func() error {
		start, ok := s.users.behind(after)
		if !ok || limit < 1 {
			return nil
		}
		page := s.users.order[start:]
		for _, id := range page[:min(limit, len(page))] {
			list = append(list, s.users.byID[strconv.FormatInt(id, 10)].Clone())
		}
		return nil
	})
	return list, err
}

// stored returns the copy of u that goes into the table.
func stored(u *auth.User) *auth.User {
	c := u.Clone()
	c.DateJoined, c.LastLogin = millis(c.DateJoined), millis(c.LastLogin)
	return c
}
