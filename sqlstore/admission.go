package sqlstore

import (
	"context"

	auth "github.com/authplug/authplug/core"
)

// CreateSession implements [auth.SessionStore]. The sessions that it ends have the reason
// "replaced" or, to make a place, "evicted". Without a device and a limit it is one statement.
func (s *Store) CreateSession(
	ctx context.Context, n *auth.Session, a auth.Admission,
) (ended []string, err error) {
	const op = "create session"
	if n.Device == "" && a.Limit <= 0 {
		_, err := s.door.one(ctx, s.do.insertSession, sessionValues(n)...)
		return nil, s.written(op, err)
	}
	err = s.door.all(ctx, func(ctx context.Context, t tx) (err error) {
		if ended, err = s.makePlace(ctx, t, n, a); err != nil {
			return err
		}
		_, err = t.write(ctx, s.do.insertSession, sessionValues(n)...)
		return err
	})
	if err != nil {
		return nil, s.written(op, err)
	}
	return ended, nil
}

// makePlace ends what must end before n is admitted, or returns [auth.ErrLimit].
func (s *Store) makePlace(
	ctx context.Context, t tx, n *auth.Session, a auth.Admission,
) (ended []string, err error) {
	if err := s.queue(ctx, t, n.UserID); err != nil {
		return nil, err
	}
	var live []rival
	if err := t.rows(ctx, s.do.rivals, &live, n.UserID, n.Epoch, millis(a.At)); err != nil {
		return nil, err
	}
	same, others := split(live, n.Device)
	over, err := a.Evicts(len(others))
	if err != nil {
		return nil, err
	}
	ended, err = s.endEach(ctx, t, same, auth.Ending{At: a.At, Reason: auth.ReasonReplaced})
	if err != nil {
		return nil, err
	}
	more, err := s.endEach(ctx, t, others[:over], auth.Ending{At: a.At, Reason: auth.ReasonEvicted})
	return append(ended, more...), err
}

// rival is a live session of the user who logs in.
type rival struct{ ID, Device string }

// split returns the ids of the sessions on a device, which may be unknown, and of the others.
func split(live []rival, device string) (same, others []string) {
	for _, r := range live {
		if device != "" && r.Device == device {
			same = append(same, r.ID)
		} else {
			others = append(others, r.ID)
		}
	}
	return same, others
}
