package sqlstore

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
)

// purgeBatch is how many rows a purge removes while other writers wait.
const purgeBatch = 500

// DeleteExpired implements [auth.Maintainer]. It works in small transactions, so that a large
// limit does not hold up other writers; after an error the number counts those that were done.
func (s *Store) DeleteExpired(ctx context.Context, before time.Time, limit int) (n int, err error) {
	for _, p := range []purge{
		{list: s.do.pastSessions, remove: s.do.deletePastSession, before: millis(before)},
		{list: s.do.pastTokens, remove: s.do.deletePastToken, before: millis(before)},
	} {
		more, err := s.purge(ctx, p, limit-n)
		n += more
		if err != nil {
			return n, failed("delete expired", err)
		}
	}
	// What a limiter has counted goes as well and is nobody's business.
	past := purge{list: s.do.pastHits, remove: s.do.deletePastHits, before: millis(before)}
	if _, err := s.purge(ctx, past, limit); err != nil {
		return n, failed("delete expired", err)
	}
	return n, failed("delete expired", ctx.Err())
}

// purge finds and removes the rows of a table that were past before a time.
type purge struct {
	list, remove *sqlx.Stmt
	before       int64
}

// purge removes at most limit rows, a batch in each transaction.
func (s *Store) purge(ctx context.Context, p purge, limit int) (n int, err error) {
	for n < limit {
		size, done := min(limit-n, purgeBatch), 0
		err := s.door.all(ctx, func(ctx context.Context, t tx) (err error) {
			done, err = p.batch(ctx, t, size)
			return err
		})
		if err != nil {
			return n, err
		}
		n += done
		if done < size {
			break
		}
	}
	return n, nil
}

// batch removes the rows one by one: not every database takes a limit in a DELETE.
func (p purge) batch(ctx context.Context, t tx, limit int) (n int, err error) {
	var ids []string
	if err := t.rows(ctx, p.list, &ids, p.before, limit); err != nil {
		return 0, err
	}
	for _, id := range ids {
		one, err := t.write(ctx, p.remove, id, p.before)
		if err != nil {
			return 0, err
		}
		n += int(one)
	}
	return n, nil
}
