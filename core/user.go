package auth

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Limits of a user's fields, in code points. Stores may rely on them.
const (
	MaxEmail = 254
	MaxName  = 150
	MaxPhone = 15
)

// User is an account. A store hands out copies: changing one changes nothing until
// [Service.UpdateUser] or [UserStore.UpdateUser] saves it.
type User struct {
	ID       string // set by the store; decimal where [ClaimSettings.UserIDField] is "id"; never used again
	UUID     string // random, in the form with dashes; set by [Service.CreateUser]
	Version  int64  // raised by every update; see [UserStore.UpdateUser]
	Issuer   string // empty for local users, else who the user is mirrored from
	RemoteID string // the id there; empty for local users

	Email     string // canonical; may be empty for mirrored users only
	FirstName string
	LastName  string
	Phone     *string // nil: never given
	Location  *string

	Active bool
	// Unconfirmed says that nobody has shown that the address is the user's. It keeps from logging in where
	// [UserSettings.ConfirmEmail] is set.
	Unconfirmed bool
	Staff       bool
	Superuser   bool
	DateJoined  time.Time // UTC, whole milliseconds
	LastLogin   time.Time // zero: never, or not recorded

	Roles       []string
	Permissions []string
	Extra       json.RawMessage // the application's own data: a JSON value, or nil

	PasswordHash Secret // empty: nobody can log in with a password
	Epochs       Epochs
	Codes        map[string]Secret // hashes of one-time codes, by purpose
}

// Format prints a user without its secrets, whatever the verb: asked to print a pointer in a struct
// with a verb for texts, package fmt would not ask the fields how they want to be shown.
func (u User) Format(f fmt.State, verb rune) {
	type plain User // has no methods
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), plain(u))
}

// Epochs count how often the tokens of a user were ended all at once. A token that carries a lower
// number than the user's row is dead. Both only rise.
type Epochs struct {
	Access  int64 // raised when rights change
	Refresh int64 // raised when every session must end
}

// Clone returns a copy that shares no memory with u.
func (u *User) Clone() *User {
	c := *u
	c.Roles = slices.Clone(u.Roles)
	c.Permissions = slices.Clone(u.Permissions)
	c.Extra = slices.Clone(u.Extra)
	c.Codes = maps.Clone(u.Codes)
	c.Phone = clonePtr(u.Phone)
	c.Location = clonePtr(u.Location)
	return &c
}

func clonePtr[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
