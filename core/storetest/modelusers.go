package storetest

import (
	"fmt"
	"slices"
	"strings"

	auth "github.com/authplug/authplug/core"
)

// userModel is what the comments of [auth.UserStore] say: all users, in the order of their
// creation. Ids and versions are the store's to choose. A user is known by its DateJoined, which no
// other user of a run has, and a write by its FirstName; see [registry].
type userModel []*auth.User

// Key implements [linear.State].
func (m userModel) Key() string {
	var b strings.Builder
	for _, u := range m {
		b.WriteString(clocked(u.DateJoined) + " " + u.FirstName + ", ")
	}
	return b.String()
}

func shownUser(u *auth.User) string {
	return fmt.Sprintf("%s(%s, joined %s, issuer %q, remote id %q, e-mail %q, epochs %v, hash %q)",
		u.FirstName, u.UUID, clocked(u.DateJoined), u.Issuer, u.RemoteID, u.Email, u.Epochs, string(u.PasswordHash))
}

// find returns the place of the user who joined when u did.
func (m userModel) find(u *auth.User) int {
	return slices.IndexFunc(m, func(r *auth.User) bool { return r.DateJoined.Equal(u.DateJoined) })
}

// same returns the user who joined when u did, as it is now.
func (m userModel) same(u *auth.User) *auth.User {
	if i := m.find(u); i >= 0 {
		return m[i]
	}
	return nil
}

// named returns the user whom a key names, but by its id.
func (m userModel) named(key auth.UserKey) *auth.User {
	for _, u := range m {
		mine := u.Issuer == key.Issuer
		switch {
		case key.UUID != "" && u.UUID == key.UUID,
			key.UUID == "" && key.Email != "" && mine && u.Email == key.Email,
			key.UUID == "" && key.Email == "" && key.RemoteID != "" && mine && u.RemoteID == key.RemoteID:
			return u
		}
	}
	return nil
}

// taken reports whether another user has a unique value of u.
func (m userModel) taken(u *auth.User) bool {
	return slices.ContainsFunc(m, func(r *auth.User) bool {
		mine := r.Issuer == u.Issuer
		return !r.DateJoined.Equal(u.DateJoined) && (r.UUID == u.UUID ||
			mine && u.Email != "" && r.Email == u.Email || mine && u.RemoteID != "" && r.RemoteID == u.RemoteID)
	})
}

func (m userModel) create(u *auth.User) (userModel, []string) {
	if m.taken(u) {
		return m, refusal(auth.ErrExists)
	}
	next := append(slices.Clone(m), u)
	slices.SortFunc(next, func(a, b *auth.User) int { return a.DateJoined.Compare(b.DateJoined) })
	return next, right("")
}

// update saves u, which was made of what a caller had read.
func (m userModel) update(read, u *auth.User) (next userModel, answers []string) {
	i := m.find(u)
	if i < 0 {
		return m, refusal(auth.ErrNotFound)
	}
	if m[i].FirstName != read.FirstName {
		answers = refusal(auth.ErrConflict)
	}
	if m.taken(u) {
		answers = append(answers, refusal(auth.ErrExists)...)
	}
	if answers != nil {
		return m, answers
	}
	next = slices.Clone(m)
	next[i] = u
	return next, right("")
}

func (m userModel) remove(u *auth.User) userModel {
	return slices.DeleteFunc(slices.Clone(m), func(r *auth.User) bool { return r.DateJoined.Equal(u.DateJoined) })
}
