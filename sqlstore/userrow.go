package sqlstore

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"

	auth "github.com/authplug/authplug/core"
)

// userRow is a row of auth_users.
type userRow struct {
	ID           int64
	Version      int64
	UUID         string
	DateJoined   int64 `db:"date_joined"`
	Issuer       string
	RemoteID     sql.NullString `db:"remote_id"`
	Email        sql.NullString
	FirstName    string `db:"first_name"`
	LastName     string `db:"last_name"`
	Phone        *string
	Location     *string
	Active       bool
	Unconfirmed  bool
	Staff        bool
	Superuser    bool
	LastLogin    int64 `db:"last_login"`
	Roles        string
	Permissions  string
	Extra        sql.NullString
	PasswordHash string `db:"password_hash"`
	EpochAccess  int64  `db:"epoch_access"`
	EpochRefresh int64  `db:"epoch_refresh"`
	Codes        string
}

// user returns the account that the row holds.
func (r *userRow) user() (*auth.User, error) {
	u := &auth.User{
		ID: strconv.FormatInt(r.ID, 10), UUID: r.UUID, Version: r.Version,
		Issuer: r.Issuer, RemoteID: r.RemoteID.String,
		Email: r.Email.String, FirstName: r.FirstName, LastName: r.LastName,
		Phone: r.Phone, Location: r.Location,
		Active: r.Active, Unconfirmed: r.Unconfirmed, Staff: r.Staff, Superuser: r.Superuser,
		DateJoined: moment(r.DateJoined), LastLogin: moment(r.LastLogin),
		PasswordHash: auth.Secret(r.PasswordHash),
		Epochs:       auth.Epochs{Access: r.EpochAccess, Refresh: r.EpochRefresh},
	}
	if r.Extra.Valid {
		u.Extra = json.RawMessage(r.Extra.String)
	}
	for _, column := range []struct {
		name, text string
		to         any
	}{{"roles", r.Roles, &u.Roles}, {"permissions", r.Permissions, &u.Permissions}, {"codes", r.Codes, &u.Codes}} {
		if column.text == "[]" || column.text == "{}" {
			continue
		}
		if err := json.Unmarshal([]byte(column.text), column.to); err != nil {
			return nil, fmt.Errorf("column %s of user %d: %w", column.name, r.ID, err)
		}
	}
	return u, nil
}

// userValues returns the values of userChanges.
func userValues(u *auth.User) []any {
	codes := make(map[string]string, len(u.Codes)) // a Secret does not encode as itself
	for purpose, hash := range u.Codes {
		codes[purpose] = string(hash)
	}
	return []any{
		u.Issuer, orNull(u.RemoteID), orNull(u.Email), u.FirstName, u.LastName, u.Phone, u.Location,
		u.Active, u.Unconfirmed, u.Staff, u.Superuser, millis(u.LastLogin),
		jsonText(append([]string{}, u.Roles...)), jsonText(append([]string{}, u.Permissions...)),
		orNull(string(u.Extra)), string(u.PasswordHash), u.Epochs.Access, u.Epochs.Refresh, jsonText(codes),
	}
}

// orNull is the text, or NULL for the empty one: unique columns hold many NULLs.
func orNull(text string) sql.NullString { return sql.NullString{String: text, Valid: text != ""} }

// jsonText encodes a value that can always be encoded.
func jsonText[T []string | map[string]string](v T) string {
	text, _ := json.Marshal(v)
	return string(text)
}
