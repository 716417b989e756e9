package storetest

import (
	"context"
	"errors"
	"sync"
	"time"

	auth "github.com/authplug/authplug/core"
)

var _ auth.Store = (*Faults)(nil)

// ErrFault is how a call fails if its [Fault] says nothing else. To a service it is a store that
// could not answer.
var ErrFault = errors.New("storetest: injected fault")

// Fault is what happens to a call of a store.
type Fault struct {
	// Method is which method is meant, such as "RotateSession". Empty: any.
	Method string

	// Call is which of the method's calls from now on: 1 is the next one. Defaults to 0: each.
	Call int

	// After lets the call take effect first: its caller does not get the answer. It is what a
	// connection does that breaks behind the commit. Defaults to a call that is never made.
	After bool

	// Do is what happens: [Fail], [Panic], [Pause] or a function of the test's own, which gets the
	// context and the method of the call. Its error is that of the call; with nil the call goes on
	// as if there were no fault. Defaults to Fail(ErrFault).
	Do func(ctx context.Context, method string) error
}

// Fail makes a call fail with err.
func Fail(err error) func(context.Context, string) error {
	return func(context.Context, string) error { return err }
}

// Panic makes a call panic with v.
func Panic(v any) func(context.Context, string) error {
	return func(context.Context, string) error { panic(v) }
}

// Pause holds a call up until a channel is closed, and lets it go on then; or until its context is
// done, with whose error it fails. A nil channel is never closed.
func Pause(until <-chan struct{}) func(context.Context, string) error {
	return func(ctx context.Context, _ string) error {
		select {
		case <-until:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Faults is an [auth.Store] over another one, which does what that one does until a [Fault] is
// injected. It is for tests of what a service, or an application, does when its store is down,
// breaks in the middle or hangs: for each call of a flow, make it fail, before and after it has
// taken effect, and look that nothing is half done.
//
//	store := storetest.NewFaults(memstore.New())
//	service, err := auth.New(settings, auth.In(store))
//	…
//	store.Inject(storetest.Fault{Method: "CreateSession", Call: 1, After: true})
//	_, err = service.Login(ctx, credentials, auth.Client{}) // auth.ErrUnavailable
//
// Optional abilities of the store, such as [auth.UserLister], are not passed on. All methods are
// safe for concurrent use; make one with [NewFaults].
type Faults struct {
	auth.Store // below the faults

	mu     sync.Mutex
	faults []*Fault
	calls  []string
}

// NewFaults returns a store that hands every call to s.
func NewFaults(s auth.Store) *Faults { return &Faults{Store: s} }

// Inject adds faults. Each counts the calls from now on; where several mean one call, the first
// whose Do returns an error decides.
func (f *Faults) Inject(faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, fault := range faults {
		if fault.Do == nil {
			fault.Do = Fail(ErrFault)
		}
		f.faults = append(f.faults, &fault)
	}
}

// Heal removes all faults. Calls that are paused stay so.
func (f *Faults) Heal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = nil
}

// Calls returns the methods that were called since it was asked the last time, in the order in
// which the calls began, those that failed included.
func (f *Faults) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	calls := f.calls
	f.calls = nil
	return calls
}

// reached returns the faults of a call.
func (f *Faults) reached(method string) (before, after []Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, method)
	for _, fault := range f.faults {
		if fault.Method != "" && fault.Method != method || !fault.counts() {
			continue
		}
		if fault.After {
			after = append(after, *fault)
		} else {
			before = append(before, *fault)
		}
	}
	return before, after
}

// counts counts a call, and reports whether it is the one that is meant.
func (f *Fault) counts() bool {
	switch f.Call {
	case 0:
		return true
	case 1:
		f.Call = -1 // never again
		return true
	}
	f.Call = max(f.Call-1, -1)
	return false
}

