package storetest

import (
	"context"
	"fmt"
	"sync"

	auth "github.com/authplug/authplug/core"
)

type userDeed = deed[userModel]

// registry remembers which ids and versions a store gave to which users and writes. Any that keep
// to the contract will do.
type registry struct {
	mu    sync.Mutex
	known map[string]string
}

func newRegistry() *registry { return &registry{known: map[string]string{}} }

// note returns what is wrong with the id and version of a user that a store has handed out, or "":
// an id is one user's for ever, and a version is of one write.
func (r *registry) note(u *auth.User) (problem string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	who, version := clocked(u.DateJoined), fmt.Sprint(u.ID, " in version ", u.Version)
	for _, pair := range [][2]string{
		{"the user with the id " + u.ID, "who joined at " + who},
		{"the id of who joined at " + who, u.ID},
		{"what was written as " + version, u.FirstName},
		{"the version of " + u.FirstName, version},
	} {
		if before, ok := r.known[pair[0]]; ok && before != pair[1] {
			problem += fmt.Sprintf(" [%s is %s, and was %s]", pair[0], pair[1], before)
		}
		r.known[pair[0]] = pair[1]
	}
	return problem
}

// adds creates a user.
func (r *registry) adds(u *auth.User) userDeed {
	return userDeed{
		text: "CreateUser(" + shownUser(u) + ")",
		call: func(ctx context.Context, s auth.Store) (string, error) {
			made := u.Clone()
			err := s.CreateUser(ctx, made)
			if err != nil {
				return "", err
			}
			return r.note(made), nil
		},
		step: func(m userModel) (userModel, []string) { return m.create(u) },
	}
}

// saves updates a user who was read before.
func (r *registry) saves(read, u *auth.User) userDeed {
	return userDeed{
		text: fmt.Sprintf("UpdateUser(%s to %s)", read.FirstName, shownUser(u)),
		call: func(ctx context.Context, s auth.Store) (string, error) {
			saved := u.Clone()
			err := s.UpdateUser(ctx, saved)
			if err != nil {
				return "", err
			}
			if saved.Version <= read.Version {
				return fmt.Sprintf("version %d after %d", saved.Version, read.Version), nil
			}
			return r.note(saved), nil
		},
		step: func(m userModel) (userModel, []string) { return m.update(read, u) },
	}
}

// finds reads a user, by its id if read is one who was read before, and puts it where found points
// to, if it is there.
func (r *registry) finds(key auth.UserKey, read *auth.User, found **auth.User) userDeed {
	text := fmt.Sprintf("User(%+v)", key)
	if read != nil {
		key, text = auth.UserKey{ID: read.ID}, "User(id of "+read.FirstName+")"
	}
	return userDeed{
		text: text, reads: always,
		call: func(ctx context.Context, s auth.Store) (string, error) {
			u, err := s.User(ctx, key)
			if err != nil {
				return "", err
			}
			*found = u
			return shownUser(u) + r.note(u), nil
		},
		step: func(m userModel) (userModel, []string) {
			u := m.named(key)
			if read != nil {
				u = m.same(read)
			}
			if u == nil {
				return m, refusal(auth.ErrNotFound)
			}
			return m, right(shownUser(u))
		},
	}
}

// deletes removes a user who was read before.
func deletes(read *auth.User) userDeed {
	return userDeed{
		text: "DeleteUser(id of " + read.FirstName + ")",
		call: func(ctx context.Context, s auth.Store) (string, error) { return "", s.DeleteUser(ctx, read.ID) },
		step: func(m userModel) (userModel, []string) { return m.remove(read), right("") },
	}
}
