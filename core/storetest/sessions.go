package storetest

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

func sessions() []claim {
	return []claim{
		{"every field comes back", sessionRoundTrip},
		{"what was never set stays so", sessionBare},
		{"texts come back byte for byte", sessionTexts},
		{"a session that is not there is not found", sessionMissing},
		{"a taken id is refused and changes nothing", sessionTaken},
		{"a taken id ends no session", sessionTakenEndsNothing},
		{"what is returned or passed is a copy", sessionCopies},
		{"of many sessions with one id one is created", sessionRace},
	}
}

func live() []claim {
	return []claim{
		{"live sessions come newest first", liveOrder},
		{"ended and foreign sessions are left out", liveOthers},
		{"a session is dead at the end of its token", func(t *testing.T, s auth.Store) {
			liveBoundary(t, s, func(e *auth.Session, end time.Time) { e.ExpiresAt = end })
		}},
		{"a session is dead at its absolute end", func(t *testing.T, s auth.Store) {
			liveBoundary(t, s, func(e *auth.Session, end time.Time) { e.EndsAt = end })
		}},
		{"epochs are not judged", liveEpochs},
		{"every field comes back in a list, as a copy", liveCopies},
		{"nobody has no sessions", liveNobody},
	}
}

func sessionRoundTrip(t *testing.T, s auth.Store) {
	want := admit(t, s, fullSession(owner(t, s, 1)))
	complete(t, want)
	admit(t, s, login("s2", want.UserID))
	same(t, session(t, s, "s1"), want)
}

func sessionBare(t *testing.T, s auth.Store) {
	want := admit(t, s, &auth.Session{ID: "s1", UserID: owner(t, s, 1)})
	same(t, session(t, s, "s1"), want)
}

func sessionTexts(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	sample := func(text string) *auth.Session {
		e := login(text, id)
		e.TokenID, e.PreviousID, e.EndReason = text, text, text
		e.Device, e.Label, e.Address = text, text, text
		e.Claims, _ = json.Marshal(map[string]string{text: text})
		return e
	}
	for _, text := range hostile {
		admit(t, s, sample(text))
	}
	for _, text := range hostile {
		same(t, session(t, s, text), sample(text))
	}
}

func sessionMissing(t *testing.T, s auth.Store) {
	admit(t, s, login("s1", owner(t, s, 1)))
	for _, id := range []string{"", "S1", "s1 ", "s", "%", "s_"} {
		if e, err := s.Session(t.Context(), id); e != nil || !errors.Is(err, auth.ErrNotFound) {
			t.Errorf("Session(%q) = %v, %v; want nil, ErrNotFound", id, e, err)
		}
	}
}

func sessionTaken(t *testing.T, s auth.Store) {
	want := admit(t, s, fullSession(owner(t, s, 1)))
	again := login("s1", owner(t, s, 2))
	_, err := s.CreateSession(t.Context(), again, auth.Admission{At: now})
	is(t, err, auth.ErrExists)
	same(t, session(t, s, "s1"), want)
	inOrder(t, liveIDs(t, s, again.UserID, now))
}

func sessionTakenEndsNothing(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	want := admit(t, s, onDevice("s1", id, "phone"))
	for _, a := range []auth.Admission{{At: now}, {At: now, Limit: 1, Evict: auth.EvictAll}} {
		ended, err := s.CreateSession(t.Context(), onDevice("s1", id, "phone"), a)
		is(t, err, auth.ErrExists)
		inOrder(t, ended)
		same(t, session(t, s, "s1"), want)
	}
}

func sessionCopies(t *testing.T, s auth.Store) {
	e := admit(t, s, fullSession(owner(t, s, 1)))
	want := *e
	want.Claims = slices.Clone(e.Claims)
	e.TokenID, e.EndedAt = "scribble", time.Time{}
	e.Claims[0] = 'x'
	got := session(t, s, "s1")
	same(t, got, &want)
	got.TokenID, got.EndedAt = "scribble", time.Time{}
	got.Claims[0] = 'x'
	same(t, session(t, s, "s1"), &want)
}

func sessionRace(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	oneWinner(t, race(crowd, func(int) error {
		_, err := s.CreateSession(t.Context(), login("s1", id), auth.Admission{At: now})
		return err
	}), auth.ErrExists)
}

func liveOrder(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	for name, minutes := range map[string]int{"third": 3, "first": 1, "fourth": 4, "second": 2} {
		e := login(name, id)
		e.CreatedAt = after(time.Duration(minutes) * time.Minute)
		e.LastSeen = after(-time.Duration(minutes) * time.Minute)
		admit(t, s, e)
	}
	inOrder(t, liveIDs(t, s, id, now), "fourth", "third", "second", "first")
}

func liveOthers(t *testing.T, s auth.Store) {
	mine, other := owner(t, s, 1), owner(t, s, 2)
	admit(t, s, login("mine", mine))
	admit(t, s, login("other", other))
	over := login("over", mine)
	over.EndedAt = after(-time.Minute)
	admit(t, s, over)
	inOrder(t, liveIDs(t, s, mine, now), "mine")
	inOrder(t, liveIDs(t, s, other, now), "other")
}

func liveBoundary(t *testing.T, s auth.Store, set func(*auth.Session, time.Time)) {
	e := login("s1", owner(t, s, 1))
	end := after(time.Minute)
	set(e, end)
	admit(t, s, e)
	inOrder(t, liveIDs(t, s, e.UserID, end.Add(-time.Millisecond)), "s1")
	inOrder(t, liveIDs(t, s, e.UserID, end))
	inOrder(t, liveIDs(t, s, e.UserID, end.Add(time.Millisecond)))
	same(t, session(t, s, "s1"), e)
}

func liveEpochs(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	for i, name := range []string{"a", "b", "c"} {
		e := login(name, id)
		e.Epoch = int64(i)
		admit(t, s, e)
	}
	anyOrder(t, liveIDs(t, s, id, now), "a", "b", "c")
}

func liveCopies(t *testing.T, s auth.Store) {
	want := fullSession(owner(t, s, 1))
	want.EndedAt = time.Time{}
	admit(t, s, want)
	for range 2 {
		list, err := s.LiveSessions(t.Context(), want.UserID, now)
		isNil(t, err)
		if len(list) != 1 {
			t.Fatalf("%d sessions, want 1", len(list))
		}
		same(t, list[0], want)
		list[0].TokenID, list[0].EndedAt, list[0].Claims[0] = "scribble", now, 'x'
	}
}

func liveNobody(t *testing.T, s auth.Store) {
	admit(t, s, login("s1", owner(t, s, 1)))
	for _, id := range slices.Concat(hostile, []string{""}) {
		inOrder(t, liveIDs(t, s, id, now))
	}
}
