package memstore_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// serve answers a request to a service without a web framework.
func serve(service *auth.Service, routes []auth.Route, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	for _, route := range routes {
		if route.Path != r.URL.Path {
			continue
		}
		p, err := route.Handle(r)
		if err != nil {
			p = service.Answer(r, err)
		}
		p.Write(w)
	}
	return w
}

// post returns a request with a JSON body.
func post(path, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// german is what people are told, by the code of an error or the text of a problem.
var german = map[string]string{
	"no_active_account": "Mit diesen Daten gibt es kein aktives Konto.",

	"This field is required.": "Dieses Feld fehlt.",
	"This password is too short. It must contain at least 8 characters.": "Ein Passwort hat mindestens 8 Zeichen.",
}

// inGerman is an OnError: it answers German to those who read it first.
func inGerman(r *http.Request, e *auth.Error) *auth.Response {
	if !strings.HasPrefix(r.Header.Get("Accept-Language"), "de") {
		return nil // the protocol's answer
	}
	if fields := e.Fields(); fields != nil {
		for _, texts := range fields {
			for i, text := range texts {
				texts[i] = cmp.Or(german[text], text)
			}
		}
		return &auth.Response{Body: fields}
	}
	detail, ok := german[e.Code()]
	if !ok {
		return nil // whole, such as a refused token's messages
	}
	return &auth.Response{Body: map[string]string{"detail": detail, "code": e.Code()}}
}

// Texts in the language of whoever asks. Codes stay: they are for programs.
func Example_translation() {
	service, _ := exampleService(auth.Settings{OnError: inGerman})
	routes := service.Routes()

	ask := func(language string, r *http.Request) {
		r.Header.Set("Accept-Language", language)
		w := serve(service, routes, r)
		fmt.Println(w.Code, w.Body)
	}
	for _, language := range []string{"de-AT", "en"} {
		ask(language, post("/auth/token/", `{"email": "ann@example.com", "password": "wrong"}`))
		ask(language, post("/auth/create-user/", `{"password": "7 signs"}`))
	}
	r := httptest.NewRequest(http.MethodGet, "/auth/user/", nil)
	r.Header.Set("Authorization", "Bearer spent")
	ask("de", r)
	// Output:
	// 401 {"code":"no_active_account","detail":"Mit diesen Daten gibt es kein aktives Konto."}
	// 400 {"email":["Dieses Feld fehlt."],"password":["Ein Passwort hat mindestens 8 Zeichen."]}
	// 401 {"detail":"No active account found with the given credentials"}
	// 400 {"email":["This field is required."],"password":["This password is too short. It must contain at least 8 characters."]}
	// 401 {"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{"token_class":"AccessToken","token_type":"access","message":"Token is invalid or expired"}]}
}

// An endpoint at a path of its own.
func Example_ownPaths() {
	service, _ := exampleService(auth.Settings{Mount: "/"})
	routes := service.Routes(auth.Only("token", "user"), auth.At("token", "/login/"), auth.At("user", "/me/"))
	for _, route := range routes {
		fmt.Println(route.Path)
	}
	w := serve(service, routes, post("/login/", `{"email": "ann@example.com", "password": "`+plain+`"}`))
	fmt.Println(w.Code)
	// Output:
	// /login/
	// /me/
	// 200
}

// A route that takes only tokens which were made for it.
func Example_audience() {
	var settings auth.Settings
	settings.Signing.Audience = []string{"shop", "reports"} // what this service's tokens name
	service, u := exampleService(settings)
	tokens, err := service.OpenSession(context.Background(), auth.UserKey{ID: u.ID}, auth.Client{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+tokens.Access)
	_, err = service.Admit(r, auth.HasAudience("reports"))
	fmt.Println("reports:", err)
	_, err = service.Admit(r, auth.HasAudience("billing"))
	fmt.Println("billing:", errors.Is(err, auth.ErrForbidden))
	// Output:
	// reports: <nil>
	// billing: true
}

// Tokens without HTTP: what a login gave, what is in it, and its end.
func Example_tokens() {
	service, u := exampleService(auth.Settings{})
	ctx := context.Background()
	tokens, err := service.Login(ctx, auth.Credentials{Identifier: ann, Password: plain}, auth.Client{})
	if err != nil {
		fmt.Println(err)
		return
	}
	claims, err := service.Inspect(ctx, tokens.Refresh, token.Refresh, token.Sliding)
	fmt.Println(err, claims.Kind, claims.User == u.ID)
	_, err = service.Inspect(ctx, tokens.Access, token.Refresh)
	fmt.Println("an access token:", errors.Is(err, auth.ErrTokenKind))

	fmt.Println(service.EndSession(ctx, claims.Session)) // or EndSessions, for all of a user
	_, err = service.Inspect(ctx, tokens.Refresh)
	fmt.Println("ended:", errors.Is(err, auth.ErrTokenRevoked))
	// Output:
	// <nil> refresh true
	// an access token: true
	// <nil>
	// ended: true
}

// keys are the keys of programs, and whose they are.
type keys struct {
	service *auth.Service
	owners  map[string]auth.UserKey // in truth a table with hashes of the keys
}

// Authenticate implements auth.Authenticator.
func (k *keys) Authenticate(r *http.Request) (*auth.Identity, error) {
	key := r.Header.Get("X-API-Key")
	if key == "" {
		return nil, auth.ErrNoCredentials
	}
	owner, ok := k.owners[key]
	if !ok {
		return nil, auth.NewError(http.StatusUnauthorized, "bad_key", "This key is not known.")
	}
	u, err := k.service.User(r.Context(), owner)
	return &auth.Identity{User: u}, err
}

// Keys for programs, beside the tokens of people. Guards do not tell them apart.
func ExampleNew_apiKeys() {
	all := &keys{owners: map[string]auth.UserKey{"k-1": {Email: "ann@example.com"}}}
	settings := auth.Settings{Authenticators: []auth.Authenticator{all}}
	service, _ := exampleService(settings)
	all.service = service // it finds the owners

	for _, key := range []string{"k-1", "k-2", ""} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("X-API-Key", key)
		r, err := service.Admit(r, auth.HasRole("editor"))
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(auth.FromContext(r.Context()).User.Email)
	}
	// Output:
	// ann@example.com
	// auth: bad_key: This key is not known.
	// auth: not_authenticated: Authentication credentials were not provided.
}
