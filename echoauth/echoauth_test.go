package echoauth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest"
	"github.com/authplug/authplug/echoauth"
	"github.com/authplug/authplug/memstore"
)

func store(*testing.T) auth.Store { return memstore.New() }

func TestAdapter(t *testing.T) {
	adaptertest.Run(t, adaptertest.Harness{Serve: serveWith(echo.New, nil), Store: store})
}

// A handler that answers with what package auth says has the same answers.
func TestAdapterThatPassesErrors(t *testing.T) {
	adaptertest.Run(t,
		adaptertest.Harness{Serve: serveWith(echo.New, answering, echoauth.PassErrors()), Store: store})
}

type serve = func(*auth.Service, []adaptertest.Route, ...auth.RouteOption) http.Handler

// answering is an error handler that writes what it is given.
func answering(_ *auth.Service, e *echo.Echo) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		var known *auth.Error
		var answer *echo.HTTPError
		if !errors.As(err, &known) || !errors.As(err, &answer) {
			e.DefaultHTTPErrorHandler(err, c)
			return
		}
		(&auth.Response{Status: answer.Code, Body: answer.Message}).Write(c.Response())
	}
}

func serveWith(
	engine func() *echo.Echo, handler func(*auth.Service, *echo.Echo) echo.HTTPErrorHandler,
	options ...echoauth.Option,
) serve {
	return func(s *auth.Service, routes []adaptertest.Route, opts ...auth.RouteOption) http.Handler {
		e, a := engine(), echoauth.New(s, options...)
		if handler != nil {
			e.HTTPErrorHandler = handler(s, e)
		}
		a.Register(e, opts...)
		for _, route := range routes {
			e.Add(route.Method, route.Path, func(c echo.Context) error {
				return c.JSON(http.StatusOK, route.Handle(c.Request(), echoauth.Identity(c)))
			}, middleware(a, route))
		}
		return e
	}
}

func middleware(a *echoauth.Auth, route adaptertest.Route) echo.MiddlewareFunc {
	switch {
	case route.Auth:
		return a.RequireAuth()
	case len(route.Role) > 0:
		return a.RequireRole(route.Role[0], route.Role[1:]...)
	case len(route.Permissions) > 0:
		return a.RequirePermission(route.Permissions[0], route.Permissions[1:]...)
	case len(route.Guards) > 0:
		return a.Require(route.Guards[0], route.Guards[1:]...)
	}
	return a.Authenticate()
}

func newService(t *testing.T) *auth.Service {
	t.Helper()
	service, err := auth.New(auth.Settings{
		Signing: auth.Signing{Key: adaptertest.Key, AllowSampleKey: true}, Passwords: auth.PasswordSettings{Weak: true},
	}, auth.In(memstore.New()))
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// access returns an access token of a new user.
func access(t *testing.T, s *auth.Service) string {
	t.Helper()
	_, err := s.CreateUser(t.Context(), auth.NewUser{Email: "ann@example.com", Password: adaptertest.Password})
	if err != nil {
		t.Fatal(err)
	}
	c := auth.Credentials{Identifier: "ann@example.com", Password: adaptertest.Password}
	tokens, err := s.Login(t.Context(), c, auth.Client{})
	if err != nil {
		t.Fatal(err)
	}
	return tokens.Access
}

func get(h http.Handler, path, access string) *httptest.ResponseRecorder {
	r, w := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
	if access != "" {
		r.Header.Set("Authorization", "Bearer "+access)
	}
	h.ServeHTTP(w, r)
	return w
}

func noContent(c echo.Context) error { return c.NoContent(http.StatusNoContent) }

// Gin answers 404 there: the one known difference between the frameworks.
func TestAnUnknownPathBelowAGuardedGroupIs401(t *testing.T) {
	e, a := echo.New(), echoauth.New(newService(t))
	e.Group("/api", a.RequireAuth()).GET("/me", noContent)
	for _, path := range []string{"/api/me", "/api/nothing"} {
		if w := get(e, path, ""); w.Code != http.StatusUnauthorized {
			t.Errorf("%s is answered %d", path, w.Code)
		}
	}
	if w := get(e, "/nothing", ""); w.Code != http.StatusNotFound {
		t.Errorf("a path beside the group is answered %d", w.Code)
	}
}

func TestPassErrorsHandsRefusalsToTheErrorHandler(t *testing.T) {
	var seen []error
	e, a := echo.New(), echoauth.New(newService(t), echoauth.PassErrors())
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		seen = append(seen, err)
		_ = c.String(http.StatusTeapot, "no")
	}
	a.Register(e)
	e.GET("/me", noContent, a.RequireAuth())
	for _, path := range []string{"/me", "/auth/token/"} {
		if w := get(e, path, ""); w.Code != http.StatusTeapot || w.Body.String() != "no" {
			t.Errorf("%s is answered %d %s", path, w.Code, w.Body)
		}
	}
	if len(seen) != 2 || !errors.Is(seen[0], auth.ErrNoCredentials) {
		t.Fatalf("errors = %v", seen)
	}
	var failure *auth.Error
	if !errors.As(seen[1], &failure) || failure.Status() != http.StatusMethodNotAllowed {
		t.Errorf("error of an endpoint = %v", seen[1])
	}
}

