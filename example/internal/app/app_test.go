package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

// backlog is a store with something to remove.
type backlog struct {
	left    int
	batches int
	before  time.Time
	err     error
}

func (b *backlog) Ping(context.Context) error { return nil }

func (b *backlog) DeleteExpired(_ context.Context, before time.Time, limit int) (int, error) {
	n := min(b.left, limit)
	b.left -= n
	b.batches++
	b.before = before
	return n, b.err
}

func TestPurgeGoesInBatchesToTheEnd(t *testing.T) {
	for left, batches := range map[int]int{0: 1, 1: 1, batch: 2, 3*batch + 1: 4} {
		b := &backlog{left: left}
		if n, err := purge(t.Context(), b, time.Now()); err != nil || n != left || b.batches != batches {
			t.Errorf("of %d: %d removed in %d batches, %v; want %d batches", left, n, b.batches, err, batches)
		}
	}
	b := &backlog{left: 3 * batch, err: errors.New("gone")}
	if n, err := purge(t.Context(), b, time.Now()); !errors.Is(err, b.err) || n != batch || b.batches != 1 {
		t.Errorf("after a failure: %d removed in %d batches, %v", n, b.batches, err)
	}
}

func TestPurgerWorksAtEachTickAndNotBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b, log := &backlog{left: batch + 7}, &bytes.Buffer{}
	ticks, done := make(chan time.Time), make(chan struct{})
	go func() {
		defer close(done)
		purger{b, time.Minute, slog.New(slog.NewJSONHandler(log, nil))}.run(ctx, ticks)
	}()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	ticks <- now
	ticks <- now.Add(time.Hour) // taken once the first purge is over
	cancel()
	<-done
	if b.batches != 3 || !b.before.Equal(now.Add(time.Hour-time.Minute)) {
		t.Errorf("%d batches, the last before %v", b.batches, b.before)
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"msg":"purge","removed":507`) {
		t.Errorf("log = %s", got)
	}
}

func TestEventsHaveTheirLevels(t *testing.T) {
	for kind, want := range map[auth.EventKind]slog.Level{
		auth.EventLogin: slog.LevelInfo, auth.EventUserChanged: slog.LevelInfo,
		auth.EventLoginFailed: slog.LevelWarn, auth.EventRefreshReused: slog.LevelWarn, auth.EventDenied: slog.LevelWarn,
		auth.EventFailure: slog.LevelError, auth.EventUnavailable: slog.LevelError,
	} {
		if got := levelOf(kind); got != want {
			t.Errorf("levelOf(%s) = %v, want %v", kind, got, want)
		}
	}
	var log bytes.Buffer
	logEvents(slog.New(slog.NewJSONHandler(&log, nil)))(t.Context(), auth.Event{
		Kind: auth.EventLoginFailed, UserID: "7", Reason: "user_inactive", Err: errors.New("why"),
	})
	if got, want := log.String(), `"level":"WARN","msg":"login_failed","user_id":"7","reason":"user_inactive","error":"why"}`; !strings.Contains(got, want) {
		t.Errorf("log = %s, want %s", got, want)
	}
}

func TestAPanicIsA500AndALine(t *testing.T) {
	var log bytes.Buffer
	h := recovered(slog.New(slog.NewJSONHandler(&log, nil)), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("broken") }))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/?token=secret", nil))
	if w.Code != 500 || w.Body.String() != `{"detail":"Internal server error.","code":"internal_error"}` {
		t.Errorf("answer = %d %s", w.Code, w.Body)
	}
	if got := log.String(); !strings.Contains(got, `"value":"broken"`) || strings.Contains(got, "secret") {
		t.Errorf("log = %s", got)
	}
}

func TestRequestsAreLoggedAtDebugOnly(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Pattern = "/items/:id"
		w.WriteHeader(http.StatusTeapot)
	})
	for level, want := range map[slog.Level]string{
		slog.LevelInfo:  "",
		slog.LevelDebug: `"msg":"request","method":"GET","route":"/items/:id","status":418,`,
	} {
		var log bytes.Buffer
		l := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: level}))
		logged(l, h).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/items/1?token=secret", nil))
		if got := log.String(); !strings.Contains(got, want) || (want == "") != (got == "") || strings.Contains(got, "secret") {
			t.Errorf("at %v the log is %q, want %q", level, got, want)
		}
	}
}

func TestPasswordIsOneLine(t *testing.T) {
	for input, want := range map[string]string{
		"secret words": "secret words", "secret words\n": "secret words", "secret words\r\n": "secret words",
		" kept as it is \n": " kept as it is ", "first\nsecond\n": "first", "☃☃☃": "☃☃☃",
	} {
		if got, err := readPassword(strings.NewReader(input)); err != nil || got != want {
			t.Errorf("readPassword(%q) = %q, %v; want %q", input, got, err, want)
		}
	}
	for _, input := range []string{"", "\n", "\r\n", "a\x00b", "a\xffb"} {
		if got, err := readPassword(strings.NewReader(input)); err == nil {
			t.Errorf("readPassword(%q) = %q", input, got)
		}
	}
	if _, err := readPassword(io.MultiReader(strings.NewReader("half a"), errReader{})); !errors.Is(err, errBroken) {
		t.Errorf("of a broken input: %v", err)
	}
}

var errBroken = errors.New("broken")

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errBroken }
