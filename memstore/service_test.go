package memstore_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
)

// A service without a web framework: routes and guards are plain values.
func ExampleNew_service() {
	service, err := auth.New(auth.Settings{
		Signing:   auth.Signing{Key: auth.Secret(rand.Text() + rand.Text())},
		Passwords: auth.PasswordSettings{Weak: true}, // for this example to be quick
	}, auth.In(memstore.New()))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	_, err = service.CreateUser(ctx, auth.NewUser{
		Email: "ann@example.com", Password: "correct horse battery", Roles: []string{"editor"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	first, err := service.Login(ctx, auth.Credentials{Identifier: "Ann@Example.com", Password: "correct horse battery"}, auth.Client{})
	fmt.Println("login:", err)

	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+first.Access)
	r, err = service.Admit(r, auth.HasRole("editor"))
	fmt.Println("guard:", err, auth.FromContext(r.Context()).User.Email)

	_, err = service.Refresh(ctx, first.Refresh, auth.Client{})
	fmt.Println("refresh:", err)
	_, err = service.Refresh(ctx, first.Refresh, auth.Client{})
	fmt.Println("again:", errors.Is(err, auth.ErrTokenRevoked))

	_, err = service.Identify(ctx, first.Access, auth.Client{})
	fmt.Println("the session is over:", errors.Is(err, auth.ErrTokenRefused))
	// Output:
	// login: <nil>
	// guard: <nil> ann@example.com
	// refresh: <nil>
	// again: true
	// the session is over: true
}
