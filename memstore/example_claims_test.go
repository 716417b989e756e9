package memstore_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/memstore"
)

// Data of the application's own about a user: in the store, in tokens and in the profile.
func Example_extraData() {
	type Access struct {
		Group string `json:"group"`
	}

	var settings auth.Settings
	settings.Claims.More = func(_ context.Context, u *auth.User, kind token.Kind) (map[string]any, error) {
		if kind == token.Refresh {
			return nil, nil // nobody but this service reads it
		}
		return map[string]any{"access": u.Extra}, nil
	}
	settings.Users.Profile = func(_ context.Context, u *auth.User) (map[string]any, error) {
		return map[string]any{"access": u.Extra}, nil
	}
	service, ann := exampleService(settings)

	ctx := context.Background()
	_, err := service.UpdateUser(ctx, auth.UserKey{ID: ann.ID}, func(u *auth.User) error {
		u.Extra = []byte(`{"group":"sales"}`)
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	tokens, err := service.Login(ctx, auth.Credentials{Identifier: ann.Email, Password: plain}, auth.Client{})
	if err != nil {
		fmt.Println(err)
		return
	}
	identity, err := service.Identify(ctx, tokens.Access, auth.Client{}) // in a handler: ginauth.Identity(c)
	if err != nil {
		fmt.Println(err)
		return
	}

	access, err := auth.ExtraAs[Access](identity) // from the user, typed
	fmt.Println(access.Group, err)
	claim, err := auth.ClaimAs[Access](identity, "access") // from the token, typed
	fmt.Println(claim.Group, err)
	// Output:
	// sales <nil>
	// sales <nil>
}

// A service that shares the key and has no table of users: what it knows, it knows from claims.
func Example_stateless() {
	issuer := auth.Settings{}
	issuer.Claims.Access = []string{"email", "roles"}
	accounts, ann := exampleService(issuer)

	shop := auth.Settings{Signing: auth.Signing{Key: ownKey}}
	shop.Claims.Stateless = true
	shop.Tokens.AccessOutlivesSession = true // nobody here to ask
	blog, err := auth.New(shop, auth.In(memstore.New()))
	if err != nil {
		fmt.Println(err)
		return
	}

	ctx := context.Background()
	tokens, err := accounts.Login(ctx, auth.Credentials{Identifier: ann.Email, Password: plain}, auth.Client{})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+tokens.Access)
	r, err = blog.Admit(r, auth.HasRole("editor"))
	fmt.Println(auth.FromContext(r.Context()).User.Email, err)
	// Output: ann@example.com <nil>
}
