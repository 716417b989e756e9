package password_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authplug/authplug/core/password"
)

const preferredMemory = 19456

// occupied is a hasher whose permits are all taken until release is called.
func occupied(t *testing.T, c password.Config) (h *password.Hasher, release func()) {
	t.Helper()
	h = newHasher(t, c)
	end := make(chan struct{})
	for range c.Permits {
		go func() { _ = h.Run(t.Context(), 0, func() { <-end }) }()
	}
	synctest.Wait()
	if got := h.Stats(); got.Running != c.Permits || got.Waiting != 0 {
		t.Fatalf("Stats() = %+v, want %d running", got, c.Permits)
	}
	return h, sync.OnceFunc(func() { close(end); synctest.Wait() })
}

func TestNoMoreThanThePermittedRunAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(t, password.Config{Permits: 3})
		var running atomic.Int64
		work := func() {
			if now := running.Add(1); now > 3 {
				t.Errorf("%d run at once, want 3 at most", now)
			}
			time.Sleep(100 * time.Millisecond) // By the bubble's clock: no time passes.
			running.Add(-1)
		}
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				if err := h.Run(t.Context(), preferredMemory, work); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if got := h.Stats(); got.Running != 3 || got.Waiting != 17 {
			t.Errorf("Stats() = %+v, want 3 running and 17 waiting", got)
		}
		group.Wait()
		if got := h.Stats(); got != (password.Stats{Computed: 20}) {
			t.Errorf("Stats() = %+v, want 20 computed and nothing else", got)
		}
	})
}

func TestFullQueueIsBusyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, release := occupied(t, password.Config{Permits: 2, Queue: 3, Weak: true})
		defer release()
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				if _, err := h.Hash(t.Context(), secret); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		start := time.Now()
		if _, err := h.Check(t.Context(), secret, ""); !errors.Is(err, password.ErrBusy) {
			t.Errorf("the fourth that waits: error %v, want ErrBusy", err)
		}
		if waited := time.Since(start); waited != 0 {
			t.Errorf("it waited %v, want no time", waited)
		}
		if got := h.Stats(); got.Busy != 1 || got.Waiting != 3 {
			t.Errorf("Stats() = %+v, want 1 busy and 3 waiting", got)
		}
		release()
		group.Wait()
	})
}

func TestWaitingEndsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, release := occupied(t, password.Config{Permits: 1, Wait: 5 * time.Second, Weak: true})
		defer release()
		start := time.Now()
		err := h.Burn(t.Context(), secret)
		if !errors.Is(err, password.ErrBusy) || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want ErrBusy and not the deadline", err)
		}
		if waited := time.Since(start); waited != 5*time.Second {
			t.Errorf("it waited %v, want 5s", waited)
		}
		if got := h.Stats(); got.Busy != 1 || got.Waiting != 0 || got.Computed != 1 {
			t.Errorf("Stats() = %+v, want 1 busy, none waiting, 1 computed", got)
		}
	})
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, release := occupied(t, password.Config{Permits: 1, Weak: true})
		defer release()
		canceled, cancel := context.WithCancel(t.Context())
		short, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		var group sync.WaitGroup
		for ctx, want := range map[context.Context]error{
			canceled: context.Canceled, short: context.DeadlineExceeded,
		} {
			group.Go(func() {
				if _, err := h.Hash(ctx, secret); !errors.Is(err, want) || errors.Is(err, password.ErrBusy) {
					t.Errorf("error %v, want %v", err, want)
				}
			})
		}
		synctest.Wait()
		if got := h.Stats().Waiting; got != 2 {
			t.Errorf("%d wait, want 2", got)
		}
		cancel()
		group.Wait()
		if got := h.Stats(); got.Waiting != 0 || got.Busy != 0 {
			t.Errorf("Stats() = %+v, want none waiting and none busy", got)
		}
	})
}

func TestPermitIsHeldWhenTheClientLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(t, password.Config{Permits: 1, Weak: true})
		ctx, leave := context.WithCancel(t.Context())
		end := make(chan struct{})
		go func() { _ = h.Run(ctx, 0, func() { <-end }) }()
		synctest.Wait()
		leave()
		if err := h.Burn(t.Context(), secret); !errors.Is(err, password.ErrBusy) {
			t.Errorf("while the abandoned one runs: error %v, want ErrBusy", err)
		}
		close(end)
		synctest.Wait()
		if err := h.Burn(t.Context(), secret); err != nil {
			t.Errorf("when it has ended: %v", err)
		}
	})
}

func TestBulkyHashesTakeSeveralPermits(t *testing.T) {
	for _, test := range []struct {
		memory uint32
		want   int // of four permits, how many such hashes run at once
	}{
		{0, 4},
		{16384, 4},
		{preferredMemory, 4},
		{preferredMemory + 1, 2},
		{2 * preferredMemory, 2},
		{3 * preferredMemory, 1},
		{102400, 1},
		{262144, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := newHasher(t, password.Config{Permits: 4})
			for range 5 {
				go func() { _ = h.Run(t.Context(), test.memory, func() { time.Sleep(time.Second) }) }()
			}
			synctest.Wait()
			if got := h.Stats().Running; got != test.want {
				t.Errorf("%d of %d KiB run at once, want %d", got, test.memory, test.want)
			}
			time.Sleep(time.Minute) // Until all have ended, by the bubble's clock.
		})
	}
}

func TestPermitIsReturnedByAPanic(t *testing.T) {
	h := newHasher(t, password.Config{Permits: 1, Weak: true})
	func() {
		defer func() { _ = recover() }()
		_ = h.Run(t.Context(), 0, func() { panic("computation") })
	}()
	if err := h.Burn(t.Context(), secret); err != nil {
		t.Errorf("after a panic: %v", err)
	}
	if got := h.Stats().Running; got != 0 {
		t.Errorf("%d run, want none", got)
	}
}

func TestManyCallersShareOneHasher(t *testing.T) {
	h := newHasher(t, password.Config{Permits: 2, Queue: 200, Wait: time.Minute, Weak: true})
	stored := hashOf(t, h, secret)
	var group sync.WaitGroup
	for i := range 100 {
		group.Go(func() {
			typed := secret
			if i%2 == 1 {
				typed = "wrong"
			}
			result, err := h.Check(t.Context(), typed, stored)
			if err != nil || result.OK != (typed == secret) || result.Stale {
				t.Errorf("Check(%q) = %+v, %v", typed, result, err)
			}
		})
	}
	group.Wait()
	if got := h.Stats(); got != (password.Stats{Computed: 101}) {
		t.Errorf("Stats() = %+v, want 101 computed", got)
	}
}
