package echoauth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/labstack/echo/v4"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/echoauth"
	"github.com/authplug/authplug/memstore"
)

// exampleService returns a service in memory and an access token of the editor Ann.
func exampleService() (*auth.Service, string) {
	settings := auth.Settings{Signing: auth.Signing{Key: "an example's key, of at least 32 random bytes in truth"}}
	settings.Passwords.Weak = true
	service, err := auth.New(settings, auth.In(memstore.New()))
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	ann, err := service.CreateUser(ctx, auth.NewUser{Email: "ann@example.com", Password: "correct horse 9", Roles: []string{"editor"}})
	if err != nil {
		panic(err)
	}
	tokens, err := service.OpenSession(ctx, auth.UserKey{ID: ann.ID}, auth.Client{}, nil)
	if err != nil {
		panic(err)
	}
	return service, tokens.Access
}

// answer is what an application answers to a request with an access token, or with none.
func answer(app http.Handler, method, path, access string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	if access != "" {
		r.Header.Set("Authorization", "Bearer "+access)
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	return w
}

func Example() {
	service, access := exampleService()
	e, a := echo.New(), echoauth.New(service)
	a.Register(e)
	api := e.Group("/api", a.RequireAuth())
	api.GET("/me", func(c echo.Context) error { return c.String(http.StatusOK, echoauth.Identity(c).User.Email) })
	api.DELETE("/posts/:id", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) }, a.RequireRole("editor"))

	fmt.Println(answer(e, http.MethodGet, "/api/me", access).Body)
	fmt.Println(answer(e, http.MethodGet, "/api/me", "").Body)
	fmt.Println(answer(e, http.MethodDelete, "/api/posts/1", access).Code) // Ann is an editor
	// Output:
	// ann@example.com
	// {"detail":"Authentication credentials were not provided."}
	// 204
}

func ExampleAuth_Register() {
	service, _ := exampleService()
	e, a := echo.New(), echoauth.New(service)
	a.Register(e, auth.Except("create-user", "token-sliding", "token-sliding-refresh"))

	fmt.Println(answer(e, http.MethodPost, "/auth/token/verify/", "").Code)
	fmt.Println(answer(e, http.MethodPost, "/auth/create-user/", "").Code)
	// Output:
	// 400
	// 404
}

func ExampleAuth_Require() {
	service, access := exampleService()
	e, a := echo.New(), echoauth.New(service)
	a.Register(e)
	list := func(c echo.Context) error { return c.String(http.StatusOK, "the drafts") }
	e.GET("/news", list, a.Authenticate())                          // everybody; Identity is nil for nobody
	e.GET("/account", list, a.RequireAuth())                        // somebody
	e.GET("/drafts", list, a.RequireRole("editor", "chief"))        // any of the roles
	e.GET("/stats", list, a.RequirePermission("posts.view", "ads")) // all of the permissions
	e.GET("/archive", list, a.Require(auth.Any(auth.Superuser, auth.HasRole("editor")), auth.Not(auth.HasRole("guest"))))

	for _, path := range []string{"/news", "/account", "/drafts", "/stats", "/archive"} {
		fmt.Println(path, answer(e, http.MethodGet, path, "").Code, answer(e, http.MethodGet, path, access).Code)
	}
	// Output:
	// /news 200 200
	// /account 401 200
	// /drafts 401 200
	// /stats 401 403
	// /archive 401 200
}

func ExampleIdentity() {
	service, access := exampleService()
	e, a := echo.New(), echoauth.New(service)
	a.Register(e)
	e.GET("/greeting", func(c echo.Context) error {
		who := "stranger"
		if id := echoauth.Identity(c); id != nil {
			who = id.User.Email
		}
		return c.String(http.StatusOK, "hello, "+who)
	}, a.Authenticate())

	fmt.Println(answer(e, http.MethodGet, "/greeting", "").Body)
	fmt.Println(answer(e, http.MethodGet, "/greeting", access).Body)
	// Output:
	// hello, stranger
	// hello, ann@example.com
}

// Refusals as the application's own error handler shows them.
func ExamplePassErrors() {
	service, _ := exampleService()
	e, a := echo.New(), echoauth.New(service, echoauth.PassErrors())
	a.Register(e)
	e.GET("/account", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) }, a.RequireAuth())
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		var refusal *auth.Error
		if errors.As(err, &refusal) {
			_ = c.String(refusal.Status(), "refused: "+refusal.Code())
			return
		}
		e.DefaultHTTPErrorHandler(err, c)
	}

	fmt.Println(answer(e, http.MethodGet, "/account", "").Body)
	// Output: refused: not_authenticated
}
