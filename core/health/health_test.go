package health

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func ask(h http.Handler, method string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, "/readyz", nil))
	return w
}

func want(t *testing.T, w *httptest.ResponseRecorder, status int, body, retry string) {
	t.Helper()
	if w.Code != status || w.Body.String() != body || w.Header().Get("Retry-After") != retry {
		t.Errorf("%d %s with Retry-After %q; want %d %s with %q", w.Code, w.Body, w.Header().Get("Retry-After"), status, body, retry)
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Error("the answer may be kept")
	}
}

const (
	ok   = `{"status":"ok"}`
	away = `{"status":"unavailable"}`
)

func TestReadinessFollowsTheChecks(t *testing.T) {
	var down atomic.Bool
	now := time.Unix(1_700_000_000, 0)
	r := NewReady(func(context.Context) error { return nil }, func(context.Context) error {
		if down.Load() {
			return errors.New("secret: the database is at 10.0.0.7")
		}
		return nil
	})
	r.now = func() time.Time { return now }
	want(t, ask(r, http.MethodGet), 200, ok, "")
	down.Store(true)
	want(t, ask(r, http.MethodGet), 200, ok, "") // for a second
	now = now.Add(time.Second)
	want(t, ask(r, http.MethodGet), 503, away, "1")
	want(t, ask(r, http.MethodHead), 503, "", "1")
	down.Store(false)
	now = now.Add(-time.Hour) // a clock that is set back keeps nothing for longer
	want(t, ask(r, http.MethodGet), 200, ok, "")
	want(t, ask(r, http.MethodPost), 405, `{"detail":"Method not allowed."}`, "")
}

func TestAFloodOfProbesIsOneCheck(t *testing.T) {
	var checks atomic.Int64
	enough := make(chan struct{})
	r := NewReady(func(context.Context) error {
		checks.Add(1)
		<-enough
		return nil
	})
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() { want(t, ask(r, http.MethodGet), 200, ok, "") })
	}
	time.AfterFunc(10*time.Millisecond, func() { close(enough) })
	wg.Wait()
	if n := checks.Load(); n != 1 {
		t.Errorf("%d checks for 100 probes", n)
	}
}

func TestAProcessThatStopsIsNotReadyAndLives(t *testing.T) {
	r := NewReady()
	want(t, ask(r, http.MethodGet), 200, ok, "")
	r.Stop()
	r.Stop()
	want(t, ask(r, http.MethodGet), 503, away, "1")
	want(t, ask(http.HandlerFunc(Live), http.MethodGet), 200, ok, "")
	if err := r.Err(); !errors.Is(err, ErrStopping) {
		t.Errorf("Err() = %v", err)
	}
}

func TestAnAnswerDoesNotHangWithACheck(t *testing.T) {
	r := NewReady(func(ctx context.Context) error {
		if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > patience {
			t.Errorf("the check has until %v", deadline)
		}
		return nil
	}, func(context.Context) error { panic("broken") })
	want(t, ask(r, http.MethodGet), 503, away, "1")
}
