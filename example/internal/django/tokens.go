package django

import (
	"context"
	"time"
)

// Token is an entry of the blacklist of simplejwt.
type Token struct {
	ID    string
	Until time.Time // when it has certainly run out
}

// doubt is how early a time may be: where Django goes without time zones, simplejwt still writes UTC, which
// PostgreSQL takes for local time.
const doubt = 14 * time.Hour

// tokenTables are those of the blacklist, which a project may do without.
type tokenTables struct{ outstanding, blacklisted table }

func (s *Source) tokenTables(ctx context.Context) (t tokenTables, there bool, err error) {
	t = tokenTables{s.users.beside("token_blacklist_outstandingtoken"), s.users.beside("token_blacklist_blacklistedtoken")}
	for _, name := range []table{t.outstanding, t.blacklisted} {
		if there, err = s.has(ctx, name); err != nil || !there {
			return t, false, err
		}
	}
	return t, true, nil
}

// CountOutstanding returns how many refresh tokens go on after a time and are not blacklisted, as far as
// Django knows.
func (s *Source) CountOutstanding(ctx context.Context, after time.Time) (n int, err error) {
	t, there, err := s.tokenTables(ctx)
	if err != nil || !there {
		return 0, err
	}
	err = s.db.GetContext(ctx, &n, s.db.Rebind("SELECT COUNT(*) FROM "+t.outstanding.quoted()+" o LEFT JOIN "+t.blacklisted.quoted()+
		" b ON b.token_id = o.id WHERE b.id IS NULL AND o.expires_at > ?"), after.UTC())
	return n, err
}

// Blacklisted calls f with all blacklisted tokens that may run out after a time, some at once, until f returns
// an error.
func (s *Source) Blacklisted(ctx context.Context, after time.Time, f func([]Token) error) error {
	t, there, err := s.tokenTables(ctx)
	if err != nil || !there {
		return err
	}
	query := "SELECT o.id AS id, o.jti AS jti, o.expires_at AS expires_at FROM " + t.blacklisted.quoted() + " b JOIN " +
		t.outstanding.quoted() + " o ON o.id = b.token_id WHERE o.expires_at > ? AND o.id > ? ORDER BY o.id LIMIT ?"
	for last := int64(0); ; {
		page, err := s.rows(ctx, query, after.Add(-doubt).UTC(), last, pageSize)
		if err != nil {
			return err
		}
		tokens := make([]Token, len(page))
		for i, columns := range page {
			c := reader{columns: columns}
			tokens[i] = Token{ID: c.text("jti"), Until: c.time("expires_at").Add(doubt)}
			if last = c.integer("id"); c.err != nil {
				return c.err
			}
		}
		if err := f(tokens); err != nil || len(page) < pageSize {
			return err
		}
	}
}
