package adaptertest

import (
	"context"
	"net/http"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// refusedRefresh is what is told of a refresh that fails.
func refusedRefresh(user, session string) []auth.Event {
	return []auth.Event{{
		Kind: auth.EventRefreshFailed, UserID: user, SessionID: session, Address: fromHere, Reason: "token_not_valid",
	}}
}

// acceptedRefresh is what is told of a refresh that does not fail.
func acceptedRefresh(session string) []auth.Event {
	return []auth.Event{{Kind: auth.EventRefreshed, UserID: theUser, SessionID: session, Address: fromHere}}
}

// Ways to get a token.
func ownRefresh(s *scene) { s.token = s.pair.refresh }

func ownSliding(s *scene) { s.token = s.slidingToken() }

func foreignRefresh(s *scene) { s.token = s.foreign("refresh", s.user.ID, nil) }

func foreignSliding(s *scene) {
	s.token = s.foreign("sliding", s.user.ID, object{"refresh_exp": s.clock().Add(time.Hour).Unix()})
}

func garbage(s *scene) { s.token = "a.b.c" }

func forgedRefresh(s *scene) { s.token = s.pair.refresh[:len(s.pair.refresh)-4] + "AAAA" }

func ofAnotherKind(s *scene) { s.token = s.pair.access }

func loggedOut(s *scene) {
	ownRefresh(s)
	s.post(logoutPath, object{"refresh": s.token})
}

func expired(s *scene) {
	ownRefresh(s)
	s.pass(25 * time.Hour)
}

func tooOldToSlide(s *scene) {
	s.token = s.foreign("sliding", s.user.ID, object{"refresh_exp": s.clock().Unix()})
}

// Ways to present it.
func refreshes(s *scene) { s.refresh(s.token) }

func slides(s *scene) { s.slide(s.token) }

var refreshEvents = eventCases{
	"a refresh":                  {before: ownRefresh, when: refreshes, want: acceptedRefresh(itsSession)},
	"a refresh without rotation": {configure: easy, before: ownRefresh, when: refreshes, want: acceptedRefresh(itsSession)},
	"a sliding refresh":          {before: ownSliding, when: slides, want: acceptedRefresh(otherSession)},
	"a foreign refresh":          {before: foreignRefresh, when: refreshes, want: acceptedRefresh(otherSession)},
	"a foreign refresh without rotation": {
		configure: easy, before: foreignRefresh, when: refreshes, want: acceptedRefresh(""),
	},
	"a foreign sliding refresh": {before: foreignSliding, when: slides, want: acceptedRefresh("")},

	"garbage":               {before: garbage, when: refreshes, want: refusedRefresh("", "")},
	"garbage that slides":   {before: garbage, when: slides, want: refusedRefresh("", "")},
	"a forged token":        {before: forgedRefresh, when: refreshes, want: refusedRefresh("", "")},
	"another kind":          {before: ofAnotherKind, when: refreshes, want: refusedRefresh("", "")},
	"another kind to slide": {before: ofAnotherKind, when: slides, want: refusedRefresh("", "")},
	"an expired token":      {before: expired, when: refreshes, want: refusedRefresh("", "")},
	"a token of a session that has ended": {
		before: loggedOut, when: refreshes, want: refusedRefresh(theUser, itsSession),
	},
	"a token that slides no more": {before: tooOldToSlide, when: slides, want: refusedRefresh(theUser, "")},
	"a foreign token that was used": {
		before: func(s *scene) {
			foreignRefresh(s)
			s.refresh(s.token).want(s.t, http.StatusOK, "")
		},
		when: refreshes, want: refusedRefresh(theUser, ""),
	},
	"a foreign token that somebody else was quicker with": {
		before: func(s *scene) {
			foreignRefresh(s)
			s.store.hook(func(method string) error {
				if method == "RevokeToken" {
					return auth.ErrExists
				}
				return nil
			}, nil)
		},
		when: refreshes,
		want: append([]auth.Event{{
			Kind: auth.EventSessionEnded, UserID: theUser, SessionID: otherSession, Address: fromHere, Reason: "abandoned",
		}}, refusedRefresh(theUser, "")...),
	},
	"a sliding refresh whose token cannot be made": {
		configure: func(s *auth.Settings) {
			s.Claims.More = func(_ context.Context, _ *auth.User, kind token.Kind) (map[string]any, error) {
				if kind == token.Sliding {
					return nil, errOutage
				}
				return nil, nil
			}
		},
		before: foreignSliding, when: slides,
		want: []auth.Event{{Kind: auth.EventFailure, Address: fromHere, Reason: "internal_error"}},
	},
	"a token that was replaced": {
		before: func(s *scene) {
			ownRefresh(s)
			s.refreshed(s.token)
		},
		when: refreshes,
		want: []auth.Event{{
			Kind: auth.EventRefreshReused, UserID: theUser, SessionID: itsSession, Address: fromHere, Reason: "refresh_reused",
		}},
	},
}
