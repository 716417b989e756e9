package memstore

import (
	"context"

	auth "github.com/authplug/authplug/core"
)

// CreateSession implements [auth.SessionStore]. The sessions that it ends have the reason
// "replaced" or, to make a place, "evicted".
func (s *Store) CreateSession(
	ctx context.Context, n *auth.Session, a auth.Admission,
) (ended []string, err error) {
	err = s.write(ctx, func() error {
		if s.sessions.byID[n.ID] != nil {
			return auth.ErrExists
		}
		replaced, live := s.sessions.rivals(n, a)
		over, err := a.Evicts(len(live))
		if err != nil {
			return err
		}
		ended = append(end(replaced, a.At, auth.ReasonReplaced), end(live[:over], a.At, auth.ReasonEvicted)...)
		s.sessions.enter(storedSession(n))
		return nil
	})
	return ended, err
}

// rivals returns the user's live sessions on n's device, and the others, oldest first.
func (t *sessionTable) rivals(n *auth.Session, a auth.Admission) (same, others []*auth.Session) {
	if n.Device == "" && a.Limit <= 0 {
		return nil, nil
	}
	at := millis(a.At)
	live := t.where(n.UserID, func(s *auth.Session) bool { return s.Live(at) && s.Epoch == n.Epoch })
	for _, s := range live {
		if n.Device != "" && s.Device == n.Device {
			same = append(same, s)
		} else {
			others = append(others, s)
		}
	}
	return same, others
}

// storedSession returns the copy of s that goes into the table.
func storedSession(s *auth.Session) *auth.Session {
	c := clone(s)
	c.CreatedAt, c.LastSeen, c.ExpiresAt = millis(c.CreatedAt), millis(c.LastSeen), millis(c.ExpiresAt)
	c.EndsAt, c.ReplacedAt, c.EndedAt = millis(c.EndsAt), millis(c.ReplacedAt), millis(c.EndedAt)
	return c
}
