package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	auth "github.com/authplug/authplug/core"
)

var _ auth.Limiter = (*Store)(nil)

// hitRow is a row of auth_hits.
type hitRow struct {
	Version int64
	Hits    string
}

// Hit implements [auth.Limiter]. Processes that share the database share the counts. Rows that count
// nothing any more go with [Store.DeleteExpired].
func (s *Store) Hit(ctx context.Context, key string, r auth.Rate, now time.Time) (time.Duration, error) {
	const op = "count an attempt"
	for {
		wait, err := s.tryHit(ctx, key, r, now)
		if !errors.Is(err, auth.ErrConflict) && !errors.Is(err, auth.ErrExists) {
			return wait, failed(op, err)
		}
		// Somebody was quicker: of those who try at once one gets through each time.
		if err := ctx.Err(); err != nil {
			return 0, failed(op, err)
		}
	}
}

// tryHit reads the attempts and writes them back, unless somebody else has meanwhile.
func (s *Store) tryHit(ctx context.Context, key string, r auth.Rate, now time.Time) (time.Duration, error) {
	var row hitRow
	err := s.do.hits.GetContext(ctx, &row, key)
	isNew := errors.Is(err, sql.ErrNoRows)
	if err != nil && !isNew {
		return 0, err
	}
	hits, wait := r.Count(row.times(), now)
	if wait > 0 {
		return wait, nil
	}
	text, until := encodeTimes(hits), millis(now.Add(r.Per))
	if isNew {
		_, err := s.door.one(ctx, s.do.insertHits, key, 1, text, until)
		return 0, s.written("count an attempt", err)
	}
	n, err := s.door.one(ctx, s.do.updateHits, text, until, key, row.Version)
	if err == nil && n == 0 {
		err = auth.ErrConflict
	}
	return 0, err
}

// Forget implements [auth.Limiter].
func (s *Store) Forget(ctx context.Context, key string) error {
	_, err := s.door.one(ctx, s.do.deleteHits, key)
	return failed("forget attempts", err)
}

// times returns the attempts of a row; what is no list counts as none.
func (r hitRow) times() []time.Time {
	var stored []int64
	_ = json.Unmarshal([]byte(r.Hits), &stored)
	times := make([]time.Time, len(stored))
	for i, t := range stored {
		times[i] = moment(t)
	}
	return times
}

func encodeTimes(times []time.Time) string {
	stored := make([]int64, len(times))
	for i, t := range times {
		stored[i] = millis(t)
	}
	text, _ := json.Marshal(stored) // numbers can be encoded
	return string(text)
}
