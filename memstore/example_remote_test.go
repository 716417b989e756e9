package memstore_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http/httptest"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/memstore"
)

// The constructor alone makes a client-service: it needs no key, and the store for users alone.
func Example_clientService() {
	store := memstore.New()
	service, err := remote.New(auth.Settings{}, auth.In(store), remote.Settings{URL: "https://auth.example.com"})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = service.Admit(request("no token of anybody's"), auth.Authenticated)
	fmt.Println(err)
	// Output: auth: bad_authorization_header: Invalid basic header. Credentials string should not contain spaces.
}

// What is wrong with the settings is told at once, by field and with the fix.
func Example_clientServiceRefused() {
	_, err := remote.New(auth.Settings{}, auth.In(memstore.New()), remote.Settings{
		URL: "http://auth.example.com", Verify: remote.VerifyHybrid,
	})
	fmt.Println(err)
	// Output:
	// remote: Settings.URL: is plain http, over which everybody on the way reads passwords: use https, or set AllowInsecure in development
	// remote: Settings.CacheTTL: is missing: with Verify hybrid, set how often the auth-service is asked, such as 1m
	// auth: Settings.Signing.Key: is required to verify tokens here: set the secret that the auth-service signs with, or Signing.Algorithm to an asymmetric one, whose keys it publishes
}

// A client-service that verifies tokens by the public keys that the auth-service publishes.
func Example_clientServiceLocal() {
	settings := auth.Settings{Signing: auth.Signing{Algorithm: token.EdDSA}}
	upstream := remote.Settings{URL: "https://auth.example.com", Verify: remote.VerifyLocal}
	_, err := remote.New(settings, auth.In(memstore.New()), upstream)
	fmt.Println(err)
	// Output: <nil>
}

// Access is the application's own data of a user.
type accessGroup struct {
	UserType string `json:"user_type"`
}

// The auth-service tells more of a user than the protocol has; the client-service keeps it, and a
// guard asks for it.
func Example_clientServiceExtraData() {
	ctx, key := context.Background(), auth.Secret(rand.Text()+rand.Text())
	authService, err := auth.New(auth.Settings{
		Signing: auth.Signing{Key: key}, Passwords: auth.PasswordSettings{Weak: true}, // for this example to be quick
		Users: auth.UserSettings{Profile: func(_ context.Context, u *auth.User) (map[string]any, error) {
			return map[string]any{"accessgroup": u.Extra}, nil
		}},
	}, auth.In(memstore.New()))
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(site(authService, nil))
	defer server.Close()

	upstream := remote.Settings{URL: server.URL, AllowInsecure: true} // in development
	upstream.Mirror.Map = func(_ context.Context, p *remote.Profile, u *auth.User) error {
		u.Extra, _ = p.Member("accessgroup")
		return nil
	}
	service, err := remote.New(auth.Settings{}, auth.In(memstore.New()), upstream)
	if err != nil {
		fmt.Println(err)
		return
	}
	insiders := auth.When(func(id *auth.Identity) bool {
		group, err := auth.ExtraAs[accessGroup](id)
		return err == nil && group.UserType == "AUTH"
	})
	for email, userType := range map[string]string{"ann@example.com": "AUTH", "bob@example.com": ""} {
		_, err := authService.CreateUser(ctx, auth.NewUser{Email: email, Password: plain, Extra: accessGroup{userType}})
		if err != nil {
			fmt.Println(err)
		}
	}
	for _, email := range []string{"ann@example.com", "bob@example.com"} {
		tokens, err := service.Login(ctx, auth.Credentials{Identifier: email, Password: plain}, auth.Client{})
		if err != nil {
			fmt.Println(err)
			continue
		}
		_, err = service.Admit(request(tokens.Access), insiders)
		fmt.Println(email, errors.Is(err, auth.ErrForbidden))
	}
	// Output:
	// ann@example.com false
	// bob@example.com true
}
