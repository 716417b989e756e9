package sqlite_test

import (
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

func TestAttemptsThatCountNoMoreAreRemoved(t *testing.T) {
	path := newPath(t)
	store, now := open(t, path), time.Unix(1_700_000_000, 0)
	rate := auth.Rate{Limit: 3, Per: time.Minute}
	for _, key := range []string{"a", "b"} {
		if _, err := store.Hit(t.Context(), key, rate, now); err != nil {
			t.Fatal(err)
		}
		now = now.Add(30 * time.Second)
	}
	// They are no sessions and no blacklist entries: the number says nothing of them.
	if n, err := store.DeleteExpired(t.Context(), now.Add(time.Second), 10); err != nil || n != 0 {
		t.Errorf("DeleteExpired() = %d, %v", n, err)
	}
	var left string
	if err := raw(t, path).QueryRow("SELECT id FROM auth_hits").Scan(&left); err != nil || left != "b" {
		t.Errorf("%q is left, %v", left, err)
	}
}
