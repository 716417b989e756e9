package sqlstore

import (
	"context"
	"time"

	auth "github.com/authplug/authplug/core"
)

// Session implements [auth.SessionStore].
func (s *Store) Session(ctx context.Context, id string) (*auth.Session, error) {
	var row sessionRow
	if err := s.do.session.GetContext(ctx, &row, id); err != nil {
		return nil, found("session", err)
	}
	return row.session(), nil
}

// LiveSessions implements [auth.SessionStore].
func (s *Store) LiveSessions(ctx context.Context, userID string, t time.Time) ([]*auth.Session, error) {
	var rows []sessionRow
	if err := s.do.liveSessions.SelectContext(ctx, &rows, userID, millis(t)); err != nil {
		return nil, failed("live sessions", err)
	}
	list := make([]*auth.Session, len(rows))
	for i := range rows {
		list[i] = rows[i].session()
	}
	return list, nil
}

// RotateSession implements [auth.SessionStore]. It is one statement.
func (s *Store) RotateSession(ctx context.Context, id, from string, r auth.Rotation) error {
	at := millis(r.At)
	stmt, args := s.do.touch, []any{at, r.Address, millis(r.ExpiresAt)}
	if r.TokenID != from {
		stmt, args = s.do.rotate, append(args, r.TokenID, from, at)
	}
	live := millis(r.Liveness())
	n, err := s.door.one(ctx, stmt, append(args, id, from, live)...)
	if err == nil && n == 0 && r.TokenID == from {
		// MySQL can be told to count a row that it had nothing to change in as none.
		err = s.do.holds.GetContext(ctx, &n, id, from, live)
	}
	if err != nil {
		return failed("rotate session", err)
	}
	if n == 0 {
		return auth.ErrConflict
	}
	return nil
}
