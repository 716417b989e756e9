package remote_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authplug/authplug/core/remote"
)

// wantCanceled checks that a caller is told that it hung up.
func wantCanceled(t *testing.T, err error) {
	t.Helper()
	wantError(t, err, http.StatusServiceUnavailable, "")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the cause is not told: %v", err)
	}
}

// receive waits for something that must happen.
func receive[T any](t *testing.T, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(10 * time.Second):
		t.Fatal("nothing happened")
	}
	return v
}

// patient is a client whose clock is moved by hand.
func patient(t *testing.T, url string) (c *remote.Client, pass func(time.Duration)) {
	t.Helper()
	var passed atomic.Int64
	c = newClient(t, url)
	remote.SetPauses(c)
	begin := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	remote.SetClock(c, func() time.Time { return begin.Add(time.Duration(passed.Load())) })
	return c, func(d time.Duration) { passed.Add(int64(d)) }
}

func TestServiceThatIsDownIsSparedUntilItIsBack(t *testing.T) {
	for _, down := range []int{502, 503, 504} {
		var status atomic.Int32
		status.Store(int32(down))
		u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) { says(int(status.Load()), `{}`)(w, r) })
		c, pass := patient(t, u.URL)
		for range 4 {
			wantError(t, calls["password"](t.Context(), c), http.StatusServiceUnavailable, textError)
		}
		pass(2 * time.Second)
		wantError(t, calls["verify"](t.Context(), c), http.StatusServiceUnavailable, textError)
		wantOpen(t, c)
		if n := len(u.seen()); n != 5 {
			t.Fatalf("%d requests, want none after five outages", n)
		}
		wantError(t, calls["keys"](t.Context(), c), http.StatusServiceUnavailable, textError)
		pass(time.Second)
		status.Store(200)
		for range 3 {
			if err := calls["verify"](t.Context(), c); err != nil {
				t.Fatalf("it is back: %v", err)
			}
		}
	}
}

// wantOpen checks that nothing is asked, but the keys, which may come from another host.
func wantOpen(t *testing.T, c *remote.Client) {
	t.Helper()
	for name, ask := range calls {
		if name == "keys" {
			continue
		}
		e := answered(t, ask(t.Context(), c), http.StatusServiceUnavailable, textConnection)
		if got := e.Response().Header.Get("Retry-After"); got != "1" {
			t.Errorf("%s: Retry-After is %q", name, got)
		}
	}
}

func TestFaultsThatAClientMayProvokeAreNoOutages(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"500":      says(500, `{}`),
		"404":      saysAs("text/html", 404, "<h1>nf</h1>"),
		"redirect": says(302, ""),
		"garbage":  says(200, "garbage"),
		"large":    says(200, string(make([]byte, 70_000))),
		"refused":  says(401, `{"detail":"x"}`),
		"throttle": says(429, `{"detail":"x"}`),
	} {
		u := newUpstream(t, answer)
		if wantClosed(t, u.URL); len(u.seen()) != 20 {
			t.Errorf("%s: %d of 20 calls were made", name, len(u.seen()))
		}
	}
	url, requests := rawUpstream(t, func(c net.Conn) { write(c, "SSH-2.0-OpenSSH\r\n\r\n") })
	if wantClosed(t, url); requests.Load() != 20 {
		t.Errorf("not HTTP: %d of 20 calls were made", requests.Load())
	}
}

// wantClosed makes twenty calls that fail, in ten seconds.
func wantClosed(t *testing.T, url string) {
	t.Helper()
	c, pass := patient(t, url)
	for range 20 {
		if err := calls["token"](t.Context(), c); err == nil {
			t.Fatal("accepted")
		}
		pass(time.Second / 2)
	}
}

func TestOpenCircuitIsNotWaitedFor(t *testing.T) {
	url, _ := rawUpstream(t, func(net.Conn) {})
	c, pass := patient(t, url)
	for range 4 {
		_ = calls["token"](t.Context(), c)
	}
	pass(2 * time.Second)
	remote.SetPauses(c, time.Hour)
	begin := time.Now()
	wantError(t, calls["verify"](t.Context(), c), http.StatusServiceUnavailable, textConnection)
	if took := time.Since(begin); took > 250*time.Millisecond {
		t.Errorf("it took %v", took)
	}
}

func TestCallersWhoHangUpAreNoOutage(t *testing.T) {
	url, _ := rawUpstream(t, linger)
	c, pass := patient(t, url)
	for range 20 {
		ctx, hangUp := context.WithTimeout(t.Context(), 2*time.Millisecond)
		err := calls["token"](ctx, c)
		hangUp()
		e := answered(t, err, http.StatusServiceUnavailable, "")
		if e.Detail() == textConnection || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("the circuit opened: %v", err)
		}
		pass(time.Second / 2)
	}
}

func TestOneProbeIsSentAndAnother(t *testing.T) {
	var hang atomic.Bool
	asked := make(chan struct{}, 100)
	u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		if hang.Load() {
			<-r.Context().Done()
			return
		}
		says(http.StatusServiceUnavailable, `{}`)(w, r)
	})
	c, pass := patient(t, u.URL)
	for range 5 {
		_ = calls["token"](t.Context(), c)
		receive(t, asked)
		pass(time.Second)
	}
	hang.Store(true)
	for range 2 { // the first probe hangs up, and makes room for the second
		ctx, hangUp := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { wantCanceled(t, calls["token"](ctx, c)) })
		receive(t, asked)
		for range 20 {
			all.Go(func() { wantError(t, calls["token"](t.Context(), c), http.StatusServiceUnavailable, textConnection) })
		}
		time.Sleep(10 * time.Millisecond) // they have come and gone
		hangUp()
		all.Wait()
	}
	if n := len(u.seen()); n != 7 {
		t.Errorf("%d requests, want five and two probes", n)
	}
}
