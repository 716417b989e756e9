package main

import (
	"cmp"
	"context"
	"strings"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// checked is a subject whose epochs and session are looked up for each request, in a warm cache.
func checked() (subject, error) {
	settings := claimsOnly("email", "first_name")
	settings.Tokens.AccessOutlivesSession = false
	settings.Revocation = auth.RevocationSettings{Cache: auth.NewMemoryCache(1<<16, nil), CacheTTL: 5 * time.Minute}
	return newSubjectOf(settings)
}

// entries is how many sessions and users the cache of goal 11 knows.
const entries = 1_000_000

// lookingUp is goal 11: whether an epoch has risen, in a cache of a million numbers, against RAW of
// one token; and the same of a session as well.
func lookingUp(e effort) ([]row, error) {
	s, err := checked()
	if err != nil {
		return nil, err
	}
	known := min(entries, e.races*entries/full.races) // fewer in tests
	cache, ctx := auth.NewMemoryCache(2*known, nil), context.Background()
	var text strings.Builder // of all keys: in a request they are in the token, which has just been read
	for i := range known {
		key := token.NewID()
		text.WriteString(key)
		if err := cache.Raise(ctx, key, int64(i), time.Hour); err != nil {
			return nil, err
		}
	}
	keys, size, i := text.String(), len(token.NewID()), 0
	lookUp := func() error {
		i = (i + 7919) % known
		_, _, err := cache.Get(ctx, keys[i*size:][:size])
		return err
	}
	both := func() error { return cmp.Or(lookUp(), lookUp()) }
	costs, err := e.compare(rawVerify(s.access), lookUp, both)
	if err != nil {
		return nil, err
	}
	raw := costs[0].nanos
	return []row{{11, "epoch in a cache of 1,000,000 numbers", []figure{
		ratio("%.2f× RAW", costs[1].nanos/raw, none, 0.3),
		ratio("with the session %.2f× RAW", costs[2].nanos/raw, none, none),
		count("%.0f allocs", costs[2].allocs, none, 0),
	}}}, nil
}
