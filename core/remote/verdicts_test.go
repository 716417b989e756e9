package remote

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var t0 = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func TestAVerdictHoldsUntilItEnds(t *testing.T) {
	c := newVerdicts(10)
	c.accept(c.asking("a"), verdict{userID: "1", until: t0})
	for _, q := range []struct {
		tok  string
		now  time.Time
		want bool
	}{
		{"a", t0.Add(-time.Nanosecond), true},
		{"a", t0, false},
		{"a", t0.Add(time.Hour), false},
		{"b", t0.Add(-time.Hour), false},
		{"", t0.Add(-time.Hour), false},
	} {
		if v, ok := c.get(q.tok, q.now); ok != q.want || ok && v.userID != "1" {
			t.Errorf("%q at %v: %+v, %v, want %v", q.tok, q.now.Sub(t0), v, ok, q.want)
		}
	}
}

func TestAUserIsForgottenByEitherName(t *testing.T) {
	for _, name := range []string{"1", "a@example.com"} {
		c := newVerdicts(10)
		v := verdict{userID: "1", email: "a@example.com", until: t0}
		late := c.asking("late")
		c.accept(c.asking("a"), v)
		c.accept(c.asking("b"), verdict{userID: "2", email: "b@example.com", until: t0})
		c.forget(name)
		c.accept(late, v)
		for tok, want := range map[string]bool{"a": false, "b": true, "late": false} {
			if _, ok := c.get(tok, t0.Add(-1)); ok != want {
				t.Errorf("%s after %s: %v, want %v", tok, name, ok, want)
			}
		}
		if len(c.of) != 2 {
			t.Errorf("the index is %v", c.of)
		}
	}
}

func TestAVerdictDoesNotOutliveAClockThatIsPutBack(t *testing.T) {
	c := newVerdicts(10)
	c.accept(c.asking("a"), verdict{since: t0, until: t0.Add(time.Minute)})
	for now, want := range map[time.Time]bool{t0: true, t0.Add(-1): false, t0.Add(-time.Hour): false} {
		if _, ok := c.get("a", now); ok != want {
			t.Errorf("at %v: %v, want %v", now.Sub(t0), ok, want)
		}
	}
}

func TestTheWholeTokenCounts(t *testing.T) {
	c := newVerdicts(10)
	long := strings.Repeat("x", 8191)
	c.accept(c.asking(long+"y"), verdict{until: t0})
	if _, ok := c.get(long+"z", t0.Add(-1)); ok {
		t.Error("another token is taken for an accepted one")
	}
}

func TestTheOldestVerdictGoesFirst(t *testing.T) {
	c := newVerdicts(3)
	accept := func(tok string) { c.accept(c.asking(tok), verdict{userID: "u" + tok, until: t0}) }
	for _, tok := range []string{"a", "b", "c", "a", "d"} { // a is renewed, so that b is the oldest
		accept(tok)
	}
	for tok, want := range map[string]bool{"a": true, "b": false, "c": true, "d": true} {
		if _, ok := c.get(tok, t0.Add(-1)); ok != want {
			t.Errorf("%s is kept: %v, want %v", tok, ok, want)
		}
	}
	checkSizes(t, c)
}

func TestWhatIsDroppedBeforeTheAnswerIsNotAccepted(t *testing.T) {
	v := verdict{userID: "1", until: t0}
	for name, test := range map[string]struct {
		drop func(*verdicts)
		want bool
	}{
		"refused":                     {func(c *verdicts) { c.refuse("a") }, false},
		"forgotten":                   {func(c *verdicts) { c.forget("1") }, false},
		"another token is refused":    {func(c *verdicts) { c.refuse("b") }, true},
		"another user is forgotten":   {func(c *verdicts) { c.forget("2") }, true},
		"no user is forgotten":        {func(c *verdicts) { c.forget("") }, true},
		"refused long ago":            {func(c *verdicts) { refuseMany(c, "a", 9) }, false},
		"too much to remember":        {func(c *verdicts) { refuseMany(c, "b", 9) }, false},
		"twice, and one is forgotten": {func(c *verdicts) { c.refuse("a"); refuseMany(c, "a", 3) }, false},
	} {
		c := newVerdicts(4)
		q := c.asking("a")
		test.drop(c)
		c.accept(q, v)
		if _, ok := c.get("a", t0.Add(-1)); ok != test.want {
			t.Errorf("%s: accepted %v, want %v", name, ok, test.want)
		}
		c.accept(c.asking("a"), v)
		if _, ok := c.get("a", t0.Add(-1)); !ok {
			t.Errorf("%s: not accepted when it is asked again", name)
		}
		checkSizes(t, c)
	}
}

// refuseMany refuses a token, and then others.
func refuseMany(c *verdicts, tok string, others int) {
	c.refuse(tok)
	for i := range others {
		c.refuse(fmt.Sprint("other", i))
	}
}

func TestAUserIsForgottenWithAllTokens(t *testing.T) {
	c := newVerdicts(10)
	for i := range 6 {
		tok := fmt.Sprint(i)
		c.accept(c.asking(tok), verdict{userID: fmt.Sprint("u", i%2), until: t0})
	}
	c.accept(c.asking("0"), verdict{userID: "u1", until: t0})
	c.accept(c.asking("0"), verdict{userID: "u0", until: t0}) // now it is theirs
	c.forget("u1")
	for i := range 6 {
		if _, ok := c.get(fmt.Sprint(i), t0.Add(-1)); ok != (i%2 == 0) {
			t.Errorf("token %d is accepted: %v", i, ok)
		}
	}
	checkSizes(t, c)
}