// answered makes a call with its faults.
func answered[T any](ctx context.Context, f *Faults, method string, call func() (T, error)) (T, error) {
	var none T
	before, after := f.reached(method)
	for _, fault := range before {
		if err := fault.Do(ctx, method); err != nil {
			return none, err
		}
	}
	answer, err := call()
	for _, fault := range after {
		if err := fault.Do(ctx, method); err != nil {
			return none, err
		}
	}
	return answer, err
}

// done is [answered] for a method that answers with an error alone.
func (f *Faults) done(ctx context.Context, method string, call func() error) error {
	_, err := answered(ctx, f, method, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

// User implements [auth.UserStore].
func (f *Faults) User(ctx context.Context, key auth.UserKey) (*auth.User, error) {
	return answered(ctx, f, "User", func() (*auth.User, error) { return f.Store.User(ctx, key) })
}

// CreateUser implements [auth.UserStore].
func (f *Faults) CreateUser(ctx context.Context, u *auth.User) error {
	saved := u.Clone()
	err := f.done(ctx, "CreateUser", func() error { return f.Store.CreateUser(ctx, saved) })
	if err == nil {
		u.ID, u.Version = saved.ID, saved.Version
	}
	return err
}

// UpdateUser implements [auth.UserStore].
func (f *Faults) UpdateUser(ctx context.Context, u *auth.User) error {
	saved := u.Clone()
	err := f.done(ctx, "UpdateUser", func() error { return f.Store.UpdateUser(ctx, saved) })
	if err == nil {
		u.Version = saved.Version
	}
	return err
}

// DeleteUser implements [auth.UserStore].
func (f *Faults) DeleteUser(ctx context.Context, id string) error {
	return f.done(ctx, "DeleteUser", func() error { return f.Store.DeleteUser(ctx, id) })
}

// CreateSession implements [auth.SessionStore].
func (f *Faults) CreateSession(ctx context.Context, s *auth.Session, a auth.Admission) ([]string, error) {
	return answered(ctx, f, "CreateSession", func() ([]string, error) { return f.Store.CreateSession(ctx, s, a) })
}

// Session implements [auth.SessionStore].
func (f *Faults) Session(ctx context.Context, id string) (*auth.Session, error) {
	return answered(ctx, f, "Session", func() (*auth.Session, error) { return f.Store.Session(ctx, id) })
}

// LiveSessions implements [auth.SessionStore].
func (f *Faults) LiveSessions(ctx context.Context, userID string, t time.Time) ([]*auth.Session, error) {
	return answered(ctx, f, "LiveSessions", func() ([]*auth.Session, error) { return f.Store.LiveSessions(ctx, userID, t) })
}

// RotateSession implements [auth.SessionStore].
func (f *Faults) RotateSession(ctx context.Context, id, from string, r auth.Rotation) error {
	return f.done(ctx, "RotateSession", func() error { return f.Store.RotateSession(ctx, id, from, r) })
}

// EndSessions implements [auth.SessionStore].
func (f *Faults) EndSessions(ctx context.Context, e auth.Ending) ([]string, error) {
	return answered(ctx, f, "EndSessions", func() ([]string, error) { return f.Store.EndSessions(ctx, e) })
}

// RevokeToken implements [auth.TokenStore].
func (f *Faults) RevokeToken(ctx context.Context, id string, until time.Time) error {
	return f.done(ctx, "RevokeToken", func() error { return f.Store.RevokeToken(ctx, id, until) })
}

// TokenRevoked implements [auth.TokenStore].
func (f *Faults) TokenRevoked(ctx context.Context, id string) (bool, error) {
	return answered(ctx, f, "TokenRevoked", func() (bool, error) { return f.Store.TokenRevoked(ctx, id) })
}

// Ping implements [auth.Maintainer].
func (f *Faults) Ping(ctx context.Context) error {
	return f.done(ctx, "Ping", func() error { return f.Store.Ping(ctx) })
}

// DeleteExpired implements [auth.Maintainer].
func (f *Faults) DeleteExpired(ctx context.Context, before time.Time, limit int) (int, error) {
	return answered(ctx, f, "DeleteExpired", func() (int, error) { return f.Store.DeleteExpired(ctx, before, limit) })
}
