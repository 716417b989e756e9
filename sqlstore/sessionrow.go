package sqlstore

import (
	"database/sql"
	"encoding/json"

	auth "github.com/authplug/authplug/core"
)

// sessionRow is a row of auth_sessions.
type sessionRow struct {
	ID         string
	UserID     string `db:"user_id"`
	Epoch      int64
	Device     string
	Agent      string
	Label      string
	Address    string
	Claims     sql.NullString
	CreatedAt  int64  `db:"created_at"`
	LastSeen   int64  `db:"last_seen"`
	ExpiresAt  int64  `db:"expires_at"`
	EndsAt     int64  `db:"ends_at"`
	TokenID    string `db:"token_id"`
	PreviousID string `db:"previous_id"`
	ReplacedAt int64  `db:"replaced_at"`
	EndedAt    int64  `db:"ended_at"`
	EndReason  string `db:"end_reason"`
}

func (r *sessionRow) session() *auth.Session {
	s := &auth.Session{
		ID: r.ID, UserID: r.UserID, Epoch: r.Epoch,
		Device: r.Device, Agent: r.Agent, Label: r.Label, Address: r.Address,
		CreatedAt: moment(r.CreatedAt), LastSeen: moment(r.LastSeen),
		ExpiresAt: moment(r.ExpiresAt), EndsAt: moment(r.EndsAt),
		TokenID: r.TokenID, PreviousID: r.PreviousID, ReplacedAt: moment(r.ReplacedAt),
		EndedAt: moment(r.EndedAt), EndReason: r.EndReason,
	}
	if r.Claims.Valid {
		s.Claims = json.RawMessage(r.Claims.String)
	}
	return s
}

// sessionValues returns the values of sessionColumns.
func sessionValues(s *auth.Session) []any {
	return []any{
		s.ID, s.UserID, s.Epoch, s.Device, s.Agent, s.Label, s.Address, orNull(string(s.Claims)),
		millis(s.CreatedAt), millis(s.LastSeen), millis(s.ExpiresAt), millis(s.EndsAt),
		s.TokenID, s.PreviousID, millis(s.ReplacedAt), millis(s.EndedAt), s.EndReason,
	}
}
