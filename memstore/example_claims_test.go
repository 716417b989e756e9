package memstore_test

import (
	"context"
	"crypto/rand"
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

// rfc8037 is the private key of RFC 8037 §A.1.
const rfc8037 = `{"kty":"OKP","crv":"Ed25519","alg":"EdDSA",
	"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`

// A service that can verify tokens but not make them: it has the public key of the one that can.
func Example_publicKey() {
	private, err := token.ParseJWK([]byte(rfc8037)) // the key of RFC 8037, which everybody knows: make another
	if err != nil {
		fmt.Println(err)
		return
	}
	issuer := auth.Settings{Signing: auth.Signing{Keys: []token.Key{private}}}
	issuer.Claims.Access = []string{"email", "roles"}
	issuer.Passwords.Weak = true // for this example to be quick
	accounts, err := auth.New(issuer, auth.In(memstore.New()))
	if err != nil {
		fmt.Println(err)
		return
	}
	published, err := private.JWK() // what others get to see
	if err != nil {
		fmt.Println(err)
		return
	}

	public, err := token.ParseJWK(published)
	if err != nil {
		fmt.Println(err)
		return
	}
	own, err := token.NewSecret("own", token.HS256, []byte(rand.Text()+rand.Text())) // signs nothing that others trust
	if err != nil {
		fmt.Println(err)
		return
	}
	shop := auth.Settings{Signing: auth.Signing{Keys: []token.Key{own, public}}}
	shop.Claims.Stateless = true
	shop.Tokens.AccessOutlivesSession = true // nobody here to ask
	service, err := auth.New(shop, auth.In(memstore.New()))
	if err != nil {
		fmt.Println(err)
		return
	}

	ctx := context.Background()
	u, err := accounts.CreateUser(ctx, auth.NewUser{Email: ann, Password: plain, Roles: []string{"editor"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	tokens, err := accounts.OpenSession(ctx, auth.UserKey{ID: u.ID}, auth.Client{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	id, err := service.Identify(ctx, tokens.Access, auth.Client{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(id.User.Email, id.User.Roles, id.Stateless())
	// Output: ann@example.com [editor] true
}
