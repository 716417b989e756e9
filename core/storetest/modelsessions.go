package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	auth "github.com/authplug/authplug/core"
)

// sessionModel is what the comments of [auth.SessionStore] say, in as few words as possible: all
// sessions, sorted by id.
type sessionModel []sessionRow

// sessionRow is a session and how it is shown, which takes longer than all else.
type sessionRow struct {
	auth.Session

	shown string
}

// Key implements [linear.State].
func (m sessionModel) Key() string {
	var b strings.Builder
	for i := range m {
		b.WriteString(m[i].shown)
	}
	return b.String()
}

func shownSession(e *auth.Session) string {
	return fmt.Sprintf("%s(%s %d %q, created %s, %s after %q since %s, seen %s at %q, to %s or %s, ended %s %q) ",
		e.ID, e.UserID, e.Epoch, e.Device, clocked(e.CreatedAt), e.TokenID, e.PreviousID, clocked(e.ReplacedAt),
		clocked(e.LastSeen), e.Address, clocked(e.ExpiresAt), clocked(e.EndsAt), clocked(e.EndedAt), e.EndReason)
}

func (m sessionModel) find(id string) (int, bool) {
	return slices.BinarySearchFunc(m, id, func(e sessionRow, id string) int { return strings.Compare(e.ID, id) })
}

// with returns a copy of the model in which a session was changed.
func (m sessionModel) with(i int, change func(*auth.Session)) sessionModel {
	next := slices.Clone(m)
	change(&next[i].Session)
	next[i].shown = shownSession(&next[i].Session)
	return next
}

func (m sessionModel) create(n *auth.Session, a auth.Admission) (next sessionModel, answers []string) {
	at, taken := m.find(n.ID)
	replaced, evicted, full := m.inTheWay(n, a)
	if taken {
		answers = refusal(auth.ErrExists)
	}
	if full {
		answers = append(answers, refusal(auth.ErrLimit)...)
	}
	if taken || full {
		return m, answers
	}
	next = slices.Insert(slices.Clone(m), at, sessionRow{*n, shownSession(n)})
	for _, id := range replaced {
		next, _ = next.end(auth.Ending{ID: id, Reason: auth.ReasonReplaced, At: a.At})
	}
	for _, id := range evicted {
		next, _ = next.end(auth.Ending{ID: id, Reason: auth.ReasonEvicted, At: a.At})
	}
	return next, right(sorted(append(replaced, evicted...)))
}

// inTheWay returns which sessions must end before n is admitted, or that there is no place.
func (m sessionModel) inTheWay(n *auth.Session, a auth.Admission) (replaced, evicted []string, full bool) {
	for _, e := range m.live(n.UserID, a.At) {
		switch {
		case e.Epoch != n.Epoch:
		case n.Device != "" && e.Device == n.Device:
			replaced = append(replaced, e.ID)
		default:
			evicted = append([]string{e.ID}, evicted...) // the oldest first
		}
	}
	switch {
	case a.Limit == 0 || len(evicted) < a.Limit:
		return replaced, nil, false
	case a.Evict == auth.EvictOldest:
		return replaced, evicted[:len(evicted)-a.Limit+1], false
	}
	return replaced, evicted, a.Evict == auth.EvictNone
}

// live returns a user's live sessions, newest first.
func (m sessionModel) live(userID string, at time.Time) (list sessionModel) {
	for _, e := range m {
		if e.UserID == userID && e.EndedAt.IsZero() && at.Before(e.ExpiresAt) && at.Before(e.EndsAt) {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b sessionRow) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return list
}

func (m sessionModel) rotate(id, from string, r auth.Rotation) (sessionModel, []string) {
	i, ok := m.find(id)
	liveAt := r.At
	if !r.LiveAt.IsZero() {
		liveAt = r.LiveAt
	}
	if !ok || m[i].TokenID != from || !m[i].Live(liveAt) {
		return m, refusal(auth.ErrConflict)
	}
	return m.with(i, func(e *auth.Session) {
		if r.TokenID != from {
			e.TokenID, e.PreviousID, e.ReplacedAt = r.TokenID, from, r.At
		}
		e.LastSeen, e.Address, e.ExpiresAt = r.At, r.Address, r.ExpiresAt
	}), right("")
}

// end ends one session, if e names it.
func (m sessionModel) end(e auth.Ending) (sessionModel, []string) {
	i, ok := m.find(e.ID)
	if !ok || !m[i].EndedAt.IsZero() || e.UserID != "" && e.UserID != m[i].UserID {
		return m, right("")
	}
	return m.with(i, func(s *auth.Session) { s.EndedAt, s.EndReason = e.At, e.Reason }), right(e.ID)
}

// endAll ends all sessions of a user but one.
func (m sessionModel) endAll(e auth.Ending) (sessionModel, []string) {
	var ended []string
	for _, s := range m {
		if s.UserID != e.UserID || s.ID == e.Except || !s.EndedAt.IsZero() {
			continue
		}
		m, _ = m.end(auth.Ending{ID: s.ID, Reason: e.Reason, At: e.At})
		ended = append(ended, s.ID)
	}
	return m, right(sorted(ended))
}

// purge removes a session that was past before a time.
func (m sessionModel) purge(before time.Time, id string) sessionModel {
	i, ok := m.find(id)
	if !ok || !m[i].ExpiresAt.Before(before) && !m[i].EndsAt.Before(before) {
		return m
	}
	return slices.Delete(slices.Clone(m), i, i+1)
}
