package suite

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/sqlstore"
)

// Together is about several stores on one database.
func (d Database) Together(t *testing.T) {
	t.Run("one wins a rotation", d.oneWinsARotation)
	t.Run("the session limit is kept", d.theSessionLimitIsKept)
	t.Run("an address is registered once", d.anAddressIsRegisteredOnce)
	t.Run("what one writes the other reads at once", d.whatOneWritesTheOtherReads)
	t.Run("all writers get through", d.allWritersGetThrough)
}

func (d Database) two(t *testing.T) []*sqlstore.Store {
	name := d.New(t)
	return []*sqlstore.Store{d.Store(t, name), d.Store(t, name)}
}

func (d Database) oneWinsARotation(t *testing.T) {
	stores, now := d.two(t), time.Now()
	Login(t, stores[0], "s", now)
	for round := range 10 {
		from := fmt.Sprint(round)
		won := crowd(t, 32, auth.ErrConflict, func(i int) error {
			r := auth.Rotation{TokenID: fmt.Sprint(round + 1), At: now, ExpiresAt: now.Add(time.Hour)}
			return stores[i%2].RotateSession(t.Context(), "s", from, r)
		})
		if won != 1 {
			t.Fatalf("round %d: %d winners", round, won)
		}
	}
}

func (d Database) theSessionLimitIsKept(t *testing.T) {
	stores, now := d.two(t), time.Now()
	end := now.Add(time.Hour)
	crowd(t, 24, nil, func(i int) error {
		e := &auth.Session{ID: fmt.Sprint(i), UserID: "1", Device: fmt.Sprint(i % 3), ExpiresAt: end, EndsAt: end}
		_, err := stores[i%2].CreateSession(t.Context(), e, auth.Admission{Limit: 2, Evict: auth.EvictOldest, At: now})
		return err
	})
	live, err := stores[0].LiveSessions(t.Context(), "1", now)
	if err != nil || len(live) != 2 {
		t.Errorf("%d sessions are live, %v; want 2", len(live), err)
	}
}

func (d Database) anAddressIsRegisteredOnce(t *testing.T) {
	stores := d.two(t)
	won := crowd(t, 24, auth.ErrExists, func(i int) error {
		u := &auth.User{UUID: fmt.Sprintf("5a17c0de-0000-4000-8000-%012d", i), Email: "ada@example.com"}
		return stores[i%2].CreateUser(t.Context(), u)
	})
	if won != 1 {
		t.Errorf("%d registered it", won)
	}
}

func (d Database) whatOneWritesTheOtherReads(t *testing.T) {
	stores := d.two(t)
	for i := range 20 {
		id := fmt.Sprint(i)
		if err := stores[0].RevokeToken(t.Context(), id, time.Now()); err != nil {
			t.Fatal(err)
		}
		if revoked, err := stores[1].TokenRevoked(t.Context(), id); err != nil || !revoked {
			t.Fatalf("TokenRevoked(%s) = %v, %v", id, revoked, err)
		}
	}
}

// allWritersGetThrough is about patience: nobody is turned away, however many there are.
func (d Database) allWritersGetThrough(t *testing.T) {
	stores, now := d.two(t), time.Now()
	const each = 8
	crowd(t, 64, nil, func(i int) error {
		for n := range each {
			if err := stores[i%2].RevokeToken(t.Context(), fmt.Sprintf("%d %d", i, n), now); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range 64 {
		for n := range each {
			revoked, err := stores[(i+1)%2].TokenRevoked(t.Context(), fmt.Sprintf("%d %d", i, n))
			if err != nil || !revoked {
				t.Fatalf("token %d %d: %v, %v", i, n, revoked, err)
			}
		}
	}
}

// crowd lets n callers do something at once and returns how many succeeded. The others must have
// failed with loses; any other error fails the test.
func crowd(t *testing.T, n int, loses error, do func(i int) error) (won int) {
	t.Helper()
	var winners atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			err := do(i)
			switch {
			case err == nil:
				winners.Add(1)
			case loses == nil || !errors.Is(err, loses):
				t.Errorf("caller %d: %v", i, err)
			}
		})
	}
	close(start)
	wg.Wait()
	return int(winners.Load())
}
