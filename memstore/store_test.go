package memstore_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest"
	"github.com/authplug/authplug/memstore"
)

func TestStoreKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(*testing.T) auth.Store { return memstore.New() })
}

func TestTimesLoseTheMonotonicClock(t *testing.T) {
	s, joined := memstore.New(), time.Now()
	u := &auth.User{UUID: "5a17c0de-0000-4000-8000-000000000001", DateJoined: joined}
	if err := s.CreateUser(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	got, err := s.User(t.Context(), auth.UserKey{ID: u.ID})
	if err != nil {
		t.Fatal(err)
	}
	if want := joined.UTC().Truncate(time.Millisecond).Round(0); got.DateJoined != want {
		t.Errorf("DateJoined is %#v, want %#v", got.DateJoined, want)
	}
}

func ExampleNew() {
	ctx, store := context.Background(), memstore.New()
	ada := &auth.User{UUID: "5a17c0de-0000-4000-8000-000000000001", Email: "ada@example.com"}
	fmt.Println(store.CreateUser(ctx, ada), ada.ID)

	twin := &auth.User{UUID: "5a17c0de-0000-4000-8000-000000000002", Email: "ada@example.com"}
	fmt.Println(errors.Is(store.CreateUser(ctx, twin), auth.ErrExists))
	// Output:
	// <nil> 1
	// true
}
