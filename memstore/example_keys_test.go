package memstore_test

import (
	"context"
	"fmt"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// A service changes its keys while it runs, and nobody is logged out.
func ExampleService_ReplaceKeys() {
	secret, err := token.NewSecret("old", token.HS256, []byte(ownKey))
	keys := []token.Key{secret}
	service, u := exampleService(auth.Settings{})
	ctx := context.Background()
	old, _ := service.OpenSession(ctx, auth.UserKey{ID: u.ID}, auth.Client{}, nil)

	var key token.Key
	if err == nil {
		key, err = token.GenerateKey(token.EdDSA)
	}
	if err == nil {
		err = service.ReplaceKeys(append([]token.Key{key}, keys...)...) // the first signs, all verify
	}
	fmt.Println(err)
	_, err = service.Refresh(ctx, old.Refresh, auth.Client{})
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
}
