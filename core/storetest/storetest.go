package storetest

import (
	"testing"

	auth "github.com/authplug/authplug/core"
)

// claim is one sentence that is true of every store, and the code that doubts it.
type claim struct {
	name  string
	check func(t *testing.T, s auth.Store)
}

// Run checks that the stores which open returns keep the contract. It calls open once for each
// claim, for a store that is empty; open closes what it made with t.Cleanup. A store that is an
// [auth.UserLister] is tested as one.
func Run(t *testing.T, open func(t *testing.T) auth.Store) {
	t.Helper()
	run(t, open, append(ofUsers(), []subject{
		{"sessions", sessions()},
		{"live", live()},
		{"rotation", rotation()},
		{"admission", admission()},
		{"eviction", eviction()},
		{"loginraces", loginRaces()},
		{"ending", ending()},
		{"tokens", tokens()},
		{"maintenance", maintenance()},
		{"cancel", cancellation()},
		{"model", append(model(), modelOfUsers()...)},
	}...))
}

// RunUsers checks the claims about users alone, for an application's own table of users behind an
// [auth.UserStore]. It calls open like [Run], and tests an [auth.UserLister] as one.
func RunUsers(t *testing.T, open func(t *testing.T) auth.UserStore) {
	t.Helper()
	run(t, func(t *testing.T) auth.Store { return storeOf(open(t)) },
		append(ofUsers(), subject{"model", modelOfUsers()}))
}

// subject is what several claims are about.
type subject struct {
	name   string
	claims []claim
}

// ofUsers are the subjects that need nothing but an [auth.UserStore].
func ofUsers() []subject {
	return []subject{
		{"users", users()},
		{"unique", unique()},
		{"update", update()},
		{"userraces", userRaces()},
		{"lister", lister()},
		{"importer", importer()},
	}
}

// usersOnly is a store of which only the users are there.
type usersOnly struct {
	auth.UserStore
	auth.SessionStore
	auth.TokenStore
	auth.Maintainer
}

func storeOf(u auth.UserStore) auth.Store {
	s := usersOnly{UserStore: u}
	if l, ok := u.(auth.UserLister); ok {
		return struct {
			usersOnly
			auth.UserLister
		}{s, l}
	}
	return s
}

func run(t *testing.T, open func(t *testing.T) auth.Store, subjects []subject) {
	t.Helper()
	for _, subject := range subjects {
		t.Run(subject.name, func(t *testing.T) {
			for _, c := range subject.claims {
				t.Run(c.name, func(t *testing.T) { c.check(t, open(t)) })
			}
		})
	}
}
