package memstore

import (
	"cmp"
	"context"
	"slices"
	"time"

	auth "github.com/authplug/authplug/core"
)

// sessionTable is the sessions and their index by user.
type sessionTable struct {
	byID   map[string]*auth.Session
	byUser map[string]map[string]*auth.Session
}

func newSessionTable() sessionTable {
	return sessionTable{byID: map[string]*auth.Session{}, byUser: map[string]map[string]*auth.Session{}}
}

// Session implements [auth.SessionStore].
func (s *Store) Session(ctx context.Context, id string) (found *auth.Session, err error) {
	err = s.read(ctx, func() error {
		e := s.sessions.byID[id]
		if e == nil {
			return auth.ErrNotFound
		}
		found = clone(e)
		return nil
	})
	return found, err
}

// LiveSessions implements [auth.SessionStore].
func (s *Store) LiveSessions(
	ctx context.Context, userID string, t time.Time,
) (list []*auth.Session, err error) {
	err = s.read(ctx, func() error {
		live := s.sessions.where(userID, func(e *auth.Session) bool { return e.Live(millis(t)) })
		for _, e := range slices.Backward(live) {
			list = append(list, clone(e))
		}
		return nil
	})
	return list, err
}

// RotateSession implements [auth.SessionStore].
func (s *Store) RotateSession(ctx context.Context, id, from string, r auth.Rotation) error {
	return s.write(ctx, func() error {
		e, at := s.sessions.byID[id], millis(r.At)
		if e == nil || e.TokenID != from || !e.Live(millis(r.Liveness())) {
			return auth.ErrConflict
		}
		if r.TokenID != from {
			e.TokenID, e.PreviousID, e.ReplacedAt = r.TokenID, from, at
		}
		e.LastSeen, e.Address, e.ExpiresAt = at, r.Address, millis(r.ExpiresAt)
		return nil
	})
}

// EndSessions implements [auth.SessionStore]. An ending that names nobody ends nothing.
func (s *Store) EndSessions(ctx context.Context, e auth.Ending) (ended []string, err error) {
	err = s.write(ctx, func() error {
		ended = end(s.sessions.named(e), e.At, e.Reason)
		return nil
	})
	return ended, err
}

// named returns the sessions that e names and that have not ended.
func (t *sessionTable) named(e auth.Ending) []*auth.Session {
	if e.ID == "" && e.UserID == "" {
		return nil
	}
	if e.ID == "" {
		return t.where(e.UserID, func(s *auth.Session) bool { return s.EndedAt.IsZero() && s.ID != e.Except })
	}
	s := t.byID[e.ID]
	if s == nil || !s.EndedAt.IsZero() || (e.UserID != "" && s.UserID != e.UserID) {
		return nil
	}
	return []*auth.Session{s}
}

// where returns the user's sessions for which keep holds, oldest first.
func (t *sessionTable) where(userID string, keep func(*auth.Session) bool) []*auth.Session {
	var list []*auth.Session
	for _, s := range t.byUser[userID] {
		if keep(s) {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b *auth.Session) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return list
}

func (t *sessionTable) enter(s *auth.Session) {
	t.byID[s.ID] = s
	if t.byUser[s.UserID] == nil {
		t.byUser[s.UserID] = map[string]*auth.Session{}
	}
	t.byUser[s.UserID][s.ID] = s
}

func (t *sessionTable) remove(s *auth.Session) {
	delete(t.byID, s.ID)
	delete(t.byUser[s.UserID], s.ID)
	if len(t.byUser[s.UserID]) == 0 {
		delete(t.byUser, s.UserID)
	}
}

// end ends the sessions of list and returns their ids.
func end(list []*auth.Session, at time.Time, reason string) (ended []string) {
	for _, s := range list {
		s.EndedAt, s.EndReason = endTime(at), reason
		ended = append(ended, s.ID)
	}
	return ended
}

// endTime is at, but never the zero time: that would mean that the session goes on.
func endTime(at time.Time) time.Time {
	if at.IsZero() {
		return time.UnixMilli(1).UTC()
	}
	return millis(at)
}

func clone(s *auth.Session) *auth.Session {
	c := *s
	c.Claims = slices.Clone(s.Claims)
	return &c
}
