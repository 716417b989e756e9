package auth

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/authplug/authplug/core/internal/wire"
)

// wireID is a user's id as the protocol writes it: an integer where it is one.
type wireID string

// MarshalJSON implements json.Marshaler.
func (id wireID) MarshalJSON() ([]byte, error) {
	if isDecimal(string(id)) {
		return []byte(id), nil
	}
	return strconv.AppendQuote(nil, string(id)), nil
}

// isDecimal reports whether s is an integer in its one canonical form.
func isDecimal(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && n >= 0 && strconv.FormatInt(n, 10) == s
}

// wireTime writes a time as the protocol does: UTC, microseconds, which are left out when zero.
func wireTime(t time.Time) any {
	switch t = t.UTC(); {
	case t.IsZero():
		return nil
	case t.Nanosecond() == 0:
		return t.Format("2006-01-02T15:04:05Z")
	}
	return t.Format("2006-01-02T15:04:05.000000Z")
}

// profile is GET user/.
func (s *Service) profile(r *http.Request) (*Response, error) {
	r, err := s.Admit(r, Authenticated)
	if err != nil {
		return nil, err
	}
	id := FromContext(r.Context())
	members, err := s.profileOf(r, id)
	if err != nil {
		return nil, err
	}
	return answer(http.StatusOK, members).noStore(), nil
}

// profileOf returns the standard fields in the protocol's order, and the application's own.
func (s *Service) profileOf(r *http.Request, id *Identity) (wire.Members, error) {
	members := standardProfile(id)
	if s.settings.Claims.UserIDField == "uuid" { // what tokens call the user, so that a client-service can compare
		members = append(members, wire.Member{Name: "uuid", Value: id.User.UUID})
	}
	if s.settings.Users.Profile == nil {
		return members, nil
	}
	more, err := s.settings.Users.Profile(r.Context(), withoutSecrets(id.User))
	if err != nil {
		return nil, fmt.Errorf("auth: Settings.Users.Profile: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(more)) {
		members = setMember(members, wire.Member{Name: name, Value: more[name]})
	}
	return members, nil
}

func setMember(members wire.Members, m wire.Member) wire.Members {
	for i := range members {
		if members[i].Name == m.Name {
			members[i] = m
			return members
		}
	}
	return append(members, m)
}

// standardProfile lists the fields of a user. Of a stateless identity, what its claims do not say
// is null.
func standardProfile(id *Identity) wire.Members {
	u := id.User
	text := func(name, value string) any {
		if raw, said := id.Claim(name); value == "" && id.stateless && (!said || string(raw) == "null") {
			return nil
		}
		return value
	}
	return wire.Members{
		{Name: "id", Value: wireID(cmp.Or(u.ID, u.UUID, u.Email))}, // of a stateless identity, what the token calls the user
		{Name: "first_name", Value: text("first_name", u.FirstName)},
		{Name: "email", Value: text("email", u.Email)},
		{Name: "last_name", Value: text("last_name", u.LastName)},
		{Name: "date_joined", Value: wireTime(u.DateJoined)},
		{Name: "last_login", Value: wireTime(u.LastLogin)},
		{Name: "is_active", Value: u.Active},
		{Name: "is_staff", Value: u.Staff},
		{Name: "is_superuser", Value: u.Superuser},
	}
}

// userJSON is how a user is encoded: everything but its secrets and its bookkeeping.
type userJSON struct {
	ID          wireID          `json:"id"`
	UUID        string          `json:"uuid"`
	Email       string          `json:"email"`
	FirstName   string          `json:"first_name"`
	LastName    string          `json:"last_name"`
	Phone       *string         `json:"phone"`
	Location    *string         `json:"location"`
	Active      bool            `json:"is_active"`
	Staff       bool            `json:"is_staff"`
	Superuser   bool            `json:"is_superuser"`
	DateJoined  any             `json:"date_joined"`
	LastLogin   any             `json:"last_login"`
	Roles       []string        `json:"roles"`
	Permissions []string        `json:"permissions"`
	Extra       json.RawMessage `json:"extra,omitempty"`
}

// MarshalJSON encodes a user for its owner or an administrator, in the names of the protocol.
// Secrets are left out.
func (u User) MarshalJSON() ([]byte, error) {
	return wire.Marshal(userJSON{
		ID: wireID(u.ID), UUID: u.UUID, Email: u.Email, FirstName: u.FirstName, LastName: u.LastName,
		Phone: u.Phone, Location: u.Location, Active: u.Active, Staff: u.Staff, Superuser: u.Superuser,
		DateJoined: wireTime(u.DateJoined), LastLogin: wireTime(u.LastLogin),
		Roles: listed(u.Roles), Permissions: listed(u.Permissions), Extra: u.Extra,
	})
}

// listed makes no items an empty list: clients should not have to tell null from none.
func listed(items []string) []string {
	if items == nil {
		return []string{}
	}
	return items
}
