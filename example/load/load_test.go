package main

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/example/internal/process"
)

func TestPercentiles(t *testing.T) {
	h := newHistogram()
	if got := h.percentile(0.5); got != 0 {
		t.Errorf("of nothing, p50 is %v", got)
	}
	all := make([]time.Duration, 10_000)
	for i := range all {
		all[i] = time.Duration(rand.ExpFloat64() * float64(5*time.Millisecond))
		h.add(all[i])
	}
	slices.Sort(all)
	for _, share := range []float64{0.5, 0.9, 0.99, 1} {
		want := all[int(share*float64(len(all)-1))]
		got := h.percentile(share)
		if ratio := float64(got) / float64(want); ratio < 0.97 || ratio > 1.03 {
			t.Errorf("p%v is %v, want %v", 100*share, got, want)
		}
	}
	if len(h.buckets) > 2000 {
		t.Errorf("%d buckets", len(h.buckets))
	}
}

func TestWhatIsAWrongAnswer(t *testing.T) {
	for _, c := range []struct {
		name  string
		kind  kind
		got   process.Answer
		want  int
		wrong bool
	}{
		{"what was asked for", verified, process.Answer{Status: 200}, 200, false},
		{"a refusal that was due", verified, process.Answer{Status: 401}, 401, false},
		{"a refusal that was not", verified, process.Answer{Status: 401}, 200, true},
		{"a forged token that passed", verified, process.Answer{Status: 200}, 401, true},
		{"an outage", verified, process.Answer{Status: 503, RetryAfter: "1"}, 200, true},
		{"a broken connection", refresh, process.Answer{Err: http.ErrServerClosed}, 200, true},
		{"a refresh without a token", refresh, process.Answer{Status: 200, Access: "a"}, 200, true},
		{"a refresh", refresh, process.Answer{Status: 200, Access: "a", Refresh: "r"}, 200, false},
		{"a login that has to wait", login, process.Answer{Status: 503, RetryAfter: "1"}, 200, false},
		{"one that is not told for how long", login, process.Answer{Status: 503}, 200, true},
		{"a wrong password that is good", login, process.Answer{Status: 200, Access: "a", Refresh: "r"}, 401, true},
	} {
		tr := newTraffic(options{}, nil)
		tr.note(c.kind, c.got, c.want, time.Millisecond)
		if wrong := len(tr.wrong) > 0; wrong != c.wrong {
			t.Errorf("%s: wrong %v, %q", c.name, wrong, tr.wrong)
		}
	}
}

func TestMemoryThatGrows(t *testing.T) {
	const minutes = 10
	flat, rising := make([]int64, 60*minutes), make([]int64, 60*minutes)
	for i := range flat {
		flat[i] = 100<<20 + int64(i%40)<<20
		rising[i] = flat[i] + int64(i)<<17
	}
	if grows(flat) || !grows(rising) || grows(rising[:200]) {
		t.Errorf("flat %v, rising %v, too short %v", grows(flat), grows(rising), grows(rising[:200]))
	}
}

func TestArguments(t *testing.T) {
	for _, args := range []string{"-duration 1ms", "-users 0", "-verified 0", "-unknown"} {
		if _, err := parse(strings.Fields(args)); err == nil {
			t.Errorf("%s is accepted", args)
		}
	}
}
