package storetest

import (
	"fmt"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

func ending() []claim {
	return []claim{
		{"one session ends, with time and reason", endOne},
		{"one session ends by its id alone", endByID},
		{"a second end is no error and changes nothing", endTwice},
		{"a session that is not there is no error", endMissing},
		{"another user's session stays", endForeign},
		{"all sessions of a user end", endAll},
		{"all but one end", endExcept},
		{"a session that has run out ends too", endRunOut},
		{"an ending that names nobody ends nothing", endNobody},
		{"a session ends even at the zero time", endZero},
		{"of many enders of one session one reports it", endRaceOne},
		{"of many enders of a user each id is reported once", endRaceAll},
	}
}

// ends ends what e names, at now plus a minute if e has no time, and requires the ids.
func ends(t *testing.T, s auth.Store, e auth.Ending, want ...string) {
	t.Helper()
	if e.At.IsZero() {
		e.At = after(time.Minute)
	}
	got, err := s.EndSessions(t.Context(), e)
	isNil(t, err)
	anyOrder(t, got, want...)
}

func endOne(t *testing.T, s auth.Store) {
	want := admit(t, s, login("s1", owner(t, s, 1)))
	bystander := admit(t, s, login("s2", want.UserID))
	ends(t, s, auth.Ending{UserID: want.UserID, ID: "s1", Reason: "logout", At: after(time.Second)}, "s1")
	want.EndedAt, want.EndReason = after(time.Second), "logout"
	same(t, session(t, s, "s1"), want)
	same(t, session(t, s, "s2"), bystander)
	inOrder(t, liveIDs(t, s, want.UserID, now), "s2")
}

func endByID(t *testing.T, s auth.Store) {
	e := admit(t, s, login("s1", owner(t, s, 1)))
	admit(t, s, login("s2", e.UserID))
	ends(t, s, auth.Ending{ID: "s1", Except: "s1"}, "s1") // Except counts only without an id
	inOrder(t, liveIDs(t, s, e.UserID, now), "s2")
}

func endTwice(t *testing.T, s auth.Store) {
	e := admit(t, s, login("s1", owner(t, s, 1)))
	ends(t, s, auth.Ending{ID: "s1", Reason: "first", At: now}, "s1")
	want := session(t, s, "s1")
	ends(t, s, auth.Ending{ID: "s1", Reason: "second"})
	ends(t, s, auth.Ending{UserID: e.UserID, Reason: "third"})
	same(t, session(t, s, "s1"), want)
}

func endMissing(t *testing.T, s auth.Store) {
	e := admit(t, s, login("s1", owner(t, s, 1)))
	for _, id := range []string{"S1", "s1 ", "%", "s_", "no such session"} {
		ends(t, s, auth.Ending{ID: id})
		ends(t, s, auth.Ending{UserID: e.UserID, ID: id})
		ends(t, s, auth.Ending{UserID: id})
	}
	same(t, session(t, s, "s1"), e)
}

func endForeign(t *testing.T, s auth.Store) {
	mine := admit(t, s, login("mine", owner(t, s, 1)))
	other := owner(t, s, 2)
	ends(t, s, auth.Ending{UserID: other, ID: "mine"})
	ends(t, s, auth.Ending{UserID: other})
	same(t, session(t, s, "mine"), mine)
}

func endAll(t *testing.T, s auth.Store) {
	id, other := owner(t, s, 1), owner(t, s, 2)
	crowded(t, s, id, 4)
	old := login("old epoch", id)
	old.Epoch = -1
	admit(t, s, old)
	admit(t, s, login("other", other))
	ends(t, s, auth.Ending{UserID: id, ID: "1"}, "1")
	at := after(time.Hour / 2)
	ends(t, s, auth.Ending{UserID: id, Reason: "password", At: at}, "0", "2", "3", "old epoch")
	for _, gone := range []string{"0", "2", "3", "old epoch"} {
		over(t, s, gone, at)
		if got := session(t, s, gone).EndReason; got != "password" {
			t.Errorf("session %s ended for %q, want %q", gone, got, "password")
		}
	}
	over(t, s, "1", after(time.Minute))
	inOrder(t, liveIDs(t, s, id, now))
	inOrder(t, liveIDs(t, s, other, now), "other")
}

func endExcept(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	crowded(t, s, id, 3)
	ends(t, s, auth.Ending{UserID: id, Except: "1"}, "0", "2")
	inOrder(t, liveIDs(t, s, id, now), "1")
	ends(t, s, auth.Ending{UserID: id, Except: "1"})
	ends(t, s, auth.Ending{UserID: id, Except: "no such session"}, "1")
}

func endRunOut(t *testing.T, s auth.Store) {
	e := admit(t, s, login("s1", owner(t, s, 1)))
	admit(t, s, login("s2", e.UserID))
	late := e.EndsAt.Add(time.Hour)
	ends(t, s, auth.Ending{ID: "s1", At: late}, "s1")
	ends(t, s, auth.Ending{UserID: e.UserID, At: late}, "s2")
	over(t, s, "s1", late)
}

func endNobody(t *testing.T, s auth.Store) {
	e := admit(t, s, login("s1", owner(t, s, 1)))
	ends(t, s, auth.Ending{})
	ends(t, s, auth.Ending{Except: "s2"})
	same(t, session(t, s, "s1"), e)
}

func endZero(t *testing.T, s auth.Store) {
	e := admit(t, s, login("s1", owner(t, s, 1)))
	ended, err := s.EndSessions(t.Context(), auth.Ending{ID: "s1"})
	isNil(t, err)
	inOrder(t, ended, "s1")
	inOrder(t, liveIDs(t, s, e.UserID, now))
}

func endRaceOne(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	for round := range 5 {
		name := fmt.Sprint(round)
		admit(t, s, login(name, id))
		reports := [crowd][]string{}
		allWon(t, race(crowd, func(i int) (err error) {
			e := auth.Ending{UserID: id, ID: name, At: now, Reason: fmt.Sprint(i)}
			if i%3 == 0 {
				e.ID = "" // all of the user compete with one
			}
			reports[i], err = s.EndSessions(t.Context(), e)
			return err
		}))
		winner := -1
		for i, ended := range reports {
			if len(ended) > 0 && winner >= 0 {
				t.Errorf("callers %d and %d both report %q", winner, i, ended)
			}
			if len(ended) > 0 {
				winner = i
			}
		}
		if got := session(t, s, name).EndReason; got != fmt.Sprint(winner) {
			t.Errorf("caller %d reports the end, but %s is the reason", winner, got)
		}
	}
}

func endRaceAll(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	crowded(t, s, id, 20)
	reports := [crowd][]string{}
	allWon(t, race(crowd, func(i int) (err error) {
		e := auth.Ending{UserID: id, At: now}
		if i%2 == 0 {
			e.ID = fmt.Sprint(i % 20)
		}
		reports[i], err = s.EndSessions(t.Context(), e)
		return err
	}))
	once(t, 20, reports[:], nil)
}