// checkSizes looks at the bounds and at what must agree.
func checkSizes(t *testing.T, c *verdicts) {
	t.Helper()
	tokens, size := 0, int(c.ages.size)
	for user, of := range c.of {
		tokens += len(of)
		if len(of) == 0 || user == "" {
			t.Errorf("the index has %d tokens of user %q", len(of), user)
		}
	}
	if len(c.held) > size || len(c.ages.number) != len(c.held) || tokens > len(c.held) {
		t.Errorf("%d verdicts, %d ages and %d tokens of users, size %d", len(c.held), len(c.ages.number), tokens, size)
	}
	if d := &c.drops; len(c.ages.order) > size || len(d.order) > size || len(d.number) > len(d.order) {
		t.Errorf("%d and %d in order, %d drops, size %d", len(c.ages.order), len(d.order), len(d.number), size)
	}
}

// model remembers everything: a verdict is there unless something dropped it since it was asked for.
type model struct {
	moment  int
	refused map[string]int
	gone    map[string]int
	held    map[string][]verdict // the latest one counts
}

func (m *model) accept(tok string, asked int, v verdict) {
	if m.refused[tok] <= asked && m.gone[v.userID] <= asked {
		m.held[tok] = append(m.held[tok], v)
	}
}

func (m *model) refuse(tok string) {
	m.moment++
	m.refused[tok] = m.moment
	delete(m.held, tok)
}

func (m *model) forget(user string) {
	m.moment++
	m.gone[user] = m.moment
	for tok, held := range m.held {
		m.held[tok] = slices.DeleteFunc(held, func(v verdict) bool { return v.userID == user })
	}
}

type asked struct {
	tok    string
	stamp  question
	moment int
}

// TestVerdictsFollowTheModel lets questions, answers and drops cross at random. A large cache does
// exactly what the model does; a small one holds at most what the model holds.
func TestVerdictsFollowTheModel(t *testing.T) {
	for seed := range uint64(300) {
		size := []int{1, 2, 5, 100000}[seed%4]
		c, m := newVerdicts(size), &model{refused: map[string]int{}, gone: map[string]int{}, held: map[string][]verdict{}}
		r := rand.New(rand.NewPCG(seed, 1))
		var open []asked
		for range 400 {
			tok := fmt.Sprint("t", r.IntN(6))
			switch r.IntN(5) {
			case 0:
				open = append(open, asked{tok, c.asking(tok), m.moment})
			case 1, 2:
				if len(open) == 0 {
					continue
				}
				i := r.IntN(len(open))
				v := verdict{userID: userOf(open[i].tok), until: t0.Add(time.Duration(r.IntN(3)) * time.Second)}
				c.accept(open[i].stamp, v)
				m.accept(open[i].tok, open[i].moment, v)
				open = append(open[:i], open[i+1:]...)
			case 3:
				c.refuse(tok)
				m.refuse(tok)
			default:
				c.forget(userOf(tok))
				m.forget(userOf(tok))
			}
			compareModel(t, c, m, t0.Add(time.Duration(r.IntN(3))*time.Second), size > 5)
		}
		checkSizes(t, c)
		if t.Failed() {
			t.Fatal("seed", seed)
		}
	}
}

// userOf makes half of the tokens one user's.
func userOf(tok string) string { return map[bool]string{true: "many", false: "of " + tok}[tok < "t3"] }

func compareModel(t *testing.T, c *verdicts, m *model, now time.Time, exact bool) {
	t.Helper()
	for i := range 6 {
		tok := fmt.Sprint("t", i)
		got, ok := c.get(tok, now)
		held := m.held[tok]
		if n := len(held); exact && n > 0 {
			held = held[n-1:]
		}
		want := slices.DeleteFunc(slices.Clone(held), func(v verdict) bool { return !now.Before(v.until) })
		if ok && !slices.Contains(want, got) || exact && ok != (len(want) > 0) {
			t.Fatalf("%s: got %+v, %v, the model has %+v", tok, got, ok, want)
		}
	}
}

// TestARefusalIsFinal lets many ask an auth-service at once that ends a token or a user meanwhile:
// once that was told, nobody is accepted any more.
func TestARefusalIsFinal(t *testing.T) {
	drops := []func(*verdicts){
		func(c *verdicts) { c.refuse("a") }, func(c *verdicts) { c.forget("1") },
	}
	for round := range 2000 {
		c := newVerdicts(2)
		var ended atomic.Bool
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() { askOnce(c, &ended, fmt.Sprint("garbage", i)) })
		}
		wg.Go(func() {
			ended.Store(true)
			drops[round%2](c)
			if _, ok := c.get("a", t0.Add(-1)); ok {
				t.Error("accepted after the refusal")
			}
		})
		wg.Wait()
		if _, ok := c.get("a", t0.Add(-1)); ok {
			t.Fatal("accepted after the refusal")
		}
		checkSizes(t, c)
	}
}

// askOnce asks whether "a" is good, and sees to it that another token is refused as well.
func askOnce(c *verdicts, ended *atomic.Bool, other string) {
	q := c.asking("a")
	good := !ended.Load()
	runtime.Gosched() // The answer is on its way.
	if good {
		c.accept(q, verdict{userID: "1", until: t0})
	}
	c.refuse(other)
}
