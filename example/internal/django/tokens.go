package django

import (
	"context"
	"time"
)

// Token is an entry of the blacklist of simplejwt.
type Token struct {
	ID    string
	Until time.Time
}

// Tokens are what simplejwt knows of refresh tokens that have not run out.
type Tokens struct {
	Outstanding int     // those that are not blacklisted
	Blacklisted []Token // those that are
}

// Tokens reads the tables of simplejwt's blacklist; there may be none.
func (s *Source) Tokens(ctx context.Context, now time.Time) (Tokens, error) {
	const outstanding, blacklisted = "token_blacklist_outstandingtoken", "token_blacklist_blacklistedtoken"
	var found Tokens
	if !s.has(ctx, outstanding) || !s.has(ctx, blacklisted) {
		return found, nil
	}
	rows, err := s.rows(ctx, "SELECT o.jti, o.expires_at, b.id AS listed FROM "+outstanding+" o LEFT JOIN "+blacklisted+
		" b ON b.token_id = o.id")
	if err != nil {
		return found, err
	}
	for _, columns := range rows {
		c := reader{columns: columns}
		t := Token{ID: c.text("jti"), Until: c.time("expires_at")}
		switch {
		case c.err != nil:
			return found, c.err
		case !t.Until.After(now):
		case columns["listed"] == nil:
			found.Outstanding++
		default:
			found.Blacklisted = append(found.Blacklisted, t)
		}
	}
	return found, nil
}
