package memstore

import (
	"slices"
	"strconv"

	auth "github.com/authplug/authplug/core"
)

// within is a value that is unique within an issuer.
type within struct{ issuer, value string }

// userTable is the users and their indexes. The maps share one value for each user, which is
// never changed in place: readers clone it without looking who else holds it.
type userTable struct {
	byID     map[string]*auth.User
	byUUID   map[string]*auth.User
	byEmail  map[within]*auth.User
	byRemote map[within]*auth.User
	order    []int64 // ids, rising
	lastID   int64
}

func newUserTable() userTable {
	return userTable{
		byID:     map[string]*auth.User{},
		byUUID:   map[string]*auth.User{},
		byEmail:  map[within]*auth.User{},
		byRemote: map[within]*auth.User{},
	}
}

// find returns the user that key names, or nil. No empty value is ever entered, so an empty key
// finds nobody.
func (t *userTable) find(key auth.UserKey) *auth.User {
	switch {
	case key.ID != "":
		return t.byID[key.ID]
	case key.UUID != "":
		return t.byUUID[key.UUID]
	case key.Email != "":
		return t.byEmail[within{key.Issuer, key.Email}]
	default:
		return t.byRemote[within{key.Issuer, key.RemoteID}]
	}
}

// taken reports whether somebody other than u holds one of u's unique values.
func (t *userTable) taken(u *auth.User) bool {
	holders := []*auth.User{
		t.byUUID[u.UUID],
		t.byEmail[within{u.Issuer, u.Email}],
		t.byRemote[within{u.Issuer, u.RemoteID}],
	}
	return slices.ContainsFunc(holders, func(h *auth.User) bool { return h != nil && h.ID != u.ID })
}

func (t *userTable) enter(u *auth.User) {
	t.byID[u.ID] = u
	t.byUUID[u.UUID] = u
	if u.Email != "" {
		t.byEmail[within{u.Issuer, u.Email}] = u
	}
	if u.RemoteID != "" {
		t.byRemote[within{u.Issuer, u.RemoteID}] = u
	}
}

func (t *userTable) remove(u *auth.User) {
	delete(t.byID, u.ID)
	delete(t.byUUID, u.UUID)
	delete(t.byEmail, within{u.Issuer, u.Email})
	delete(t.byRemote, within{u.Issuer, u.RemoteID})
}

// behind returns the place in order of the first id greater than after, which need not exist.
func (t *userTable) behind(after string) (place int, ok bool) {
	if after == "" {
		return 0, true
	}
	id := number(after)
	if id < 1 {
		return 0, false
	}
	place, _ = slices.BinarySearch(t.order, id+1)
	return place, true
}

// number returns the number that id spells, or 0.
func number(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != id {
		return 0
	}
	return n
}