func TestEchosOwnErrorHandlerKnowsWhatIsPassed(t *testing.T) {
	e, a := echo.New(), echoauth.New(newService(t), echoauth.PassErrors())
	a.Register(e)
	w := get(e, "/auth/user/", "")
	const want = `{"detail":"Authentication credentials were not provided."}`
	if w.Code != http.StatusUnauthorized || strings.TrimSpace(w.Body.String()) != want ||
		w.Header().Get("WWW-Authenticate") != `Bearer realm="api"` {
		t.Errorf("answer = %d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestTheErrorHandlerIsNotAskedOtherwise(t *testing.T) {
	e, a := echo.New(), echoauth.New(newService(t))
	e.HTTPErrorHandler = func(err error, _ echo.Context) { t.Errorf("the error handler got %v", err) }
	a.Register(e)
	e.GET("/me", noContent, a.RequireAuth())
	for path, status := range map[string]int{
		"/me": http.StatusUnauthorized, "/auth/token/": http.StatusMethodNotAllowed,
	} {
		if w := get(e, path, ""); w.Code != status || strings.Count(w.Body.String(), "{") != 1 {
			t.Errorf("%s is answered %d %s", path, w.Code, w.Body)
		}
	}
}

func TestARefusalEndsTheChain(t *testing.T) {
	service := newService(t)
	ran := 0
	count := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			ran++
			return next(c)
		}
	}
	e, a := echo.New(), echoauth.New(service)
	api := e.Group("/api", a.RequireAuth(), count, a.RequireRole("nobody has it"), count, count)
	api.GET("/me", noContent, count)
	if w := get(e, "/api/me", ""); w.Code != http.StatusUnauthorized || ran != 0 {
		t.Errorf("nobody: %d, and %d handlers ran", w.Code, ran)
	}
	w := get(e, "/api/me", access(t, service))
	if w.Code != http.StatusForbidden || ran != 1 || strings.Count(w.Body.String(), "{") != 1 {
		t.Errorf("somebody: %d %s, and %d handlers ran", w.Code, w.Body, ran)
	}
}

func TestTheIdentityOfARouteWithoutMiddlewareIsNil(t *testing.T) {
	service := newService(t)
	e := echo.New()
	e.GET("/me", func(c echo.Context) error {
		if id := echoauth.Identity(c); id != nil {
			t.Errorf("Identity() = %v", id)
		}
		return noContent(c)
	})
	if w := get(e, "/me", access(t, service)); w.Code != http.StatusNoContent {
		t.Errorf("status = %d", w.Code)
	}
}

func TestAnInnerGuardUsesTheIdentityOfTheOuterOne(t *testing.T) {
	service := newService(t)
	e, a := echo.New(), echoauth.New(service)
	var outer *auth.Identity
	keep := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			outer = echoauth.Identity(c)
			return next(c)
		}
	}
	api := e.Group("/api", a.Authenticate(), keep)
	api.GET("/me", func(c echo.Context) error {
		if id := echoauth.Identity(c); id == nil || id != outer {
			t.Errorf("inner %p, outer %p", id, outer)
		}
		return noContent(c)
	}, a.RequireAuth(), a.Require(auth.Not(auth.Staff)))
	if w := get(e, "/api/me", access(t, service)); w.Code != http.StatusNoContent {
		t.Errorf("status = %d", w.Code)
	}
	if w := get(e, "/api/me", ""); w.Code != http.StatusUnauthorized {
		t.Errorf("nobody is answered %d", w.Code)
	}
}
