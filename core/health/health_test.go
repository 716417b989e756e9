package health

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
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
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		r := NewReady(func(context.Context) error { return nil }, func(context.Context) error {
			if down.Load() {
				return errors.New("secret: the database is at 10.0.0.7")
			}
			return nil
		})
		want(t, ask(r, http.MethodGet), 200, ok, "")
		down.Store(true)
		time.Sleep(validity - time.Nanosecond)
		want(t, ask(r, http.MethodGet), 200, ok, "") // for a second
		time.Sleep(time.Nanosecond)
		want(t, ask(r, http.MethodGet), 503, away, "1")
		want(t, ask(r, http.MethodHead), 503, "", "1")
		down.Store(false)
		time.Sleep(validity)
		want(t, ask(r, http.MethodGet), 200, ok, "")
		want(t, ask(r, http.MethodPost), 405, `{"detail":"Method not allowed."}`, "")
	})
}

func TestAFloodOfProbesIsOneCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var checks atomic.Int64
		r := NewReady(func(context.Context) error {
			checks.Add(1)
			time.Sleep(patience / 2)
			return nil
		})
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() { want(t, ask(r, http.MethodGet), 200, ok, "") })
		}
		wg.Wait()
		if n := checks.Load(); n != 1 {
			t.Errorf("%d checks for 100 probes", n)
		}
	})
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

func TestAProbeDoesNotWaitForACheckThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var checks atomic.Int64
		over := make(chan struct{})
		r := NewReady(func(context.Context) error { // it takes no notice of its context
			checks.Add(1)
			<-over
			return nil
		})
		var probes sync.WaitGroup
		for range 10 {
			probes.Go(func() { wantHanging(t, r, patience) })
			time.Sleep(patience / 10)
		}
		probes.Wait()
		for range 10 { // those who ask later need not wait at all
			wantHanging(t, r, 0)
			time.Sleep(time.Minute)
		}
		if n := checks.Load(); n != 1 {
			t.Errorf("%d checks while one hangs", n)
		}
		close(over)
		synctest.Wait()
		want(t, ask(r, http.MethodGet), 200, ok, "")
		time.Sleep(validity)
		want(t, ask(r, http.MethodGet), 200, ok, "")
		if n := checks.Load(); n != 2 {
			t.Errorf("%d checks, want a second one after the first", n)
		}
	})
}

// wantHanging wants a probe to fail within a time.
func wantHanging(t *testing.T, r *Ready, most time.Duration) {
	t.Helper()
	began := time.Now()
	want(t, ask(r, http.MethodGet), 503, away, "1")
	if took := time.Since(began); took > most {
		t.Errorf("the answer took %v, want %v at most", took, most)
	}
	if err := r.Err(); !errors.Is(err, ErrHangs) {
		t.Errorf("Err() = %v", err)
	}
}

func TestAProcessThatStopsDoesNotWaitForACheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewReady(func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		})
		began := time.Now()
		time.AfterFunc(patience/2, r.Stop)
		want(t, ask(r, http.MethodGet), 503, away, "1")
		if took := time.Since(began); took != patience/2 {
			t.Errorf("it took %v", took)
		}
		time.Sleep(patience) // until the check has ended
	})
}

func TestACheckHasATimeAndMayPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewReady(func(ctx context.Context) error {
			if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > patience {
				t.Errorf("the check has until %v", deadline)
			}
			return nil
		}, func(context.Context) error { panic("broken") })
		want(t, ask(r, http.MethodGet), 503, away, "1")
	})
}
