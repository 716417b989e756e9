package memstore_test

import (
	"context"
	"fmt"

	auth "github.com/authplug/authplug/core"
)

// A service that looks at the rights of each request without reading its store each time.
func ExampleCache() {
	var settings auth.Settings
	settings.Revocation.Cache = auth.NewMemoryCache(100_000, nil)
	service, u := exampleService(settings)

	ctx := context.Background()
	tokens, err := service.OpenSession(ctx, auth.UserKey{ID: u.ID}, auth.Client{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = service.Identify(ctx, tokens.Access, auth.Client{})
	fmt.Println(err)
	_ = service.EndSessions(ctx, auth.UserKey{ID: u.ID})
	_, err = service.Identify(ctx, tokens.Access, auth.Client{})
	fmt.Println(err != nil)
	// Output:
	// <nil>
	// true
}
