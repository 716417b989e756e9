package sqlstore

import (
	"context"
	"time"

	auth "github.com/authplug/authplug/core"
)

// EndSessions implements [auth.SessionStore]. An ending that names nobody ends nothing.
func (s *Store) EndSessions(ctx context.Context, e auth.Ending) (ended []string, err error) {
	switch {
	case e.ID != "":
		ended, err = s.endOne(ctx, e)
	case e.UserID != "":
		ended, err = s.endAll(ctx, e)
	default:
		err = ctx.Err()
	}
	if err != nil {
		return nil, failed("end sessions", err)
	}
	return ended, nil
}

func (s *Store) endOne(ctx context.Context, e auth.Ending) ([]string, error) {
	stmt, args := s.do.endSession, []any{endTime(e.At), e.Reason, e.ID}
	if e.UserID != "" {
		stmt, args = s.do.endOfUser, append(args, e.UserID)
	}
	n, err := s.door.one(ctx, stmt, args...)
	if err != nil || n == 0 {
		return nil, err
	}
	return []string{e.ID}, nil
}

func (s *Store) endAll(ctx context.Context, e auth.Ending) (ended []string, err error) {
	err = s.door.all(ctx, func(ctx context.Context, t tx) error {
		// Where admissions have made a row, wait at it. Making one here would leave it behind after the
		// last sessions of a user who is gone.
		if _, err := t.write(ctx, s.do.raise, e.UserID); err != nil {
			return err
		}
		var ids []string
		if err := t.rows(ctx, s.do.goingOn, &ids, e.UserID, e.Except); err != nil {
			return err
		}
		ended, err = s.endEach(ctx, t, ids, e)
		return err
	})
	return ended, err
}

// queue makes t wait for every other transaction that changes the user's sessions as a whole, and
// makes the row at which they wait. It must be the first statement of a transaction, so that what
// the next ones read is not older.
func (s *Store) queue(ctx context.Context, t tx, userID string) error {
	_, err := t.write(ctx, s.do.lock, userID)
	return err
}

// endEach ends these sessions, at the time and for the reason of e, and returns the ids of those
// that ended by it. It goes one by one: another ending of one of them may come between, and only
// the row that a statement wrote tells who was first.
func (s *Store) endEach(ctx context.Context, t tx, ids []string, e auth.Ending) (ended []string, err error) {
	for _, id := range ids {
		n, err := t.write(ctx, s.do.endSession, endTime(e.At), e.Reason, id)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			ended = append(ended, id)
		}
	}
	return ended, nil
}

// endTime is a time as it is stored, but never 0: that would mean that the session goes on.
func endTime(at time.Time) int64 {
	if ms := millis(at); ms != 0 {
		return ms
	}
	return 1
}
