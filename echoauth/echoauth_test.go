package echoauth_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/echoauth"
	"github.com/authplug/authplug/memstore"
)

func store(*testing.T) auth.Store { return memstore.New() }

func TestAdapter(t *testing.T) {
	adaptertest.Run(t, adaptertest.Harness{Serve: serveWith(echo.New, nil), Store: store})
}

// A handler that answers with what package auth says has the same answers.
func TestAdapterThatPassesErrors(t *testing.T) {
	if testing.Short() {
		t.Skip("once is enough for the race detector")
	}
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
			}, adaptertest.Middleware(a, route))
		}
		return e
	}
}

func newFixture(t *testing.T) *authtest.Fixture {
	t.Helper()
	return authtest.New(t, auth.In(memstore.New()))
}

func noContent(c echo.Context) error { return c.NoContent(http.StatusNoContent) }

// Gin answers 404 there: the one known difference between the frameworks.
func TestAnUnknownPathBelowAGuardedGroupIs401(t *testing.T) {
	f := newFixture(t)
	e, a := echo.New(), echoauth.New(f.Service)
	e.Group("/api", a.RequireAuth()).GET("/me", noContent)
	for _, path := range []string{"/api/me", "/api/nothing"} {
		if w := f.Do(e, "GET", path); w.Status != http.StatusUnauthorized {
			t.Errorf("%s is answered %d", path, w.Status)
		}
	}
	if w := f.Do(e, "GET", "/nothing"); w.Status != http.StatusNotFound {
		t.Errorf("a path beside the group is answered %d", w.Status)
	}
}

func TestPassErrorsHandsRefusalsToTheErrorHandler(t *testing.T) {
	f := newFixture(t)
	var seen []error
	e, a := echo.New(), echoauth.New(f.Service, echoauth.PassErrors())
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		seen = append(seen, err)
		_ = c.String(http.StatusTeapot, "no")
	}
	a.Register(e)
	e.GET("/me", noContent, a.RequireAuth())
	for _, path := range []string{"/me", "/auth/token/"} {
		if w := f.Do(e, "GET", path); w.Status != http.StatusTeapot || w.Body != "no" {
			t.Errorf("%s is answered %d %s", path, w.Status, w.Body)
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
	f := newFixture(t)
	e, a := echo.New(), echoauth.New(f.Service, echoauth.PassErrors())
	a.Register(e)
	w := f.Do(e, "GET", "/auth/user/")
	const want = `{"detail":"Authentication credentials were not provided."}`
	if w.Status != http.StatusUnauthorized || strings.TrimSpace(w.Body) != want ||
		w.Header.Get("WWW-Authenticate") != `Bearer realm="api"` {
		t.Errorf("answer = %d %v %s", w.Status, w.Header, w.Body)
	}
}

// PG-01.
func TestTheErrorHandlerIsNotAskedOtherwise(t *testing.T) {
	f := newFixture(t)
	e, a := echo.New(), echoauth.New(f.Service)
	e.HTTPErrorHandler = func(err error, _ echo.Context) { t.Errorf("the error handler got %v", err) }
	a.Register(e)
	e.GET("/me", noContent, a.RequireAuth())
	for path, status := range map[string]int{
		"/me": http.StatusUnauthorized, "/auth/token/": http.StatusMethodNotAllowed,
	} {
		if w := f.Do(e, "GET", path); w.Status != status || strings.Count(w.Body, "{") != 1 {
			t.Errorf("%s is answered %d %s", path, w.Status, w.Body)
		}
	}
}

// PG-01.
func TestARefusalEndsTheChain(t *testing.T) {
	f := newFixture(t)
	ran := 0
	count := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			ran++
			return next(c)
		}
	}
	e, a := echo.New(), echoauth.New(f.Service)
	api := e.Group("/api", a.RequireAuth(), count, a.RequireRole("nobody has it"), count, count)
	api.GET("/me", noContent, count)
	if w := f.Do(e, "GET", "/api/me"); w.Status != http.StatusUnauthorized || ran != 0 {
		t.Errorf("nobody: %d, and %d handlers ran", w.Status, ran)
	}
	w := f.Do(e, "GET", "/api/me", f.As(f.User("ann@example.com")))
	if w.Status != http.StatusForbidden || ran != 1 || strings.Count(w.Body, "{") != 1 {
		t.Errorf("somebody: %d %s, and %d handlers ran", w.Status, w.Body, ran)
	}
}

func TestTheIdentityOfARouteWithoutMiddlewareIsNil(t *testing.T) {
	f := newFixture(t)
	e := echo.New()
	e.GET("/me", func(c echo.Context) error {
		if id := echoauth.Identity(c); id != nil {
			t.Errorf("Identity() = %v", id)
		}
		return noContent(c)
	})
	if w := f.Do(e, "GET", "/me", f.As(f.User("ann@example.com"))); w.Status != http.StatusNoContent {
		t.Errorf("status = %d", w.Status)
	}
}

func TestAnInnerGuardUsesTheIdentityOfTheOuterOne(t *testing.T) {
	f := newFixture(t)
	e, a := echo.New(), echoauth.New(f.Service)
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
	if w := f.Do(e, "GET", "/api/me", f.As(f.User("ann@example.com"))); w.Status != http.StatusNoContent {
		t.Errorf("status = %d", w.Status)
	}
	if w := f.Do(e, "GET", "/api/me"); w.Status != http.StatusUnauthorized {
		t.Errorf("nobody is answered %d", w.Status)
	}
}

func TestNoServiceIsRefusedAtOnce(t *testing.T) {
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "needs a service") {
			t.Errorf("New(nil) panics with %q", text)
		}
	}()
	echoauth.New(nil)
}
