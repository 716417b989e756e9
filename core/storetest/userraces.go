package storetest

import (
	"errors"
	"fmt"
	"testing"

	auth "github.com/authplug/authplug/core"
)

func userRaces() []claim {
	return []claim{
		{"of many users with one e-mail one is created", raceEmail},
		{"of many users with one remote id one is created", raceRemote},
		{"of many users with one UUID one is created", raceUUID},
		{"different users are all created, with ids of their own", raceDifferent},
		{"of many updates of one version one wins", raceVersion},
		{"no update is lost when losers try again", raceCounter},
		{"of many users who move to one e-mail one gets it", raceMove},
	}
}

// raceCreate creates the users of make at once, requires one winner and returns it.
func raceCreate(t *testing.T, s auth.Store, make func(i int) *auth.User) *auth.User {
	t.Helper()
	made := [crowd]*auth.User{}
	errs := race(crowd, func(i int) error {
		made[i] = make(i)
		return s.CreateUser(t.Context(), made[i])
	})
	winner := oneWinner(t, errs, auth.ErrExists)
	for i, u := range made {
		if i != winner && u.ID != "" {
			t.Errorf("caller %d lost and has the id %q", i, u.ID)
		}
	}
	return made[winner]
}

func raceEmail(t *testing.T, s auth.Store) {
	want := raceCreate(t, s, func(i int) *auth.User {
		return &auth.User{UUID: uuid(i), Email: "one@example.com", FirstName: fmt.Sprint(i)}
	})
	same(t, user(t, s, auth.UserKey{Email: "one@example.com"}), want)
}

func raceRemote(t *testing.T, s auth.Store) {
	want := raceCreate(t, s, func(i int) *auth.User { return mirroredUser(i, issuerA, "r", "") })
	same(t, user(t, s, auth.UserKey{Issuer: issuerA, RemoteID: "r"}), want)
}

func raceUUID(t *testing.T, s auth.Store) {
	want := raceCreate(t, s, func(i int) *auth.User {
		return &auth.User{UUID: uuid(1), Email: fmt.Sprintf("user%d@example.com", i)}
	})
	same(t, user(t, s, auth.UserKey{UUID: uuid(1)}), want)
}

func raceDifferent(t *testing.T, s auth.Store) {
	made := [crowd]*auth.User{}
	allWon(t, race(crowd, func(i int) error {
		made[i] = plainUser(i)
		return s.CreateUser(t.Context(), made[i])
	}))
	seen := map[string]bool{}
	for _, u := range made {
		same(t, user(t, s, auth.UserKey{ID: u.ID}), u)
		seen[u.ID] = true
	}
	if len(seen) != crowd {
		t.Errorf("%d users have %d ids", crowd, len(seen))
	}
}

func raceVersion(t *testing.T, s auth.Store) {
	u := create(t, s, plainUser(1))
	for range 5 {
		tries := [crowd]*auth.User{}
		winner := oneWinner(t, race(crowd, func(i int) error {
			tries[i] = u.Clone()
			tries[i].FirstName = fmt.Sprint(i)
			return s.UpdateUser(t.Context(), tries[i])
		}), auth.ErrConflict)
		for i, try := range tries {
			if i != winner && try.Version != u.Version {
				t.Errorf("caller %d lost and has version %d, want %d", i, try.Version, u.Version)
			}
		}
		same(t, user(t, s, auth.UserKey{ID: u.ID}), tries[winner])
		u = tries[winner]
	}
}

func raceCounter(t *testing.T, s auth.Store) {
	id := owner(t, s, 1)
	const callers, rounds = 8, 5
	allWon(t, race(callers, func(int) error {
		for range rounds {
			if err := raiseEpoch(t, s, id); err != nil {
				return err
			}
		}
		return nil
	}))
	if got := user(t, s, auth.UserKey{ID: id}).Epochs.Access; got != callers*rounds {
		t.Errorf("%d raises gave epoch %d", callers*rounds, got)
	}
}

// raiseEpoch reads the user, raises the epoch and saves, again after a conflict.
func raiseEpoch(t *testing.T, s auth.Store, id string) error {
	for range 1000 {
		u, err := s.User(t.Context(), auth.UserKey{ID: id})
		if err != nil {
			return err
		}
		u.Epochs.Access++
		if err := s.UpdateUser(t.Context(), u); !errors.Is(err, auth.ErrConflict) {
			return err
		}
	}
	return errors.New("each of 1000 updates was a conflict")
}

func raceMove(t *testing.T, s auth.Store) {
	made := [crowd]*auth.User{}
	for i := range made {
		made[i] = create(t, s, plainUser(i))
	}
	winner := oneWinner(t, race(crowd, func(i int) error {
		u := made[i].Clone()
		u.Email = "one@example.com"
		return s.UpdateUser(t.Context(), u)
	}), auth.ErrExists)
	for i, u := range made {
		if i != winner {
			same(t, user(t, s, auth.UserKey{Email: u.Email}), u)
		}
	}
	if got := user(t, s, auth.UserKey{Email: "one@example.com"}).ID; got != made[winner].ID {
		t.Errorf("user %s holds the e-mail, want %s", got, made[winner].ID)
	}
}
