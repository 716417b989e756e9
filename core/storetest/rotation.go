package storetest

import (
	"fmt"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

func rotation() []claim {
	return []claim{
		{"a rotation moves the tokens, last seen, address and end", rotateMoves},
		{"an equal token moves only last seen, address and end", rotateEqual},
		{"an equal rotation twice is no conflict", rotateEqualTwice},
		{"a token that is not current is refused", rotateStale},
		{"a dead session is refused", rotateDead},
		{"a session is dead at the end of its token", func(t *testing.T, s auth.Store) {
			rotateBoundary(t, s, func(e *auth.Session, end time.Time) { e.ExpiresAt = end })
		}},
		{"a session is dead at its absolute end", func(t *testing.T, s auth.Store) {
			rotateBoundary(t, s, func(e *auth.Session, end time.Time) { e.EndsAt = end })
		}},
		{"a session that was live when its service says is moved now", rotateLiveAt},
		{"a rotation moves the end of a session that was about to run out", rotateExtends},
		{"of many rotations of one token one wins", rotateRace},
		{"of many rotations to one token one wins", rotateRaceSame},
		{"no rotation wins after the end was reported", rotateEndRace},
	}
}

// step returns the rotation to a token, a minute from now.
func step(tokenID string) auth.Rotation {
	return auth.Rotation{
		TokenID: tokenID, Address: "192.0.2.7 → " + tokenID, At: after(time.Minute), ExpiresAt: after(2 * time.Hour),
	}
}

// unmoved fails the test unless the rotation is refused and leaves the session as it was.
func unmoved(t *testing.T, s auth.Store, want *auth.Session, from string, r auth.Rotation) {
	t.Helper()
	is(t, s.RotateSession(t.Context(), want.ID, from, r), auth.ErrConflict)
	same(t, session(t, s, want.ID), want)
}

func rotateMoves(t *testing.T, s auth.Store) {
	want := fullSession(owner(t, s, 1))
	want.EndedAt, want.ExpiresAt, want.EndsAt = time.Time{}, after(time.Hour), after(time.Hour*24)
	admit(t, s, want)
	bystander := admit(t, s, login("s2", want.UserID))
	r := step("next")
	isNil(t, s.RotateSession(t.Context(), "s1", "current", r))
	want.TokenID, want.PreviousID, want.ReplacedAt = "next", "current", r.At
	want.LastSeen, want.Address, want.ExpiresAt = r.At, r.Address, r.ExpiresAt
	same(t, session(t, s, "s1"), want)
	same(t, session(t, s, "s2"), bystander)
}

func rotateEqual(t *testing.T, s auth.Store) {
	want := fullSession(owner(t, s, 1))
	want.EndedAt, want.ExpiresAt, want.EndsAt = time.Time{}, after(time.Hour), after(time.Hour*24)
	admit(t, s, want)
	r := step("current")
	isNil(t, s.RotateSession(t.Context(), "s1", "current", r))
	want.LastSeen, want.Address, want.ExpiresAt = r.At, r.Address, r.ExpiresAt
	same(t, session(t, s, "s1"), want)
}

func rotateEqualTwice(t *testing.T, s auth.Store) {
	e := admit(t, s, login("s1", owner(t, s, 1)))
	for range 2 {
		isNil(t, s.RotateSession(t.Context(), "s1", e.TokenID, step(e.TokenID)))
	}
}

func rotateStale(t *testing.T, s auth.Store) {
	e := admit(t, s, login("s1", owner(t, s, 1)))
	isNil(t, s.RotateSession(t.Context(), "s1", e.TokenID, step("next")))
	want := session(t, s, "s1")
	for _, from := range []string{e.TokenID, "", "Next", "next ", "%", "never seen"} {
		unmoved(t, s, want, from, step("third"))
		unmoved(t, s, want, from, step(from))
	}
	for _, id := range []string{"", "S1", "s1 ", "%", "no such session"} {
		is(t, s.RotateSession(t.Context(), id, "next", step("third")), auth.ErrConflict)
	}
	same(t, session(t, s, "s1"), want)
}

func rotateDead(t *testing.T, s auth.Store) {
	e := login("s1", owner(t, s, 1))
	e.EndedAt, e.EndReason = now, "logout"
	admit(t, s, e)
	unmoved(t, s, e, e.TokenID, step("next"))
	unmoved(t, s, e, e.TokenID, step(e.TokenID))
}

func rotateBoundary(t *testing.T, s auth.Store, set func(*auth.Session, time.Time)) {
	e := login("s1", owner(t, s, 1))
	end := after(time.Minute)
	set(e, end)
	admit(t, s, e)
	for _, at := range []time.Time{end, end.Add(time.Millisecond), end.Add(time.Hour)} {
		unmoved(t, s, e, e.TokenID, auth.Rotation{TokenID: "next", At: at, ExpiresAt: at.Add(time.Hour)})
		unmoved(t, s, e, e.TokenID, auth.Rotation{TokenID: e.TokenID, At: at, ExpiresAt: at.Add(time.Hour)})
	}
	r := auth.Rotation{TokenID: "next", At: end.Add(-time.Millisecond), ExpiresAt: after(time.Hour)}
	isNil(t, s.RotateSession(t.Context(), "s1", e.TokenID, r))
}

func rotateLiveAt(t *testing.T, s auth.Store) {
	e := admit(t, s, login("s1", owner(t, s, 1)))
	late := e.ExpiresAt.Add(time.Minute)
	r := auth.Rotation{TokenID: "next", At: late, LiveAt: e.ExpiresAt, ExpiresAt: late.Add(time.Hour)}
	unmoved(t, s, e, e.TokenID, r)
	r.LiveAt = e.ExpiresAt.Add(-time.Millisecond)
	isNil(t, s.RotateSession(t.Context(), "s1", e.TokenID, r))
	if got := session(t, s, "s1"); !got.ReplacedAt.Equal(late) || !got.LastSeen.Equal(late) {
		t.Errorf("replaced at %v, seen %v; want %v", got.ReplacedAt, got.LastSeen, late)
	}
}

func rotateExtends(t *testing.T, s auth.Store) {
	e := admit(t, s, login("s1", owner(t, s, 1)))
	end := e.ExpiresAt
	r := auth.Rotation{TokenID: "next", At: end.Add(-time.Millisecond), ExpiresAt: end.Add(time.Hour)}
	isNil(t, s.RotateSession(t.Context(), "s1", e.TokenID, r))
	inOrder(t, liveIDs(t, s, e.UserID, e.ExpiresAt), "s1")
	r = auth.Rotation{TokenID: "last", At: e.ExpiresAt, ExpiresAt: e.EndsAt.Add(time.Hour)}
	isNil(t, s.RotateSession(t.Context(), "s1", "next", r))
	inOrder(t, liveIDs(t, s, e.UserID, e.EndsAt.Add(-time.Millisecond)), "s1")
	inOrder(t, liveIDs(t, s, e.UserID, e.EndsAt))
}

func rotateRace(t *testing.T, s auth.Store) {
	from := admit(t, s, login("s1", owner(t, s, 1))).TokenID
	for round := range 5 {
		token := func(i int) string { return fmt.Sprintf("round-%d-%d", round, i) }
		winner := oneWinner(t, race(64, func(i int) error {
			return s.RotateSession(t.Context(), "s1", from, step(token(i)))
		}), auth.ErrConflict)
		got := session(t, s, "s1")
		if got.TokenID != token(winner) || got.PreviousID != from || got.Address != step(token(winner)).Address {
			t.Fatalf("round %d: winner %d, but the session holds %+v", round, winner, got)
		}
		from = got.TokenID
	}
}

func rotateRaceSame(t *testing.T, s auth.Store) {
	from := admit(t, s, login("s1", owner(t, s, 1))).TokenID
	oneWinner(t, race(crowd, func(int) error {
		return s.RotateSession(t.Context(), "s1", from, step("next"))
	}), auth.ErrConflict)
}

func rotateEndRace(t *testing.T, s auth.Store) {
	e := admit(t, s, login("s1", owner(t, s, 1)))
	var atEnd *auth.Session
	errs := race(crowd, func(i int) error {
		if i != crowd/2 {
			return s.RotateSession(t.Context(), "s1", e.TokenID, step(fmt.Sprint(i)))
		}
		_, err := s.EndSessions(t.Context(), auth.Ending{ID: "s1", Reason: "reuse", At: now})
		if err == nil {
			atEnd, err = s.Session(t.Context(), "s1")
		}
		return err
	})
	isNil(t, errs[crowd/2])
	same(t, session(t, s, "s1"), atEnd)
	unmoved(t, s, atEnd, atEnd.TokenID, step("late"))
}
