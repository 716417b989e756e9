package auth

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/authplug/authplug/core/token"
)

// claimField is a field of a user that a token may carry: how it is written, and how it is read
// back into the user of a stateless identity.
type claimField struct {
	name string
	of   func(*User) any
	into func(u *User) any // a pointer that the claim is decoded into
}

// claimable are all fields that tokens may carry. What is not in this list, the password hash
// above all, cannot become a claim.
var claimable = []claimField{
	{"uuid", func(u *User) any { return u.UUID }, func(u *User) any { return &u.UUID }},
	{"email", func(u *User) any { return u.Email }, func(u *User) any { return &u.Email }},
	{"first_name", func(u *User) any { return u.FirstName }, func(u *User) any { return &u.FirstName }},
	{"last_name", func(u *User) any { return u.LastName }, func(u *User) any { return &u.LastName }},
	{"phone", func(u *User) any { return u.Phone }, func(u *User) any { return &u.Phone }},
	{"location", func(u *User) any { return u.Location }, func(u *User) any { return &u.Location }},
	{"is_active", func(u *User) any { return u.Active }, func(u *User) any { return &u.Active }},
	{"is_staff", func(u *User) any { return u.Staff }, func(u *User) any { return &u.Staff }},
	{"is_superuser", func(u *User) any { return u.Superuser }, func(u *User) any { return &u.Superuser }},
	{"date_joined", func(u *User) any { return wireTime(u.DateJoined) }, func(u *User) any { return &u.DateJoined }},
	{"last_login", func(u *User) any { return wireTime(u.LastLogin) }, func(u *User) any { return &u.LastLogin }},
	{"roles", func(u *User) any { return listed(u.Roles) }, func(u *User) any { return &u.Roles }},
	{"permissions", func(u *User) any { return listed(u.Permissions) }, func(u *User) any { return &u.Permissions }},
	{"extra", extraOf, func(u *User) any { return &u.Extra }},

	// The names by which services that share a login know them.
	{"user_uuid", func(u *User) any { return u.UUID }, func(u *User) any { return &u.UUID }},
	{"user_email", func(u *User) any { return u.Email }, func(u *User) any { return &u.Email }},
	{"user_is_staff", func(u *User) any { return u.Staff }, func(u *User) any { return &u.Staff }},
	{"user_is_superuser", func(u *User) any { return u.Superuser }, func(u *User) any { return &u.Superuser }},
	{"user_first_name", func(u *User) any { return u.FirstName }, func(u *User) any { return &u.FirstName }},
	{"user_last_name", func(u *User) any { return u.LastName }, func(u *User) any { return &u.LastName }},
}

// sharedPreset stands for the claims that services with a shared login need.
const sharedPreset = "shared"

var sharedClaims = []string{
	"user_uuid", "user_email", "user_is_staff", "user_is_superuser", "user_first_name", "user_last_name",
}

// claimableAt returns the place of a field in claimable, or -1.
func claimableAt(name string) int {
	for i := range claimable { // each guarded request asks: no copies
		if claimable[i].name == name {
			return i
		}
	}
	return -1
}

// secretFields are names somebody could expect to work. They never do, in any letter case, and the
// first three are no names of the application's own claims either.
var secretFields = []string{"password", "password_hash", "hash_password", "codes"}

func extraOf(u *User) any {
	if len(u.Extra) == 0 {
		return json.RawMessage("null")
	}
	return u.Extra
}

// checkOwnClaims refuses claims of the application or a session that are called like something secret.
func checkOwnClaims(members []token.Member) error {
	for _, m := range members {
		if containsFold(secretFields[:3], m.Name) {
			return ErrInternal.Because(fmt.Errorf("auth: claim %q: nothing secret becomes a claim", m.Name))
		}
	}
	return nil
}

// expanded returns names, with those that a preset stands for in its place.
func expanded(names []string) []string {
	i := slices.Index(names, sharedPreset)
	if i < 0 {
		return names
	}
	return slices.Replace(slices.Clone(names), i, i+1, sharedClaims...)
}

// fields returns the fields of a user that a setting names.
func (c *ClaimSettings) fields(setting string, names []string, ps *problems) []claimField {
	var fields []claimField
	names = expanded(names)
	for i, name := range names {
		at := claimableAt(name)
		switch {
		case containsFold(secretFields, strings.TrimSpace(name)):
			ps.add(setting, "%q is secret and never becomes a claim: remove it", name)
		case at < 0:
			ps.add(setting, "%q is no field of a user: use %s, or %s for the claims of a shared login", name, claimNames(), sharedPreset)
		case slices.Contains(names[:i], name):
			ps.add(setting, "%q is named twice: remove one", name)
		case c.names(name):
			ps.add(setting, "%q is the name of another claim: rename that one, or leave this field out", name)
		default:
			fields = append(fields, claimable[at])
		}
	}
	return fields
}

