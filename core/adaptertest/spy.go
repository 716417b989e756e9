package adaptertest

import (
	"context"
	"errors"
	"sync"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest"
)

var errOutage = errors.New("the disk is on fire: SELECT secret FROM users")

// spy is a store that counts its calls, looks at their contexts and can be made to fail.
type spy struct {
	*storetest.Faults

	mu    sync.Mutex
	waits map[string]wait
}

func newSpy(store auth.Store) *spy {
	s := &spy{Faults: storetest.NewFaults(store)}
	s.heal()
	return s
}

// fail makes methods fail from now on, by name; "*" is all of them.
func (s *spy) fail(methods ...string) {
	s.hook(func(method string) error {
		for _, m := range methods {
			if m == method || m == "*" {
				return errOutage
			}
		}
		return nil
	}, nil)
}

// failCall makes the n-th call from now on do something else, and fail. What it returns tells the
// name of the method that failed, or nothing if there were fewer calls.
func (s *spy) failCall(n int, instead func()) (failed func() string) {
	var mu sync.Mutex
	var name string
	s.hook(func(method string) error {
		mu.Lock()
		defer mu.Unlock()
		n--
		if n != 0 {
			return nil
		}
		name = method
		instead()
		return errOutage
	}, nil)
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		return name
	}
}

// heal ends all failures.
func (s *spy) heal() { s.hook(nil, nil) }

// hook sets what happens before and after each call, in place of the call or of its answer unless it
// returns nil.
func (s *spy) hook(before, after func(method string) error) {
	s.Heal()
	for _, fault := range []struct {
		after bool
		do    func(method string) error
	}{{false, before}, {true, after}} {
		if fault.do != nil {
			s.Inject(storetest.Fault{After: fault.after, Do: func(_ context.Context, method string) error { return fault.do(method) }})
		}
	}
	s.Inject(storetest.Fault{Do: s.look})
}

// meet lets the next n calls of a method wait for each other before they return: what is read there
// is read by all of them before anybody goes on to write. Nobody waits for ever.
func (s *spy) meet(method string, n int) {
	var mu sync.Mutex
	met := make(chan struct{})
	s.hook(nil, func(reached string) error {
		if reached != method {
			return nil
		}
		mu.Lock()
		n--
		if n == 0 {
			close(met)
		}
		mu.Unlock()
		select {
		case <-met:
		case <-time.After(10 * time.Second):
		}
		return nil
	})
}

// calls returns how often each method was called since the last time.
func (s *spy) calls() map[string]int {
	counts := map[string]int{}
	for _, method := range s.Calls() {
		counts[method]++
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits = nil
	return counts
}

// wait is what the context of a call said when the call was made.
type wait struct {
	left time.Duration // of the time; 0: for ever
	err  error
}

// wait returns that of the last call of a method since calls were counted.
func (s *spy) wait(method string) wait {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waits[method]
}

func (s *spy) look(ctx context.Context, method string) error {
	w := wait{err: ctx.Err()}
	if end, ok := ctx.Deadline(); ok {
		w.left = time.Until(end)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waits == nil {
		s.waits = map[string]wait{}
	}
	s.waits[method] = w
	return nil
}

// User implements [auth.UserStore]. A look for nobody does not count: a store may answer that
// without one.
func (s *spy) User(ctx context.Context, key auth.UserKey) (*auth.User, error) {
	if key == (auth.UserKey{Issuer: key.Issuer}) {
		return s.Store.User(ctx, key)
	}
	return s.Faults.User(ctx, key)
}
