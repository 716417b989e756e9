package ginauth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/pages"
	"github.com/authplug/authplug/ginauth"
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
	r, a := gin.New(), ginauth.New(service)
	a.Register(r)
	api := r.Group("/api", a.RequireAuth())
	api.GET("/me", func(c *gin.Context) { c.String(http.StatusOK, ginauth.Identity(c).User.Email) })
	api.DELETE("/posts/:id", a.RequireRole("editor"), func(c *gin.Context) { c.Status(http.StatusNoContent) })

	fmt.Println(answer(r, http.MethodGet, "/api/me", access).Body)
	fmt.Println(answer(r, http.MethodGet, "/api/me", "").Body)
	fmt.Println(answer(r, http.MethodDelete, "/api/posts/1", access).Code) // Ann is an editor
	// Output:
	// ann@example.com
	// {"detail":"Authentication credentials were not provided."}
	// 204
}

func ExampleAuth_Register() {
	service, _ := exampleService()
	r, a := gin.New(), ginauth.New(service)
	a.Register(r, auth.Except("create-user", "token-sliding", "token-sliding-refresh"))

	fmt.Println(answer(r, http.MethodPost, "/auth/token/verify/", "").Code)
	fmt.Println(answer(r, http.MethodPost, "/auth/create-user/", "").Code)
	// Output:
	// 400
	// 404
}

func ExampleAuth_Require() {
	service, access := exampleService()
	r, a := gin.New(), ginauth.New(service)
	a.Register(r)
	list := func(c *gin.Context) { c.String(http.StatusOK, "the drafts") }
	r.GET("/news", a.Authenticate(), list)                          // everybody; Identity is nil for nobody
	r.GET("/account", a.RequireAuth(), list)                        // somebody
	r.GET("/drafts", a.RequireRole("editor", "chief"), list)        // any of the roles
	r.GET("/stats", a.RequirePermission("posts.view", "ads"), list) // all of the permissions
	r.GET("/archive", a.Require(auth.Any(auth.Superuser, auth.HasRole("editor")), auth.Not(auth.HasRole("guest"))), list)

	for _, path := range []string{"/news", "/account", "/drafts", "/stats", "/archive"} {
		fmt.Println(path, answer(r, http.MethodGet, path, "").Code, answer(r, http.MethodGet, path, access).Code)
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
	r, a := gin.New(), ginauth.New(service)
	a.Register(r)
	r.GET("/greeting", a.Authenticate(), func(c *gin.Context) {
		who := "stranger"
		if id := ginauth.Identity(c); id != nil {
			who = id.User.Email
		}
		c.String(http.StatusOK, "hello, "+who)
	})

	fmt.Println(answer(r, http.MethodGet, "/greeting", "").Body)
	fmt.Println(answer(r, http.MethodGet, "/greeting", access).Body)
	// Output:
	// hello, stranger
	// hello, ann@example.com
}

func ExampleAuth_RequireLogin() {
	p, err := pages.New(pages.Settings{})
	if err != nil {
		panic(err)
	}
	service, err := auth.New(auth.Settings{
		Signing:   auth.Signing{Key: "an example's key, of at least 32 random bytes in truth"},
		PublicURL: "https://shop.example.com",
		Cookies:   auth.CookieSettings{Mode: auth.CookiesOne},
		Pages:     p,
	}, auth.In(memstore.New()))
	if err != nil {
		panic(err)
	}
	r, a := gin.New(), ginauth.New(service)
	a.Register(r)
	list := func(c *gin.Context) { c.String(http.StatusOK, "your orders") }
	r.GET("/orders", a.RequireLogin(), list) // people go to the login page and come back, programs get 401

	person := httptest.NewRequest(http.MethodGet, "/orders", nil)
	person.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, person)
	fmt.Println(w.Code, w.Header().Get("Location"))
	fmt.Println(answer(r, http.MethodGet, "/orders", "").Code)
	// Output:
	// 303 /auth/login/?next=%2Forders
	// 401
}
