package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/example/internal/process"
)

// TestWhatIsAViolation is about the judgement: a storm that finds nothing must be able to find something.
func TestWhatIsAViolation(t *testing.T) {
	fresh := process.Answer{Status: http.StatusOK, Refresh: "next"}
	refused, lost, busy := process.Answer{Status: http.StatusUnauthorized}, process.Answer{}, process.Answer{Status: http.StatusServiceUnavailable}
	for _, c := range []struct {
		name   string
		before state
		answer process.Answer
		after  state
		token  string
		broken bool
	}{
		{"a good token is good", live, fresh, live, "next", false},
		{"a good token is refused", live, refused, ended, "now", true},
		{"the answer got lost", live, lost, maybe, "now", false},
		{"the service was not available", live, busy, maybe, "now", false},
		{"one that may be good is", maybe, fresh, live, "next", false},
		{"one that may be good is not", maybe, refused, ended, "now", false},
		{"one that may be good is lost again", maybe, lost, maybe, "now", false},
		{"what ended is refused", ended, refused, ended, "now", false},
		{"what ended is good", ended, fresh, ended, "now", true},
		{"what ended is lost", ended, lost, ended, "now", false},
		{"the new token is the old one", live, process.Answer{Status: http.StatusOK, Refresh: "now"}, live, "now", true},
		{"there is no new token", live, process.Answer{Status: http.StatusOK}, live, "now", true},
		{"something else", live, process.Answer{Status: http.StatusNotFound}, live, "now", true},
	} {
		client := &client{storm: &storm{figures: newFigures()}}
		s := &session{state: c.before, token: "now"}
		client.settle(&user{}, s, c.answer)
		if broken := len(client.storm.figures.violations) > 0; broken != c.broken || s.state != c.after || s.token != c.token {
			t.Errorf("%s: violation %v, state %v, token %s; want %v, %v, %s", c.name, broken, s.state, s.token, c.broken, c.after, c.token)
		}
	}
}

func TestAnAcknowledgedPasswordRetiresTheOthers(t *testing.T) {
	u := &user{passwords: []string{"old", "new"}}
	u.keep("new")
	if !slices.Equal(u.passwords, []string{"new"}) || !slices.Equal(u.retired, []string{"old"}) {
		t.Errorf("good %q, retired %q", u.passwords, u.retired)
	}
}

func TestTheVerdict(t *testing.T) {
	o := options{kills: 1, restart: time.Second, seed: 7}
	for want, spoil := range map[string]func(*figures){
		"":                        func(*figures) {},
		"violations with -seed 7": func(f *figures) { f.violation("%s is gone", "ann") },
		"a restart took 3s":       func(f *figures) { f.restarted(3 * time.Second) },
		"prove nothing":           func(f *figures) { f.refreshes = 0 },
	} {
		f := newFigures()
		f.refreshed()
		f.restarted(100 * time.Millisecond)
		spoil(f)
		err := f.verdict(o)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("the verdict is %v, want %q", err, want)
		}
	}
}

func TestArguments(t *testing.T) {
	for _, args := range []string{"-kills 0", "-clients 0", "-clients 64 -users 3", "-unknown"} {
		if _, err := parse(strings.Fields(args)); err == nil {
			t.Errorf("%s is accepted", args)
		}
	}
}
