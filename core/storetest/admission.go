package storetest

import (
	"fmt"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

func admission() []claim {
	return []claim{
		{"without a limit everybody is admitted", admitAll},
		{"a full user is refused and nothing changes", admitFull},
		{"only the user's own live sessions of the epoch count", admitCounts},
		{"a login on a device ends the session before it", admitDevice},
		{"only a live session of the same user, device and epoch is replaced", admitOtherDevices},
		{"a replaced session makes the place", admitReplaces},
		{"a refused login replaces nothing", admitRefusedDevice},
	}
}

// onDevice returns a session on a device, live now.
func onDevice(id, userID, device string) *auth.Session {
	e := login(id, userID)
	e.Device = device
	return e
}

// aged returns a session that began some minutes before now.
func aged(id, userID string, minutes int) *auth.Session {
	e := login(id, userID)
	e.CreatedAt = after(-time.Duration(minutes) * time.Minute)
	return e
}

// limited returns the admission to at most n sessions, now.
func limited(n int, e auth.Eviction) auth.Admission {
	return auth.Admission{Limit: n, Evict: e, At: now}
}

// over fails the test unless the session has ended at this time.
func over(t *testing.T, s auth.Store, id string, at time.Time) {
	t.Helper()
	if got := session(t, s, id).EndedAt; !got.Equal(at) {
		t.Errorf("session %s ended at %v, want %v", id, got, at)
	}
}

func admitAll(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	for n := range 12 {
		e := login(fmt.Sprint(n), id)
		ended, err := s.CreateSession(t.Context(), e, auth.Admission{Evict: auth.EvictAll, At: now})
		isNil(t, err)
		inOrder(t, ended)
	}
	if got := len(liveIDs(t, s, id, now)); got != 12 {
		t.Errorf("%d sessions are live, want 12", got)
	}
}

func admitFull(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	for n := range 3 {
		ended, err := s.CreateSession(t.Context(), login(fmt.Sprint(n), id), limited(3, auth.EvictNone))
		isNil(t, err)
		inOrder(t, ended)
	}
	for _, limit := range []int{3, 2, 1} {
		ended, err := s.CreateSession(t.Context(), login("refused", id), limited(limit, auth.EvictNone))
		is(t, err, auth.ErrLimit)
		inOrder(t, ended)
	}
	anyOrder(t, liveIDs(t, s, id, now), "0", "1", "2")
	if _, err := s.Session(t.Context(), "refused"); err == nil {
		t.Error("the refused session is there")
	}
	isNil(t, s.RotateSession(t.Context(), "0", "0-token", step("next")))
}

func admitCounts(t *testing.T, s auth.Store) {
	id, other := owner(t, s, 1), owner(t, s, 2)
	add := func(name, userID string, change func(*auth.Session)) {
		e := login(name, userID)
		e.Epoch = 5
		change(e)
		admit(t, s, e)
	}
	add("other user", other, func(*auth.Session) {})
	add("ended", id, func(e *auth.Session) { e.EndedAt = after(-time.Minute) })
	add("run out", id, func(e *auth.Session) { e.ExpiresAt = now })
	add("absolute end", id, func(e *auth.Session) { e.EndsAt = now })
	add("old epoch", id, func(e *auth.Session) { e.Epoch = 4 })
	add("new epoch", id, func(e *auth.Session) { e.Epoch = 6 })
	for _, evict := range []auth.Eviction{auth.EvictNone, auth.EvictOldest, auth.EvictAll} {
		e := login(fmt.Sprint("eviction ", evict), id)
		e.Epoch = 5
		ended, err := s.CreateSession(t.Context(), e, limited(1+int(evict), evict))
		isNil(t, err)
		inOrder(t, ended)
	}
	e := login("refused", id)
	e.Epoch = 5
	_, err := s.CreateSession(t.Context(), e, limited(3, auth.EvictNone))
	is(t, err, auth.ErrLimit)
}

func admitDevice(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	admit(t, s, onDevice("old", id, "phone"))
	admit(t, s, onDevice("laptop", id, "laptop"))
	at := after(time.Minute)
	ended, err := s.CreateSession(t.Context(), onDevice("new", id, "phone"), auth.Admission{At: at})
	isNil(t, err)
	inOrder(t, ended, "old")
	over(t, s, "old", at)
	anyOrder(t, liveIDs(t, s, id, at), "new", "laptop")
	is(t, s.RotateSession(t.Context(), "old", "old-token", step("next")), auth.ErrConflict)
}

func admitOtherDevices(t *testing.T, s auth.Store) {
	id, other := owner(t, s, 1), owner(t, s, 2)
	admit(t, s, onDevice("other user", other, "phone"))
	admit(t, s, login("unknown 1", id))
	admit(t, s, login("unknown 2", id))
	for i, device := range []string{"Phone", "phone ", "%", "p_one", "phön", "phon\u00e9"} {
		admit(t, s, onDevice(fmt.Sprint("device ", i), id, device))
	}
	old := onDevice("old epoch", id, "phone")
	old.Epoch = -1
	admit(t, s, old)
	gone := onDevice("ended", id, "phone")
	gone.EndedAt, gone.EndReason = after(-time.Minute), "logout"
	admit(t, s, gone)
	past := onDevice("run out", id, "phone")
	past.ExpiresAt = now
	admit(t, s, past)
	admit(t, s, onDevice("new", id, "phone"))
	same(t, session(t, s, "ended"), gone)
	same(t, session(t, s, "run out"), past)
}

func admitReplaces(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	admit(t, s, onDevice("laptop", id, "laptop"))
	admit(t, s, onDevice("phone 0", id, "phone"))
	for n, evict := range []auth.Eviction{auth.EvictNone, auth.EvictOldest, auth.EvictAll} {
		e := onDevice(fmt.Sprint("phone ", n+1), id, "phone")
		ended, err := s.CreateSession(t.Context(), e, limited(2, evict))
		isNil(t, err)
		inOrder(t, ended, fmt.Sprint("phone ", n))
	}
	anyOrder(t, liveIDs(t, s, id, now), "laptop", "phone 3")
}

func admitRefusedDevice(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	want := admit(t, s, onDevice("phone", id, "phone"))
	admit(t, s, onDevice("laptop", id, "laptop"))
	admit(t, s, onDevice("tablet", id, "tablet"))
	ended, err := s.CreateSession(t.Context(), onDevice("new", id, "phone"), limited(2, auth.EvictNone))
	is(t, err, auth.ErrLimit)
	inOrder(t, ended)
	same(t, session(t, s, "phone"), want)
	anyOrder(t, liveIDs(t, s, id, now), "phone", "laptop", "tablet")
}