// reservedClaims are names that tokens use for something that cannot be renamed.
var reservedClaims = []string{"exp", "iat", "nbf", "iss", "aud", "sid", "epoch"}

// namedClaim is a claim that can be renamed: the path of its setting, and its name.
type namedClaim struct{ field, name string }

// renamable are the claims that can be renamed. Those that were not come first, so that of two that
// clash the renamed one is blamed.
func (c *ClaimSettings) renamable() []namedClaim {
	var standard ClaimSettings
	standard.setDefaults()
	var kept, renamed []namedClaim
	for _, claim := range []struct{ field, name, usual string }{
		{"Claims.UserID", c.UserID, standard.UserID},
		{"Claims.Kind", c.Kind, standard.Kind},
		{"Claims.ID", c.ID, standard.ID},
		{"Claims.RefreshExpiry", c.RefreshExpiry, standard.RefreshExpiry},
		{"Claims.Revoke", c.Revoke, standard.Revoke},
	} {
		if named := (namedClaim{claim.field, claim.name}); claim.name == claim.usual {
			kept = append(kept, named)
		} else {
			renamed = append(renamed, named)
		}
	}
	return append(kept, renamed...)
}

// checkNames reports whether all standard claims have names of their own.
func (c *ClaimSettings) checkNames(ps *problems) bool {
	used, good := slices.Clone(reservedClaims), true
	for _, claim := range c.renamable() {
		if containsFold(used, claim.name) || !utf8.ValidString(claim.name) || len(claim.name) > maxClaimName {
			ps.add(claim.field, "%q is taken by another claim, or no name: choose another one", claim.name)
			good = false
		}
		used = append(used, claim.name)
	}
	return good
}

// names reports whether a standard claim has this name.
func (c *ClaimSettings) names(name string) bool {
	return slices.ContainsFunc(c.renamable(), func(claim namedClaim) bool {
		return strings.EqualFold(claim.name, name)
	})
}

// maxClaimName bounds the names of claims, in bytes.
const maxClaimName = 64

func containsFold(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

func claimNames() string {
	var names []string
	for _, f := range claimable {
		names = append(names, f.name)
	}
	return strings.Join(names, ", ")
}

// userFromClaims fills in the user of a stateless identity. A user without the claim is_active is
// active: an inactive one gets no token. A claim of another type than the field's refuses the
// token.
func (s *Service) userFromClaims(u *User, claims *token.Claims) error {
	u.Active = true
	*s.userName(u) = claims.User
	for name, raw := range claims.CustomMembers() {
		at := claimableAt(name)
		if at < 0 || raw == "null" {
			continue
		}
		if err := decodeClaim(raw, claimable[at].into(u)); err != nil {
			return ErrTokenInvalid.Because(err)
		}
	}
	if !u.Active {
		return ErrUserInactive
	}
	return nil
}

// decodeClaim decodes the JSON text of a claim. The usual types take no detour.
func decodeClaim(raw string, into any) error {
	switch p := into.(type) {
	case *bool:
		if raw == "true" || raw == "false" {
			*p = raw == "true"
			return nil
		}
	case *string:
		if raw[0] == '"' && !strings.Contains(raw, `\`) {
			*p = raw[1 : len(raw)-1]
			return nil
		}
	case *[]string:
		if list, ok := plainList(raw); ok {
			*p = list
			return nil
		}
	case *json.RawMessage:
		*p = json.RawMessage(raw)
		return nil
	}
	return json.Unmarshal([]byte(raw), into)
}

// plainList takes apart a list of texts in which nothing needs decoding: the usual role names. The
// token's payload is known to be good JSON.
func plainList(raw string) (list []string, ok bool) {
	rest, begins := strings.CutPrefix(raw, `["`)
	if !begins || strings.IndexByte(rest, '\\') >= 0 {
		return nil, false
	}
	list = make([]string, 0, strings.Count(raw, `"`)/2)
	for {
		end := strings.IndexByte(rest, '"')
		if end < 0 {
			return nil, false
		}
		list = append(list, rest[:end])
		if rest = rest[end:]; rest == `"]` {
			return list, true
		}
		if rest, ok = strings.CutPrefix(rest, `","`); !ok {
			return nil, false
		}
	}
}
