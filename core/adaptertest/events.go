package adaptertest

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var eventClaims = []claim{
	// LG-06.
	{"each event of a login is told once and whole", loginEvents.told},
	{"each event of a refresh is told once and whole", refreshEvents.told},
	{"each event of a logout is told once and whole", logoutEvents.told},
	{"each event of a user is told once and whole", userEvents.told},
	{"each event of a refusal or failure is told once and whole", refusalEvents.told},
}

// What stands in the wanted events for what is known later.
const (
	theUser, anotherUser     = "the user", "another user"
	itsSession, otherSession = "the session that was opened before", "another session"
	fromHere                 = "192.0.2.1" // what httptest says of the client
)

// scene is an application with a user who is logged in.
type scene struct {
	*app

	user  *auth.User
	pair  pair
	token string
}

// eventCase is something that happens and what is told of it.
type eventCase struct {
	configure func(*auth.Settings)
	before    func(*scene)
	when      func(*scene) // a second later
	want      []auth.Event
}

type eventCases map[string]eventCase

// told lets everything happen, each in an application of its own.
func (all eventCases) told(t *testing.T, h Harness) {
	for what, c := range all {
		a := h.app(t, c.configure, auth.With(auth.Endpoint{
			Name: "own", Method: http.MethodGet, Path: "/own/",
			Handle: func(*http.Request) (*auth.Response, error) { return nil, errOutage },
		}))
		s := &scene{app: a, user: a.user(ann)}
		s.pair = a.login(ann, "X-Device-ID", "a-telephone-of-ann")
		if c.before != nil {
			c.before(s)
		}
		a.pass(time.Second)
		told := len(a.events)
		c.when(s)
		got := slices.Clone(a.events[told:])
		for i := range got {
			got[i] = s.named(t, got[i])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: told\n%+v, want\n%+v", what, got, c.want)
		}
	}
}

// named returns an event with names for what differs each time.
func (s *scene) named(t *testing.T, e auth.Event) auth.Event {
	if !e.At.Equal(s.clock()) {
		t.Errorf("%s is of %v, want %v", e.Kind, e.At, s.clock())
	}
	switch e.UserID {
	case "":
	case s.user.ID:
		e.UserID = theUser
	default:
		e.UserID = anotherUser
	}
	switch e.SessionID {
	case "":
	case text(t, s.pair.access, "sid"):
		e.SessionID = itsSession
	default:
		e.SessionID = otherSession
	}
	e.At, e.Err = time.Time{}, nil
	return e
}

var loginEvents = eventCases{
	"a login": {
		when: func(s *scene) { s.login(ann) },
		want: []auth.Event{{Kind: auth.EventLogin, UserID: theUser, SessionID: otherSession, Address: fromHere}},
	},
	"a sliding login": {
		when: func(s *scene) { s.slidingToken() },
		want: []auth.Event{{Kind: auth.EventLogin, UserID: theUser, SessionID: otherSession, Address: fromHere}},
	},
	"a login of the same device": {
		when: func(s *scene) { s.login(ann, "X-Device-ID", "a-telephone-of-ann") },
		want: []auth.Event{
			{Kind: auth.EventSessionEnded, UserID: theUser, SessionID: itsSession, Address: fromHere, Reason: auth.ReasonReplaced},
			{Kind: auth.EventLogin, UserID: theUser, SessionID: otherSession, Address: fromHere},
		},
	},
	"a login of nobody": {
		when: func(s *scene) { s.tryLogin("nobody@example.com", userPassword) },
		want: []auth.Event{{Kind: auth.EventLoginFailed, Address: fromHere, Reason: "unknown_user"}},
	},
	"a wrong password": {
		when: func(s *scene) { s.tryLogin(ann, "wrong") },
		want: []auth.Event{{Kind: auth.EventLoginFailed, UserID: theUser, Address: fromHere, Reason: "refused"}},
	},
	"a login from Go": {
		when: func(s *scene) {
			_, _ = s.service.OpenSession(context.Background(), auth.UserKey{ID: s.user.ID}, auth.Client{}, nil)
		},
		want: []auth.Event{{Kind: auth.EventLogin, UserID: theUser, SessionID: otherSession}},
	},
}

