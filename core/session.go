package auth

import (
	"encoding/json"
	"time"
)

// Session is one login and the family of its refresh tokens. Raw tokens are stored nowhere, only
// their ids.
type Session struct {
	ID     string // the sid claim
	UserID string
	Epoch  int64  // the user's refresh epoch at login
	Device string // what the client says it is; empty: unknown
	Agent  string // a keyed hash of the User-Agent at login
	Label  string // what a person calls the device, for lists
	// Address is the client's network address at its last refresh.
	Address string
	// Claims are what every token of the session carries besides the user's: a JSON object of at
	// most 2 KiB, or nil; fixed at login. See [Service.OpenSession].
	Claims json.RawMessage

	CreatedAt time.Time
	LastSeen  time.Time
	ExpiresAt time.Time // end of the current refresh token; every rotation moves it
	EndsAt    time.Time // absolute end, fixed at login

	TokenID    string    // jti of the current refresh token
	PreviousID string    // jti of the one before, or empty
	ReplacedAt time.Time // when TokenID took its place

	EndedAt   time.Time // zero while the session has not been ended
	EndReason string
}

// Live reports whether s has neither ended nor run out at t. Whether its epoch is still the user's
// is for the caller to compare.
func (s *Session) Live(t time.Time) bool {
	return s.EndedAt.IsZero() && t.Before(s.ExpiresAt) && t.Before(s.EndsAt)
}
