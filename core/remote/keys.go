package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

const (
	keysFresh    = 10 * time.Minute // so long a removed key may go on verifying
	keysLast     = 24 * time.Hour   // so long the keys may not be renewed because of outages
	keysPause    = 10 * time.Second // between fetches that requests ask for while there are keys
	keysFirstTry = time.Second      // between fetches while there are none
)

// keySet is what was fetched at once.
type keySet struct {
	codec   *token.Codec
	fetched time.Time
}

// publishedKeys are the keys that the auth-service publishes, fetched when they are needed.
type publishedKeys struct {
	fetch func(context.Context) ([]token.Key, error)
	codec func([]token.Key) (*token.Codec, error)
	now   func() time.Time

	set atomic.Pointer[keySet] // nil: none was fetched yet

	mu     sync.Mutex
	flight *fetching // the fetch under way, or nil
	sought time.Time // when an unknown key was looked for
	ended  time.Time // when the latest fetch was over
	err    error     // of the latest fetch
}

// fetching is a fetch that several requests wait for.
type fetching struct {
	done chan struct{}
	set  *keySet
	err  error
}

// current returns the keys to verify with. Old ones are renewed meanwhile, and serve on where that
// fails.
func (k *publishedKeys) current(ctx context.Context) (*keySet, error) {
	set, now := k.set.Load(), k.now()
	if set == nil || now.Sub(set.fetched) >= keysLast {
		return k.first(ctx, set)
	}
	if !within(set.fetched, now, keysFresh) {
		k.renew(ctx)
	}
	return set, nil
}

// first waits for keys, since there are none that may be used. It tries once a second.
func (k *publishedKeys) first(ctx context.Context, old *keySet) (*keySet, error) {
	return k.after(ctx, old, func(now time.Time) bool { return k.err != nil && within(k.ended, now, keysFirstTry) })
}

// renew starts a fetch that nobody waits for.
func (k *publishedKeys) renew(ctx context.Context) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.flight == nil && !within(k.ended, k.now(), keysPause) {
		k.start(ctx)
	}
}

// newer returns keys that are newer than old ones that do not fit a token, or the old ones if such
// a token was the cause of a fetch only just: forged tokens must not make one each.
func (k *publishedKeys) newer(ctx context.Context, old *keySet) (*keySet, error) {
	return k.after(ctx, old, func(now time.Time) bool {
		paused := within(k.sought, now, keysPause)
		if !paused {
			k.sought = now
		}
		return paused
	})
}

// after returns keys that are newer than old ones. It waits for a fetch under way, or for another one
// unless it is paused: then it answers what the latest one gave.
func (k *publishedKeys) after(ctx context.Context, old *keySet, paused func(now time.Time) bool) (*keySet, error) {
	f, set, err := k.board(ctx, old, paused)
	if f == nil {
		return set, err
	}
	return f.wait(ctx)
}

// board finds or starts the fetch to wait for. Where there is none to wait for, it says what there is.
func (k *publishedKeys) board(
	ctx context.Context, old *keySet, paused func(now time.Time) bool,
) (f *fetching, set *keySet, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	set = k.set.Load()
	switch {
	case set != old:
		return nil, set, nil
	case k.flight != nil:
		return k.flight, nil, nil
	case paused(k.now()):
		return nil, old, k.err
	}
	return k.start(ctx), nil, nil
}

// start needs the lock. The fetch goes on when the request that it was started for is gone, because
// others may wait for it as well.
func (k *publishedKeys) start(ctx context.Context) *fetching {
	f := &fetching{done: make(chan struct{})}
	k.flight = f
	go k.fly(context.WithoutCancel(ctx), f)
	return f
}

func (k *publishedKeys) fly(ctx context.Context, f *fetching) {
	var ended time.Time
	f.set, ended, f.err = k.load(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	if f.err == nil {
		k.set.Store(f.set)
	}
	k.flight, k.ended, k.err = nil, ended, f.err
	close(f.done)
}

// load fetches keys. A panic is a failure like any other: nobody else would catch it.
func (k *publishedKeys) load(ctx context.Context) (set *keySet, ended time.Time, err error) {
	defer func() {
		if v := recover(); v != nil {
			set, err = nil, unavailable(textConnection, fmt.Errorf("panic: %v", v))
		}
	}()
	began := k.now()
	set, err = k.loaded(ctx, began)
	return set, k.now(), err
}

func (k *publishedKeys) loaded(ctx context.Context, began time.Time) (*keySet, error) {
	keys, err := k.fetch(ctx)
	if err != nil {
		return nil, keyless(err)
	}
	codec, err := k.codec(keys)
	if err == nil && codec == nil {
		err = errors.New("the auth-service publishes no key")
	}
	if err != nil {
		return nil, unavailable(textInvalid, err)
	}
	return &keySet{codec, began}, nil
}

// wait ends with the request that waits.
func (f *fetching) wait(ctx context.Context) (*keySet, error) {
	select {
	case <-f.done:
		return f.set, f.err
	case <-ctx.Done():
		return nil, unavailable(textRequest, context.Cause(ctx))
	}
}

// keyless makes an outage of every failure to fetch keys: what the auth-service refuses to tell is no
// refusal of a token.
func keyless(err error) error {
	var e *auth.Error
	if errors.As(err, &e) && e.Status() == http.StatusServiceUnavailable {
		return e
	}
	return unavailable(textConnection, err)
}

// within tells whether a time was less than d ago. A clock that was put back is no reason to wait.
func within(t, now time.Time, d time.Duration) bool {
	age := now.Sub(t)
	return age >= 0 && age < d
}
