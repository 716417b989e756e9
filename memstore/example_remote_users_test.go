package memstore_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/memstore"
)

// signedIn returns an auth-service with the user Ann, its server, and an access token of hers.
func signedIn(settings auth.Settings) (server *httptest.Server, u *auth.User, access string) {
	authService, u := exampleService(settings)
	tokens, err := authService.OpenSession(context.Background(), auth.UserKey{ID: u.ID}, auth.Client{}, nil)
	if err != nil {
		panic(err)
	}
	return httptest.NewServer(site(authService, nil)), u, tokens.Access
}

// What a user of the auth-service may do here is decided here. It is found by its issuer, since an
// address alone names users of the service's own.
func Example_clientServiceRights() {
	server, _, access := signedIn(auth.Settings{})
	defer server.Close()
	var settings auth.Settings
	upstream := remote.Settings{URL: server.URL, AllowInsecure: true} // in development
	service, err := remote.New(settings, auth.In(memstore.New()), upstream)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	id, err := service.Identify(ctx, access, auth.Client{}) // she is mirrored
	if err != nil {
		fmt.Println(err)
		return
	}

	publish := func(u *auth.User) error {
		u.Permissions = append(u.Permissions, "posts.publish")
		return nil
	}
	_, err = service.UpdateUser(ctx, auth.UserKey{Email: "ann@example.com"}, publish)
	fmt.Println("nobody of its own:", errors.Is(err, auth.ErrNotFound))

	issuer := upstream.Issuers(settings)[0]
	u, err := service.UpdateUser(ctx, auth.UserKey{Issuer: issuer, Email: "ann@example.com"}, publish)
	fmt.Println(u.ID == id.User.ID, u.Permissions, err)
	// Output:
	// nobody of its own: true
	// true [posts.publish] <nil>
}

// A service that had passwords of its own becomes a client-service. Whose user of the auth-service
// a user of its own is, somebody has to say who knows it: an equal address proves nothing.
func Example_clientServiceLink() {
	server, there, access := signedIn(auth.Settings{})
	defer server.Close()
	store := memstore.New()
	var settings auth.Settings
	upstream := remote.Settings{URL: server.URL, AllowInsecure: true} // in development
	service, err := remote.New(settings, auth.In(store), upstream)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	_, err = service.CreateUser(ctx, auth.NewUser{Email: "ann@example.com", Password: plain, Roles: []string{"chief"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = service.Identify(ctx, access, auth.Client{})
	fmt.Println("not hers yet:", errors.Is(err, auth.ErrAccountConflict))

	link := func(email, remoteID string) error {
		u, err := store.User(ctx, auth.UserKey{Email: email})
		if err != nil {
			return err
		}
		u.Issuer, u.RemoteID = upstream.Issuers(settings)[0], remoteID
		u.PasswordHash = "" // it opens nothing any more
		return store.UpdateUser(ctx, u)
	}
	if err := link("ann@example.com", there.ID); err != nil {
		fmt.Println(err)
		return
	}
	id, err := service.Identify(ctx, access, auth.Client{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(id.User.Email, id.User.Roles)
	// Output:
	// not hers yet: true
	// ann@example.com [chief]
}

// An auth-service that publishes its keys, in a route of the application's, and a client-service that
// verifies by them.
func Example_clientServicePublishedKeys() {
	key, err := token.ParseJWK([]byte(rfc8037)) // the key of RFC 8037, which everybody knows: make another
	if err != nil {
		fmt.Println(err)
		return
	}
	public, err := key.JWK()
	if err != nil {
		fmt.Println(err)
		return
	}
	keys := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"keys":[%s]}`, public)
	}

	up := authtest.New(printer{}, auth.In(memstore.New()), func(s *auth.Settings) { s.Signing.Keys = []token.Key{key} })
	mux := http.NewServeMux()
	mux.Handle("/", site(up.Service, nil))
	mux.HandleFunc("GET /.well-known/jwks.json", keys)
	server := httptest.NewServer(mux)
	defer server.Close()

	settings := auth.Settings{Signing: auth.Signing{Algorithm: token.EdDSA}, Now: up.Clock.Now}
	upstream := remote.Settings{URL: server.URL, AllowInsecure: true, Verify: remote.VerifyLocal}
	service, err := remote.New(settings, auth.In(memstore.New()), upstream)
	if err != nil {
		fmt.Println(err)
		return
	}
	id, err := service.Identify(context.Background(), up.Token(up.User("ann@example.com")), auth.Client{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(id.User.Email)
	// Output: ann@example.com
}

// Tests of a client-service's routes: a fixture is the auth-service, on the clock of both.
func Example_clientServiceOwnTests() {
	t := printer{}
	routes := func(s *auth.Service) http.Handler { return site(s, auth.Authenticated) }

	up := authtest.New(t, auth.In(memstore.New()))
	server := httptest.NewServer(routes(up.Service))
	defer server.Close()
	service, err := remote.New(auth.Settings{Now: up.Clock.Now}, auth.In(memstore.New()),
		remote.Settings{URL: server.URL, AllowInsecure: true})
	if err != nil {
		t.Fatalf("%v", err)
	}
	app := routes(service)

	ann := up.User("ann@example.com")
	access := up.Token(ann)
	up.Do(app, "GET", "/page", up.Bearer(access)).Want(200)
	up.Clock.Advance(5 * time.Minute)
	up.Do(app, "GET", "/page", up.Bearer(access)).Want(401)
	up.Login(app, "ann@example.com", authtest.Password) // through the client-service

	access = up.Token(ann)
	up.Update(ann, func(u *auth.User) { u.Active = false })
	up.Do(app, "GET", "/page", up.Bearer(access)).Want(200)
	// Output:
	// GET /page = 401 Unauthorized, want 200 OK
	// {"detail":"Token is blacklisted"}
}
