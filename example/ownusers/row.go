package ownusers

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	auth "github.com/authplug/authplug/core"
)

// rest is what no query asks for. Secrets are plain texts here: an [auth.Secret] encodes itself as
// "[secret]". Extra is a text because it must come back byte for byte.
type rest struct {
	Phone, Location                       *string
	Active, Unconfirmed, Staff, Superuser bool
	LastLogin                             int64
	Roles, Permissions                    []string
	Extra, PasswordHash                   string
	AccessEpoch, RefreshEpoch             int64
	Codes                                 map[string]string
}

func restOf(u *auth.User) (string, error) {
	r := rest{
		Phone: u.Phone, Location: u.Location, Active: u.Active, Unconfirmed: u.Unconfirmed, Staff: u.Staff, Superuser: u.Superuser,
		LastLogin: millis(u.LastLogin), Roles: u.Roles, Permissions: u.Permissions,
		Extra: string(u.Extra), PasswordHash: string(u.PasswordHash),
		AccessEpoch: u.Epochs.Access, RefreshEpoch: u.Epochs.Refresh,
	}
	for purpose, hash := range u.Codes {
		if r.Codes == nil {
			r.Codes = map[string]string{}
		}
		r.Codes[purpose] = string(hash)
	}
	text, err := json.Marshal(r)
	return string(text), err
}

func scan(row *sql.Row) (*auth.User, error) {
	var (
		u             auth.User
		email, remote sql.NullString
		joined        int64
		text          string
		r             rest
	)
	err := row.Scan(&u.ID, &u.UUID, &u.Version, &u.Issuer, &email, &remote, &u.FirstName, &u.LastName, &joined, &text)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return nil, fmt.Errorf("ownusers: member %s: %w", u.ID, err)
	}
	u.Email, u.RemoteID, u.DateJoined = email.String, remote.String, moment(joined)
	u.Phone, u.Location, u.Active, u.Unconfirmed, u.Staff, u.Superuser = r.Phone, r.Location, r.Active, r.Unconfirmed, r.Staff, r.Superuser
	u.LastLogin, u.Roles, u.Permissions = moment(r.LastLogin), r.Roles, r.Permissions
	u.PasswordHash = auth.Secret(r.PasswordHash)
	u.Epochs = auth.Epochs{Access: r.AccessEpoch, Refresh: r.RefreshEpoch}
	if r.Extra != "" {
		u.Extra = json.RawMessage(r.Extra)
	}
	for purpose, hash := range r.Codes {
		if u.Codes == nil {
			u.Codes = map[string]auth.Secret{}
		}
		u.Codes[purpose] = auth.Secret(hash)
	}
	return &u, nil
}

// number returns the number that an id spells, or 0, which no member has. Only one spelling counts.
func number(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != id {
		return 0
	}
	return n
}

// orNull keeps empty values from being duplicates of each other.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// millis is how a time is kept: the zero time as 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
