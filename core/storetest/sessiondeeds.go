package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	auth "github.com/authplug/authplug/core"
)

type sessionDeed = deed[sessionModel]

// opens is the login of a session.
func opens(n *auth.Session, a auth.Admission) sessionDeed {
	return sessionDeed{
		on: n.UserID,
		text: fmt.Sprintf("CreateSession(%s of %s, epoch %d, device %q; limit %d, eviction %d, at %s)",
			n.ID, n.UserID, n.Epoch, n.Device, a.Limit, a.Evict, clocked(a.At)),
		call: func(ctx context.Context, s auth.Store) (string, error) {
			ended, err := s.CreateSession(ctx, n, a)
			return sorted(ended), err
		},
		step: func(m sessionModel) (sessionModel, []string) { return m.create(n, a) },
	}
}

// looks reads a session of a user, and puts it where found points to, if it is there.
func looks(userID, id string, found **auth.Session) sessionDeed {
	return sessionDeed{
		on: userID, text: fmt.Sprintf("Session(%s)", id), reads: always,
		call: func(ctx context.Context, s auth.Store) (string, error) {
			e, err := s.Session(ctx, id)
			if err != nil {
				return "", err
			}
			*found = e
			return shownSession(e), nil
		},
		step: func(m sessionModel) (sessionModel, []string) {
			if i, ok := m.find(id); ok {
				return m, right(m[i].shown)
			}
			return m, refusal(auth.ErrNotFound)
		},
	}
}

// lists reads a user's live sessions.
func lists(userID string, at time.Time) sessionDeed {
	return sessionDeed{
		on: userID, text: fmt.Sprintf("LiveSessions(%s, %s)", userID, clocked(at)), reads: always,
		call: func(ctx context.Context, s auth.Store) (string, error) {
			list, err := s.LiveSessions(ctx, userID, at)
			var b strings.Builder
			for _, e := range list {
				b.WriteString(shownSession(e))
			}
			return b.String(), err
		},
		step: func(m sessionModel) (sessionModel, []string) {
			return m, right(m.live(userID, at).Key())
		},
	}
}

// rotates is the refresh of a user's session.
func rotates(userID, id, from string, r auth.Rotation) sessionDeed {
	return sessionDeed{
		on:   userID,
		text: fmt.Sprintf("RotateSession(%s, %s to %s, at %s)", id, from, r.TokenID, clocked(r.At)),
		call: func(ctx context.Context, s auth.Store) (string, error) {
			return "", s.RotateSession(ctx, id, from, r)
		},
		step: func(m sessionModel) (sessionModel, []string) { return m.rotate(id, from, r) },
	}
}

// logsOut ends one session, which belongs to owner, whoever e says it belongs to.
func logsOut(owner string, e auth.Ending) sessionDeed {
	return sessionDeed{
		on: owner, text: fmt.Sprintf("EndSessions(%s of %q, at %s)", e.ID, e.UserID, clocked(e.At)),
		call: ended(e), reads: nothing,
		step: func(m sessionModel) (sessionModel, []string) { return m.end(e) },
	}
}

// logsOutAll ends all sessions of a user but one. Sessions of these ids may be there.
func logsOutAll(e auth.Ending, ids func() []string) sessionDeed {
	return sessionDeed{
		on: e.UserID, text: fmt.Sprintf("EndSessions(all of %s but %q, at %s)", e.UserID, e.Except, clocked(e.At)),
		call: ended(e),
		step: func(m sessionModel) (sessionModel, []string) { return m.endAll(e) },
		parts: func(answer string) (parts []part[sessionModel]) {
			reported := strings.Fields(answer)
			for _, id := range union(ids(), reported) {
				p := part[sessionModel]{on: e.UserID, reads: true, step: ofAll(e, id)}
				if slices.Contains(reported, id) {
					p.answer, p.reads = id, false
				}
				parts = append(parts, p)
			}
			return parts
		},
	}
}

// ofAll returns what the end of all sessions of a user but one is for one of them.
func ofAll(e auth.Ending, id string) func(sessionModel) (sessionModel, []string) {
	if id == e.Except {
		return func(m sessionModel) (sessionModel, []string) { return m, right("") }
	}
	one := auth.Ending{UserID: e.UserID, ID: id, Reason: e.Reason, At: e.At}
	return func(m sessionModel) (sessionModel, []string) { return m.end(one) }
}

// union returns all ids of two lists, each once.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func ended(e auth.Ending) func(context.Context, auth.Store) (string, error) {
	return func(ctx context.Context, s auth.Store) (string, error) {
		ids, err := s.EndSessions(ctx, e)
		return sorted(ids), err
	}
}
