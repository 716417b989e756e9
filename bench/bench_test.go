package main

import (
	"bytes"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	if asServer() {
		return
	}
	m.Run()
}

// tiny measures next to nothing.
var tiny = effort{rounds: 2, slice: time.Millisecond, wire: 32, races: 3, logins: 4, cost: 64}

func TestEveryGoalIsMeasured(t *testing.T) {
	seen := map[int]bool{}
	for _, measure := range goals {
		rows, err := measure(tiny)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			seen[r.goal] = true
			checkRow(t, r)
		}
	}
	for _, goal := range []int{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14} {
		if !seen[goal] {
			t.Errorf("goal %d has no row", goal)
		}
	}
}

func checkRow(t *testing.T, r row) {
	t.Helper()
	if len(r.figures) == 0 {
		t.Errorf("goal %d has no figures", r.goal)
	}
	for _, f := range r.figures {
		if math.IsNaN(f.ours) || math.IsInf(f.ours, 0) {
			t.Errorf("goal %d: %q is %v", r.goal, f.format, f.ours)
		}
		// The race detector allocates, and costs memory.
		if f.exact && !f.reached() && (r.goal == 10 || !raceEnabled) {
			t.Errorf("goal %d, %s: %s, want %s", r.goal, r.what, f.text("", f.ours), f.limit())
		}
	}
}

func TestGoal10CountsTheWinners(t *testing.T) {
	rows, err := racing(tiny)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 2 {
		t.Fatalf("%d stores, want memory, SQLite and the servers there are", len(rows))
	}
	for _, r := range rows {
		if f := r.figures[0]; f.ours != float64(tiny.races) || f.peer != 0 {
			t.Errorf("%s: one winner in %v races, with the peer in %v; want %d and none", r.what, f.ours, f.peer, tiny.races)
		}
	}
}

func TestAMissedGoalIsShown(t *testing.T) {
	rows := []row{
		{1, "fast", []figure{ratio("%.1f× RAW", 1, 7, 1.6), count("%.0f allocs", 2, none, 3)}},
		{2, "slow", []figure{ratio("%.1f× RAW", 2, 7, 1.6)}},
		{3, "wasteful", []figure{count("%.0f allocs", 4, none, 3)}},
		{4, "few", []figure{{format: "%.0f winners", ours: 199, peer: 0, goal: 200, exact: true}}},
		{5, "unknown", []figure{ratio("%.1f× RAW", math.NaN(), 7, 1.6)}},
	}
	for i, want := range []struct{ reached, broken bool }{{true, false}, {false, false}, {false, true}, {false, true}, {false, false}} {
		if r := rows[i]; r.reached() != want.reached || r.broken() != want.broken {
			t.Errorf("%s: reached %v, broken %v", r.what, r.reached(), r.broken())
		}
	}
	var out bytes.Buffer
	printTable(&out, rows[:2])
	want := `| # | compared | ours              | goal                | peer     | reached |
| - | -------- | ----------------- | ------------------- | -------- | ------- |
| 1 | fast     | 1.0× RAW; 2 allocs | ≤ 1.6× RAW; ≤ 3 allocs | 7.0× RAW | yes     |
| 2 | slow     | 2.0× RAW           | ≤ 1.6× RAW             | 7.0× RAW | NO      |
`
	squeeze := func(s string) string {
		return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '-' }), " ")
	}
	if got := out.String(); squeeze(got) != squeeze(want) {
		t.Errorf("the table is\n%s\nwant\n%s", got, want)
	}
}

func TestAContestantThatFailsEndsTheBenchmark(t *testing.T) {
	_, s, err := subjects()
	if err != nil {
		t.Fatal(err)
	}
	built, err := ginApps(s)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]contestant{
		"RAW":  rawVerify(forged(s.access)),
		"ours": answering(built.ours, forged(s.access), 200),
		"peer": answering(built.peer, forged(s.access), 200),
	} {
		if _, err := tiny.compare(c); err == nil {
			t.Errorf("%s accepts a forged token, and is measured", name)
		}
	}
}

func TestAClientServiceThatRefusesEndsTheBenchmark(t *testing.T) {
	server, err := startChild(decideArg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.stop() })
	url := "http://" + server.address
	tokens, err := strangers(url)
	if err != nil {
		t.Fatal(err)
	}
	client := keptAlive(true)
	t.Cleanup(client.CloseIdleConnections)
	apps := map[string]http.Handler{"original": originalApp(client, url)}
	for _, way := range ways {
		if apps[way.name], err = way.app(url); err != nil {
			t.Fatal(err)
		}
	}
	for name, app := range apps {
		if _, err := crowded(app, tokens, 2); err != nil {
			t.Errorf("%s: good tokens: %v", name, err)
		}
		if _, err := crowded(app, []string{tokens[0], forged(tokens[1])}, 2); err == nil {
			t.Errorf("%s accepts a forged token, and is measured", name)
		}
	}
}
