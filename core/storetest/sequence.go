package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest/internal/linear"
)

// alone returns a caller who has the store to itself, and requires that each answer is the model's.
func alone[S linear.State](t *testing.T, s auth.Store, r *rand.Rand, model *S) *caller[S] {
	t.Helper()
	n := 0
	return &caller[S]{r, func(d deed[S]) {
		t.Helper()
		n++
		answer, _ := told(d.call(t.Context(), s))
		next, answers := d.step(*model)
		if !slices.Contains(answers, answer) {
			t.Fatalf("call %d: %s\nwas told  %s\nthe model says %s", n, d.text, answer, strings.Join(answers, " or "))
		}
		*model = next
	}}
}

func sessionSequence(t *testing.T, s auth.Store) {
	r := rand.New(rand.NewPCG(seeded(t), 0)) //nolint:gosec // A seed repeats it.
	var sessions sessionModel
	var tokens tokenModel
	ofSessions, ofTokens := alone(t, s, r, &sessions), alone(t, s, r, &tokens)
	p := &sessionPlay{name: "s", users: []string{owner(t, s, 1), owner(t, s, 2), owner(t, s, 3)}}
	q := &tokenPlay{}
	for n := range 20 {
		q.ids = append(q.ids, fmt.Sprint("token ", n))
	}
	p.begin(ofSessions)
	for range 300 * long(t) {
		switch n := r.IntN(100); {
		case n < 80:
			p.act(ofSessions)
		case n < 98:
			q.act(ofTokens)
		default:
			purgeBoth(t, s, p.moment(ofSessions).Add(-20*time.Millisecond), 1+r.IntN(5), &sessions, &tokens)
			p.end(ofSessions)
			q.end(ofTokens)
		}
	}
	p.end(ofSessions)
	q.end(ofTokens)
}

// purgeBoth removes what was past before a time, at most limit rows at once, and requires that it
// is as much as in the models.
func purgeBoth(t *testing.T, s auth.Store, before time.Time, limit int, sessions *sessionModel, tokens *tokenModel) {
	t.Helper()
	left := len(*sessions) + len(*tokens)
	for _, e := range *sessions {
		*sessions = sessions.purge(before, e.ID)
	}
	for id := range *tokens {
		*tokens = tokens.purge(before, id)
	}
	for left -= len(*sessions) + len(*tokens); left >= limit; left -= limit {
		purge(t, s, before, limit, limit)
	}
	purge(t, s, before, limit, left)
}

func userSequence(t *testing.T, s auth.Store) {
	r := rand.New(rand.NewPCG(seeded(t), 1)) //nolint:gosec // A seed repeats it.
	var users userModel
	c := alone(t, s, r, &users)
	p := &userPlay{name: "7", values: 5, registry: newRegistry(), made: &atomic.Int64{}}
	p.begin(c)
	for range 300 * long(t) {
		p.act(c)
		if r.IntN(100) < 2 {
			p.end(c)
			listsAll(t, s, 1+r.IntN(4), users)
		}
	}
	p.end(c)
}

// listsAll requires that the store lists all users of the model page by page, each once, if it can
// list them.
func listsAll(t *testing.T, s auth.Store, size int, users userModel) {
	t.Helper()
	l, ok := s.(auth.UserLister)
	if !ok {
		return
	}
	var got, want []string
	for _, u := range users {
		want = append(want, shownUser(u))
	}
	for after, more := "", true; more && len(got) <= len(want); {
		list, err := l.Users(t.Context(), after, size)
		isNil(t, err)
		for _, u := range list {
			got, after = append(got, shownUser(u)), u.ID
		}
		more = len(list) == size
	}
	anyOrder(t, got, want...)
}
