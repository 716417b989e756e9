package memstore_test

import (
	"context"
	"errors"
	"fmt"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/core/storetest"
	"github.com/authplug/authplug/memstore"
)

// What an application does while its store is down can be tried with package storetest: here a
// login of which nobody knows whether it has opened a session, as the answer got lost.
func Example_faults() {
	ctx := context.Background()
	store := storetest.NewFaults(memstore.New())
	a := authtest.New(printer{}, auth.In(store))
	ann := a.User("ann@example.com")
	login := func() error {
		_, err := a.Service.Login(ctx, auth.Credentials{Identifier: ann.Email, Password: authtest.Password}, auth.Client{})
		return err
	}

	store.Inject(storetest.Fault{Method: "CreateSession", Call: 1, After: true})
	store.Calls()
	fmt.Println(errors.Is(login(), auth.ErrUnavailable), store.Calls())
	fmt.Println(login())
	sessions, _ := a.Service.Sessions(ctx, auth.UserKey{ID: ann.ID})
	fmt.Println(len(sessions), "sessions")

	store.Inject(storetest.Fault{Do: storetest.Panic("a bug in the driver")})
	fmt.Println(errors.Is(login(), auth.ErrUnavailable))
	store.Heal()
	fmt.Println(login())
	// Output:
	// true [User CreateSession]
	// <nil>
	// 2 sessions
	// true
	// <nil>
}
