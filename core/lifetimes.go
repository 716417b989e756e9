package auth

import "time"

const day = 24 * time.Hour

// bound is the longest that a lifetime may be, and why.
type bound struct {
	most time.Duration
	of   string
}

// holds reports whether a lifetime is good by itself, as one is that nobody set.
func (b bound) holds(field string, given time.Duration, ps *problems) bool {
	if given == 0 || given >= time.Second && given <= b.most && given%time.Second == 0 {
		return true
	}
	ps.add(field, "%v must be whole seconds, from 1s to %v, %s", given, b.most, b.of)
	return false
}

// checkLifetimes reports what is wrong with the lifetimes that were given; t has the defaults as
// well. Each is blamed once, and a default never: a bound counts only where what sets it is good.
func (t *TokenSettings) checkLifetimes(given *TokenSettings, ps *problems) {
	session := bound{10 * 365 * day, "ten years"}
	access := bound{day, "the longest life of an access token"}
	sliding := access
	known := session.holds("Tokens.SessionLifetime", given.SessionLifetime, ps)
	if known {
		session = bound{t.SessionLifetime, "the life of a session"}
	}
	good := access.holds("Tokens.AccessLifetime", given.AccessLifetime, ps)
	if session.holds("Tokens.RefreshLifetime", given.RefreshLifetime, ps) && good && (known || given.RefreshLifetime != 0) {
		t.checkRefresh(given, ps)
	}
	if session.holds("Tokens.SlidingRefreshLifetime", given.SlidingRefreshLifetime, ps) &&
		(known || given.SlidingRefreshLifetime != 0) && t.SlidingRefreshLifetime < day {
		sliding = bound{t.SlidingRefreshLifetime, "the time for which it can be refreshed"}
	}
	sliding.holds("Tokens.SlidingLifetime", given.SlidingLifetime, ps)
}

// checkRefresh reports a refresh token that does not outlive access tokens.
func (t *TokenSettings) checkRefresh(given *TokenSettings, ps *problems) {
	switch {
	case t.RefreshLifetime > t.AccessLifetime:
	case given.RefreshLifetime != 0:
		ps.add("Tokens.RefreshLifetime", "%v must be longer than the life of an access token, %v", t.RefreshLifetime, t.AccessLifetime)
	case given.AccessLifetime != 0:
		ps.add("Tokens.AccessLifetime", "%v must be shorter than the life of a refresh token, %v", t.AccessLifetime, t.RefreshLifetime)
	default:
		ps.add("Tokens.SessionLifetime", "%v must be longer than the life of an access token, %v", t.SessionLifetime, t.AccessLifetime)
	}
}
