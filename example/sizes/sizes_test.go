package main

import (
	"strings"
	"testing"
	"time"
)

func TestASmallRun(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if err := run(t.Context(), []string{"-databases", "sqlite", "-few", "500", "-users", "600", "-rounds", "1", "-traffic", "300ms"}); err != nil {
		t.Error(err)
	}
}

func TestArguments(t *testing.T) {
	for _, args := range []string{"-few 10", "-few 2000 -users 1999", "-rounds 0", "-traffic 0s", "-frobnicate"} {
		if _, err := parse(strings.Fields(args)); err == nil {
			t.Errorf("%s is accepted", args)
		}
	}
	if err := run(t.Context(), []string{"-databases", "oracle"}); err == nil || !strings.Contains(err.Error(), "oracle") {
		t.Errorf("a database that is none: %v", err)
	}
}

func TestVerdict(t *testing.T) {
	const good = ""
	text := "whoami is 500"
	for _, c := range []struct {
		change func(*life)
		want   string
	}{
		{func(*life) {}, good},
		{func(l *life) { l.first.Store(&text) }, text},
		{func(l *life) { l.sessions = 0 }, "no session"},
		{func(l *life) { l.ready = 3 * time.Second }, "ready after 3s"},
		{func(l *life) { l.peak = 151 << 20 }, "151 MiB"},
	} {
		l := &life{ready: time.Second, peak: 100 << 20, sessions: 1}
		c.change(l)
		err := l.verdict()
		if (err == nil) != (c.want == good) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("verdict = %v, want %q", err, c.want)
		}
	}
}
