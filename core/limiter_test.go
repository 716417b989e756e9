package auth_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest"
)

func TestMemoryLimiterKeepsTheContract(t *testing.T) {
	storetest.RunLimiter(t, func(*testing.T) auth.Limiter { return auth.NewMemoryLimiter(1000) })
}

// DS-05.
func TestAFloodOfKeysDropsNoneThatCounts(t *testing.T) {
	l := auth.NewMemoryLimiter(640)
	rate := auth.Rate{Limit: 10, Per: 15 * time.Minute}
	now := time.Unix(1_700_000_000, 0)
	hit := func(key string) time.Duration {
		wait, err := l.Hit(context.Background(), key, rate, now)
		if err != nil {
			t.Fatal(err)
		}
		return wait
	}
	for range 10 {
		hit("victim")
	}
	for i := range 50_000 {
		now = now.Add(time.Millisecond)
		hit(fmt.Sprint("flood ", i))
	}
	if wait := hit("victim"); wait <= 0 {
		t.Error("the flood has reset the victim's count")
	}
	now = now.Add(time.Hour)
	for i := range 640 {
		hit(fmt.Sprint("later ", i))
	}
	if wait := hit("victim"); wait != 0 {
		t.Errorf("wait = %v an hour later", wait)
	}
}

func TestRatesAreTexts(t *testing.T) {
	var r auth.Rate
	if err := r.UnmarshalText([]byte("10/15m")); err != nil || r != (auth.Rate{Limit: 10, Per: 15 * time.Minute}) || r.String() != "10/15m" {
		t.Errorf("%v, %v", r, err)
	}
	for _, text := range []string{"", "10", "10/", "/15m", "0/15m", "-1/15m", "10/0s", "10/15", "1e3/1m", "10/1000h", "10001/1m", "10/15m/1"} {
		if err := new(auth.Rate).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is a rate", text)
		}
	}
}
