package storetest

import (
	"errors"
	"fmt"
	"testing"

	auth "github.com/authplug/authplug/core"
)

func eviction() []claim {
	return []claim{
		{"the oldest make the place", evictOldest},
		{"as many end as the limit asks", evictMany},
		{"all end when there is no place", evictAll},
		{"nobody ends while there is a place", evictNobody},
		{"other users and epochs are not evicted", evictOthers},
		{"a replaced session is reported beside the evicted", evictAndReplace},
	}
}

func loginRaces() []claim {
	return []claim{
		{"simultaneous logins never pass the limit when refused", loginRefused},
		{"simultaneous logins never pass the limit when the oldest end", func(t *testing.T, s auth.Store) {
			loginEvicting(t, s, 2, auth.EvictOldest)
		}},
		{"simultaneous logins never pass the limit when all end", func(t *testing.T, s auth.Store) {
			loginEvicting(t, s, 2, auth.EvictAll)
		}},
		{"simultaneous logins on one device leave one live session", loginOneDevice},
		{"logins of different users are all admitted", loginManyUsers},
		{"a logout everywhere beside logins leaves reported and live sessions apart", loginBesideLogout},
	}
}

// crowded adds n sessions of the user, "0" being the oldest.
func crowded(t *testing.T, s auth.Store, userID string, n int) {
	t.Helper()
	for i := range n {
		admit(t, s, aged(fmt.Sprint(i), userID, n-i))
	}
}

func evictOldest(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	crowded(t, s, id, 3)
	isNil(t, s.RotateSession(t.Context(), "0", "0-token", step("next"))) // seen last, still the oldest
	ended, err := s.CreateSession(t.Context(), login("new", id), limited(3, auth.EvictOldest))
	isNil(t, err)
	inOrder(t, ended, "0")
	over(t, s, "0", now)
	inOrder(t, liveIDs(t, s, id, now), "new", "2", "1")
}

func evictMany(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	crowded(t, s, id, 5)
	ended, err := s.CreateSession(t.Context(), login("new", id), limited(2, auth.EvictOldest))
	isNil(t, err)
	anyOrder(t, ended, "0", "1", "2", "3")
	inOrder(t, liveIDs(t, s, id, now), "new", "4")
}

func evictAll(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	crowded(t, s, id, 3)
	ended, err := s.CreateSession(t.Context(), login("new", id), limited(3, auth.EvictAll))
	isNil(t, err)
	anyOrder(t, ended, "0", "1", "2")
	for _, gone := range ended {
		over(t, s, gone, now)
	}
	inOrder(t, liveIDs(t, s, id, now), "new")
}

func evictNobody(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	crowded(t, s, id, 2)
	for i, evict := range []auth.Eviction{auth.EvictOldest, auth.EvictAll} {
		ended, err := s.CreateSession(t.Context(), login(fmt.Sprint("new", i), id), limited(4, evict))
		isNil(t, err)
		inOrder(t, ended)
	}
}

func evictOthers(t *testing.T, s auth.Store) {
	id, other := owner(t, s, 1), owner(t, s, 2)
	admit(t, s, aged("other user", other, 99))
	old := aged("old epoch", id, 99)
	old.Epoch = -1
	admit(t, s, old)
	crowded(t, s, id, 1)
	for i, evict := range []auth.Eviction{auth.EvictOldest, auth.EvictAll} {
		ended, err := s.CreateSession(t.Context(), login(fmt.Sprint(i+1), id), limited(1, evict))
		isNil(t, err)
		inOrder(t, ended, fmt.Sprint(i))
	}
	over(t, s, "other user", session(t, s, "1").ReplacedAt) // the zero time: it has not ended
	same(t, session(t, s, "old epoch"), old)
}

func evictAndReplace(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	crowded(t, s, id, 3)
	admit(t, s, onDevice("phone", id, "phone"))
	ended, err := s.CreateSession(t.Context(), onDevice("new", id, "phone"), limited(3, auth.EvictOldest))
	isNil(t, err)
	anyOrder(t, ended, "phone", "0")
	anyOrder(t, liveIDs(t, s, id, now), "new", "1", "2")
}

func loginRefused(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	errs := race(12, func(i int) error {
		_, err := s.CreateSession(t.Context(), login(fmt.Sprint(i), id), limited(2, auth.EvictNone))
		return err
	})
	var won []string
	for i, err := range errs {
		if err == nil {
			won = append(won, fmt.Sprint(i))
		} else if !errors.Is(err, auth.ErrLimit) {
			t.Errorf("caller %d: %v, want ErrLimit", i, err)
		}
	}
	if len(won) != 2 {
		t.Errorf("%d logins were admitted, want 2", len(won))
	}
	anyOrder(t, liveIDs(t, s, id, now), won...)
}

// loginEvicting requires that of 12 logins the ended and the live ones are all, each once, and
// that no login ever sees more than limit live sessions.
func loginEvicting(t *testing.T, s auth.Store, limit int, evict auth.Eviction) {
	id := owner(t, s, 1)
	reports := [12][]string{}
	errs := race(len(reports), func(i int) error {
		e := login(fmt.Sprint(i), id)
		ended, err := s.CreateSession(t.Context(), e, limited(limit, evict))
		if err != nil {
			return err
		}
		reports[i] = ended
		list, err := s.LiveSessions(t.Context(), id, now)
		if err == nil && len(list) > limit {
			err = fmt.Errorf("%d sessions are live, the limit is %d", len(list), limit)
		}
		return err
	})
	allWon(t, errs)
	once(t, len(reports), reports[:], liveIDs(t, s, id, now))
}

// once fails the test unless the ids "0" … n-1 are each reported or live, and only once.
func once(t *testing.T, n int, reports [][]string, live []string) {
	t.Helper()
	var all, want []string
	for _, ended := range reports {
		all = append(all, ended...)
	}
	for i := range n {
		want = append(want, fmt.Sprint(i))
	}
	anyOrder(t, append(all, live...), want...)
}

func loginOneDevice(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	for _, limit := range []int{0, 1, 5} {
		id := create(t, s, plainUser(100+limit)).ID
		prefix := fmt.Sprint(limit, "-")
		allWon(t, race(12, func(i int) error {
			e := onDevice(prefix+fmt.Sprint(i), id, "phone")
			_, err := s.CreateSession(t.Context(), e, limited(limit, auth.EvictNone))
			return err
		}))
		if got := liveIDs(t, s, id, now); len(got) != 1 {
			t.Errorf("limit %d: %q are live, want one", limit, got)
		}
	}
	inOrder(t, liveIDs(t, s, id, now))
}

func loginManyUsers(t *testing.T, s auth.Store) {
	ids := [crowd]string{}
	for i := range ids {
		ids[i] = owner(t, s, i)
	}
	allWon(t, race(crowd, func(i int) error {
		e := onDevice(fmt.Sprint("s", i), ids[i], "phone")
		_, err := s.CreateSession(t.Context(), e, limited(1, auth.EvictNone))
		return err
	}))
}

func loginBesideLogout(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	reports := [24][]string{}
	allWon(t, race(len(reports)*2, func(i int) (err error) {
		if i >= len(reports) {
			_, err = s.CreateSession(t.Context(), login(fmt.Sprint(i-len(reports)), id), auth.Admission{At: now})
			return err
		}
		reports[i], err = s.EndSessions(t.Context(), auth.Ending{UserID: id, Reason: "all", At: now})
		return err
	}))
	once(t, len(reports), reports[:], liveIDs(t, s, id, now))
}
