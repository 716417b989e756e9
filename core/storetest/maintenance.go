package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

func maintenance() []claim {
	return []claim{
		{"a store that is open answers", ping},
		{"past sessions go, live ones stay", purgeSessions},
		{"past tokens go, others stay", purgeTokens},
		{"a purge keeps to its limit", purgeLimit},
		{"a large limit leaves none", purgeMany},
		{"a limit below one removes nothing", purgeNothing},
		{"users are never purged", purgeUsers},
		{"a purged id is free", purgeFrees},
		{"purges beside logins and rotations remove no live session", purgeRace},
	}
}

// purge removes what was past before a time, and requires how many it was.
func purge(t *testing.T, s auth.Store, before time.Time, limit, want int) {
	t.Helper()
	n, err := s.DeleteExpired(t.Context(), before, limit)
	isNil(t, err)
	if n != want {
		t.Errorf("DeleteExpired removed %d, want %d", n, want)
	}
}

// missing fails the test unless the session is gone.
func missing(t *testing.T, s auth.Store, id string) {
	t.Helper()
	if _, err := s.Session(t.Context(), id); !errors.Is(err, auth.ErrNotFound) {
		t.Errorf("Session(%q): %v, want ErrNotFound", id, err)
	}
}

func ping(t *testing.T, s auth.Store) { isNil(t, s.Ping(t.Context())) }

func purgeSessions(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	add := func(name string, expires, ends, ended time.Time) {
		e := login(name, id)
		e.ExpiresAt, e.EndsAt, e.EndedAt = expires, ends, ended
		admit(t, s, e)
	}
	past, future, never := after(-time.Millisecond), after(time.Millisecond), time.Time{}
	add("token past", past, future, never)
	add("absolute end past", future, past, never)
	add("both past", past, past, never)
	add("ended and past", past, future, past)
	add("live", future, future, never)
	add("token ends now", now, future, never)
	add("absolute end now", future, now, never)
	add("ended only", future, future, past)
	purge(t, s, now, 100, 4)
	for _, gone := range []string{"token past", "absolute end past", "both past", "ended and past"} {
		missing(t, s, gone)
	}
	for _, stays := range []string{"live", "token ends now", "absolute end now", "ended only"} {
		session(t, s, stays)
	}
	inOrder(t, liveIDs(t, s, id, now), "live")
	purge(t, s, now, 100, 0)
	purge(t, s, future, 100, 2)
	purge(t, s, future.Add(time.Millisecond), 100, 2)
}

func purgeTokens(t *testing.T, s auth.Store) {
	for id, until := range map[string]time.Time{
		"past": after(-time.Millisecond), "now": now, "future": after(time.Millisecond),
	} {
		isNil(t, s.RevokeToken(t.Context(), id, until))
	}
	purge(t, s, now, 100, 1)
	revoked(t, s, "past", false)
	revoked(t, s, "now", true)
	revoked(t, s, "future", true)
	isNil(t, s.RevokeToken(t.Context(), "past", now))
}

func purgeLimit(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	for n := range 5 {
		e := login(fmt.Sprint(n), id)
		e.ExpiresAt = after(-time.Hour)
		admit(t, s, e)
		isNil(t, s.RevokeToken(t.Context(), fmt.Sprint(n), after(-time.Hour)))
	}
	admit(t, s, login("live", id))
	isNil(t, s.RevokeToken(t.Context(), "live", after(time.Hour)))
	for _, want := range []int{4, 4, 2, 0} {
		purge(t, s, now, 4, want)
	}
	inOrder(t, liveIDs(t, s, id, now), "live")
	revoked(t, s, "live", true)
}

// purgeMany enters more than a store will remove in one piece.
func purgeMany(t *testing.T, s auth.Store) {
	const callers, each = 8, 150
	allWon(t, race(callers, func(i int) error {
		for n := range each {
			id := fmt.Sprint(i, "-", n)
			if err := s.RevokeToken(t.Context(), id, after(-time.Hour)); err != nil {
				return err
			}
		}
		return nil
	}))
	purge(t, s, now, 10_000, callers*each)
}

func purgeNothing(t *testing.T, s auth.Store) {
	isNil(t, s.RevokeToken(t.Context(), "past", after(-time.Hour)))
	purge(t, s, now, 0, 0)
	purge(t, s, now, -1, 0)
	revoked(t, s, "past", true)
}

func purgeUsers(t *testing.T, s auth.Store) {
	want := plainUser(1)
	want.DateJoined, want.LastLogin = now.AddDate(-9, 0, 0), now.AddDate(-8, 0, 0)
	create(t, s, want)
	purge(t, s, now, 100, 0)
	same(t, user(t, s, auth.UserKey{ID: want.ID}), want)
}

func purgeFrees(t *testing.T, s auth.Store) {
	e := admit(t, s, onDevice("s1", owner(t, s, 1), "phone"))
	purge(t, s, e.EndsAt, 100, 1)
	inOrder(t, liveIDs(t, s, e.UserID, now))
	ended, err := s.CreateSession(t.Context(), e, limited(1, auth.EvictNone))
	isNil(t, err)
	inOrder(t, ended)
}

func purgeRace(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	const each = 8
	for n := range each {
		admit(t, s, login(fmt.Sprint("rotates ", n), id))
		past := login(fmt.Sprint("past ", n), id)
		past.ExpiresAt = after(-time.Hour)
		admit(t, s, past)
	}
	allWon(t, race(3*each, func(i int) error {
		name := fmt.Sprint("rotates ", i/3)
		switch i % 3 {
		case 0:
			return s.RotateSession(t.Context(), name, name+"-token", step("next"))
		case 1:
			_, err := s.DeleteExpired(t.Context(), now, 3)
			return err
		default:
			_, err := s.CreateSession(t.Context(), login(fmt.Sprint("new ", i), id), auth.Admission{At: now})
			return err
		}
	}))
	if got := len(liveIDs(t, s, id, now)); got != 2*each {
		t.Errorf("%d sessions are live, want %d", got, 2*each)
	}
	missing(t, s, "past 0")
}
