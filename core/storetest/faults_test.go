package storetest_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest"
)

// tokens is a store of tokens alone, and of users without a name.
type tokens struct {
	auth.Store

	revoked map[string]bool
	users   int
}

func (s *tokens) RevokeToken(_ context.Context, id string, _ time.Time) error {
	s.revoked[id] = true
	return nil
}

func (s *tokens) TokenRevoked(_ context.Context, id string) (bool, error) { return s.revoked[id], nil }

func (s *tokens) CreateUser(_ context.Context, u *auth.User) error {
	s.users++
	u.ID, u.Version = "1", 1
	return nil
}

func (s *tokens) UpdateUser(_ context.Context, u *auth.User) error {
	u.Version++
	return nil
}

func newFaults() (*storetest.Faults, *tokens) {
	below := &tokens{revoked: map[string]bool{}}
	return storetest.NewFaults(below), below
}

func TestEveryMethodHasFaults(t *testing.T) {
	f := storetest.NewFaults(nil)
	f.Inject(storetest.Fault{})
	store := reflect.TypeFor[auth.Store]()
	var names []string
	for i := range store.NumMethod() {
		m := store.Method(i)
		names = append(names, m.Name)
		args := []reflect.Value{reflect.ValueOf(t.Context())}
		for n := 1; n < m.Type.NumIn(); n++ {
			args = append(args, reflect.Zero(m.Type.In(n)))
		}
		if m.Type.NumIn() > 1 && m.Type.In(1) == reflect.TypeFor[*auth.User]() {
			args[1] = reflect.ValueOf(&auth.User{})
		}
		out := reflect.ValueOf(f).MethodByName(m.Name).Call(args)
		if err, _ := reflect.TypeAssert[error](out[len(out)-1]); !errors.Is(err, storetest.ErrFault) {
			t.Errorf("%s: %v", m.Name, err)
		}
	}
	if got := f.Calls(); !slices.Equal(got, names) {
		t.Errorf("Calls() = %v, want %v", got, names)
	}
}

func TestTheNthCallFailsAndNoOther(t *testing.T) {
	f, below := newFaults()
	f.Inject(storetest.Fault{Method: "RevokeToken", Call: 2})
	if _, err := f.TokenRevoked(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	for i, id := range []string{"a", "b", "c", "d"} {
		if err := f.RevokeToken(t.Context(), id, time.Time{}); errors.Is(err, storetest.ErrFault) != (i == 1) {
			t.Errorf("call %d: %v", i+1, err)
		}
	}
	if below.revoked["b"] || !below.revoked["d"] {
		t.Errorf("%v are revoked", below.revoked)
	}
}

func TestACallThatFailsAfterwardsHasTakenEffect(t *testing.T) {
	f, below := newFaults()
	down := errors.New("down")
	f.Inject(storetest.Fault{After: true, Do: storetest.Fail(down)})
	u := &auth.User{Version: 7}
	if err := f.CreateUser(t.Context(), u); !errors.Is(err, down) || below.users != 1 || u.ID != "" {
		t.Errorf("CreateUser = %v, %d users, id %q", err, below.users, u.ID)
	}
	if err := f.UpdateUser(t.Context(), u); !errors.Is(err, down) || u.Version != 7 {
		t.Errorf("UpdateUser = %v, version %d", err, u.Version)
	}
	f.Heal()
	if err := f.CreateUser(t.Context(), u); err != nil || u.ID != "1" || f.UpdateUser(t.Context(), u) != nil || u.Version != 2 {
		t.Errorf("CreateUser = %v, %+v", err, u)
	}
}

func TestPanic(t *testing.T) {
	f, _ := newFaults()
	f.Inject(storetest.Fault{Do: storetest.Panic("boom")})
	defer func() {
		if v := recover(); v != "boom" {
			t.Errorf("panicked with %v", v)
		}
	}()
	_, _ = f.TokenRevoked(t.Context(), "a")
}

func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, below := newFaults()
		until, done := make(chan struct{}), make(chan error, 1)
		f.Inject(storetest.Fault{Call: 1, Do: storetest.Pause(until)}, storetest.Fault{Call: 2, Do: storetest.Pause(nil)})
		go func() { done <- f.RevokeToken(t.Context(), "a", time.Time{}) }()
		synctest.Wait()
		if below.revoked["a"] {
			t.Error("the call was made while it was paused")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := f.RevokeToken(ctx, "b", time.Time{}); !errors.Is(err, context.DeadlineExceeded) || below.revoked["b"] {
			t.Errorf("RevokeToken = %v, %v are revoked", err, below.revoked)
		}
		close(until)
		if err := <-done; err != nil || !below.revoked["a"] {
			t.Errorf("RevokeToken = %v, %v are revoked", err, below.revoked)
		}
	})
}

func TestTheFirstFaultThatFailsDecides(t *testing.T) {
	f, _ := newFaults()
	first := errors.New("first")
	f.Inject(
		storetest.Fault{Do: storetest.Fail(nil)},
		storetest.Fault{Do: storetest.Fail(first)},
		storetest.Fault{},
	)
	if _, err := f.TokenRevoked(t.Context(), "a"); !errors.Is(err, first) {
		t.Error(err)
	}
}