var logoutEvents = eventCases{
	"a logout": {
		when: func(s *scene) { s.post(logoutPath, object{"refresh": s.pair.refresh}) },
		want: []auth.Event{{Kind: auth.EventSessionEnded, UserID: theUser, SessionID: itsSession, Address: fromHere, Reason: "logout"}},
	},
	"a second logout": {
		before: func(s *scene) { s.post(logoutPath, object{"refresh": s.pair.refresh}) },
		when:   func(s *scene) { s.post(logoutPath, object{"refresh": s.pair.refresh}) },
	},
	"a logout of other sessions": {
		before: func(s *scene) { s.login(ann) },
		when:   func(s *scene) { s.post(logoutPath, object{"refresh": s.pair.refresh, "scope": "others"}) },
		want: []auth.Event{
			{Kind: auth.EventSessionEnded, UserID: theUser, SessionID: otherSession, Address: fromHere, Reason: "logout_others"},
		},
	},
	"a logout everywhere": {
		when: func(s *scene) { s.post(logoutPath, object{"refresh": s.pair.refresh, "scope": "all"}) },
		want: []auth.Event{{Kind: auth.EventLogoutEverywhere, UserID: theUser, Address: fromHere}},
	},
	"a logout everywhere from Go": {
		when: func(s *scene) { _ = s.service.EndSessions(context.Background(), auth.UserKey{ID: s.user.ID}) },
		want: []auth.Event{{Kind: auth.EventLogoutEverywhere, UserID: theUser}},
	},
	"the end of a session from Go": {
		when: func(s *scene) { _ = s.service.EndSession(context.Background(), text(s.t, s.pair.access, "sid")) },
		want: []auth.Event{{Kind: auth.EventSessionEnded, SessionID: itsSession, Reason: "revoked"}},
	},
}

var userEvents = eventCases{
	"a registration": {
		when: func(s *scene) {
			s.post("/create-user/", object{"email": "bob@example.com", "password": userPassword}).want(s.t, http.StatusCreated, "")
		},
		want: []auth.Event{{Kind: auth.EventRegistered, UserID: anotherUser, Address: fromHere}},
	},
	"a registration from Go": {
		when: func(s *scene) { s.app.user("bob@example.com") },
		want: []auth.Event{{Kind: auth.EventRegistered, UserID: anotherUser}},
	},
	"a new password": {
		when: func(s *scene) { s.changePassword(ann, userPassword, freshPassword).want(s.t, http.StatusOK, "") },
		want: []auth.Event{{Kind: auth.EventPasswordChanged, UserID: theUser, Address: fromHere}},
	},
	"a new password from Go": {
		when: func(s *scene) {
			_ = s.service.SetPassword(context.Background(), auth.UserKey{ID: s.user.ID}, freshPassword)
		},
		want: []auth.Event{{Kind: auth.EventPasswordChanged, UserID: theUser}},
	},
	"a new password for a wrong one": {
		when: func(s *scene) { s.changePassword(ann, "wrong", freshPassword) },
		want: []auth.Event{{Kind: auth.EventPasswordChangeFailed, UserID: theUser, Address: fromHere, Reason: "refused"}},
	},
	"a new password of nobody": {
		when: func(s *scene) { s.changePassword("nobody@example.com", userPassword, freshPassword) },
		want: []auth.Event{{Kind: auth.EventPasswordChangeFailed, Address: fromHere, Reason: "unknown_user"}},
	},
	"a change of a user": {
		when: func(s *scene) { s.update(s.user.ID, deactivate) },
		want: []auth.Event{{Kind: auth.EventUserChanged, UserID: theUser}},
	},
	"the end of a user": {
		when: func(s *scene) { s.remove(s.user.ID) },
		want: []auth.Event{
			{Kind: auth.EventSessionEnded, UserID: theUser, SessionID: itsSession, Reason: "user_deleted"},
			{Kind: auth.EventUserDeleted, UserID: theUser},
		},
	},
}

var refusalEvents = eventCases{
	"a guard's refusal": {
		when: func(s *scene) { s.get("/api/staff", s.pair.access).want(s.t, http.StatusForbidden, "") },
		want: []auth.Event{{
			Kind: auth.EventDenied, UserID: theUser, SessionID: itsSession, Address: fromHere, Reason: "permission_denied",
		}},
	},
	"a guard's refusal of nobody": {when: func(s *scene) { s.get("/api/staff", "") }},
	"an outage of a guard": {
		before: func(s *scene) { s.store.fail("*") },
		when:   func(s *scene) { s.get("/api/me", s.pair.access).want(s.t, http.StatusServiceUnavailable, "") },
		want:   []auth.Event{{Kind: auth.EventUnavailable, Address: fromHere, Reason: "unavailable"}},
	},
	"an outage of an endpoint": {
		before: func(s *scene) { s.store.fail("*") },
		when:   func(s *scene) { s.refresh(s.pair.refresh).want(s.t, http.StatusServiceUnavailable, "") },
		want:   []auth.Event{{Kind: auth.EventUnavailable, Address: fromHere, Reason: "unavailable"}},
	},
	"a failure": {
		when: func(s *scene) { s.get("/auth/own/", "").want(s.t, http.StatusInternalServerError, "") },
		want: []auth.Event{{Kind: auth.EventFailure, Address: fromHere, Reason: "internal_error"}},
	},
}
