package ginauth_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest"
	"github.com/authplug/authplug/ginauth"
	"github.com/authplug/authplug/memstore"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	m.Run()
}

func store(*testing.T) auth.Store { return memstore.New() }

func TestAdapter(t *testing.T) {
	adaptertest.Run(t, adaptertest.Harness{Serve: serveWith(gin.New), Store: store})
}

// The default engine logs and recovers.
func TestAdapterOnTheDefaultEngine(t *testing.T) {
	defaultEngine := func(opts ...gin.OptionFunc) *gin.Engine {
		r := gin.New(opts...)
		r.Use(gin.LoggerWithWriter(io.Discard), gin.RecoveryWithWriter(io.Discard))
		return r
	}
	adaptertest.Run(t, adaptertest.Harness{Serve: serveWith(defaultEngine), Store: store})
}

type serve = func(*auth.Service, []adaptertest.Route, ...auth.RouteOption) http.Handler

func serveWith(engine func(...gin.OptionFunc) *gin.Engine) serve {
	return func(s *auth.Service, routes []adaptertest.Route, opts ...auth.RouteOption) http.Handler {
		r, a := engine(), ginauth.New(s)
		a.Register(r, opts...)
		for _, route := range routes {
			r.Handle(route.Method, route.Path, middleware(a, route), func(c *gin.Context) {
				c.JSON(http.StatusOK, route.Handle(c.Request, ginauth.Identity(c)))
			})
		}
		return r
	}
}

func middleware(a *ginauth.Auth, route adaptertest.Route) gin.HandlerFunc {
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

// Echo answers 401 there: the one known difference between the frameworks.
func TestAnUnknownPathBelowAGuardedGroupIs404(t *testing.T) {
	r, a := gin.New(), ginauth.New(newService(t))
	r.Group("/api", a.RequireAuth()).GET("/me", func(c *gin.Context) { c.Status(http.StatusOK) })
	if w := get(r, "/api/me", ""); w.Code != http.StatusUnauthorized {
		t.Errorf("a guarded path is answered %d", w.Code)
	}
	if w := get(r, "/api/nothing", ""); w.Code != http.StatusNotFound {
		t.Errorf("an unknown path is answered %d", w.Code)
	}
}

func TestARefusalIsInTheErrorsOfTheContext(t *testing.T) {
	var seen []error
	r, a := gin.New(), ginauth.New(newService(t))
	r.Use(func(c *gin.Context) {
		c.Next()
		for _, e := range c.Errors {
			seen = append(seen, e.Err)
		}
	})
	a.Register(r)
	r.GET("/me", a.RequireAuth(), func(c *gin.Context) { c.Status(http.StatusOK) })
	get(r, "/me", "")
	get(r, "/auth/token/", "")
	if len(seen) != 2 || !errors.Is(seen[0], auth.ErrNoCredentials) {
		t.Fatalf("errors = %v", seen)
	}
	var e *auth.Error
	if !errors.As(seen[1], &e) || e.Status() != http.StatusMethodNotAllowed {
		t.Errorf("error of an endpoint = %v", seen[1])
	}
}

func TestARefusalEndsTheChain(t *testing.T) {
	var log bytes.Buffer
	gin.DefaultWriter, gin.DefaultErrorWriter = &log, &log
	t.Cleanup(func() { gin.DefaultWriter, gin.DefaultErrorWriter = io.Discard, io.Discard })
	service := newService(t)
	ran := 0
	count := func(*gin.Context) { ran++ }
	r, a := gin.New(), ginauth.New(service)
	api := r.Group("/api", a.RequireAuth(), count, a.RequireRole("nobody has it"), count, count)
	api.GET("/me", count)
	if w := get(r, "/api/me", ""); w.Code != http.StatusUnauthorized || ran != 0 {
		t.Errorf("nobody: %d, and %d handlers ran", w.Code, ran)
	}
	w := get(r, "/api/me", access(t, service))
	if w.Code != http.StatusForbidden || ran != 1 || strings.Count(w.Body.String(), "{") != 1 {
		t.Errorf("somebody: %d %s, and %d handlers ran", w.Code, w.Body, ran)
	}
	if strings.Contains(log.String(), "Headers were already written") {
		t.Errorf("two answers: %s", log.String())
	}
}

func TestTheIdentityOfARouteWithoutMiddlewareIsNil(t *testing.T) {
	service := newService(t)
	r := gin.New()
	r.GET("/me", func(c *gin.Context) {
		if id := ginauth.Identity(c); id != nil {
			t.Errorf("Identity() = %v", id)
		}
		c.Status(http.StatusNoContent)
	})
	if w := get(r, "/me", access(t, service)); w.Code != http.StatusNoContent {
		t.Errorf("status = %d", w.Code)
	}
}

func TestAnInnerGuardUsesTheIdentityOfTheOuterOne(t *testing.T) {
	service := newService(t)
	r, a := gin.New(), ginauth.New(service)
	var outer *auth.Identity
	api := r.Group("/api", a.Authenticate(), func(c *gin.Context) { outer = ginauth.Identity(c) })
	api.GET("/me", a.RequireAuth(), a.Require(auth.Not(auth.Staff)), func(c *gin.Context) {
		if id := ginauth.Identity(c); id == nil || id != outer {
			t.Errorf("inner %p, outer %p", id, outer)
		}
		c.Status(http.StatusNoContent)
	})
	if w := get(r, "/api/me", access(t, service)); w.Code != http.StatusNoContent {
		t.Errorf("status = %d", w.Code)
	}
	if w := get(r, "/api/me", ""); w.Code != http.StatusUnauthorized {
		t.Errorf("nobody is answered %d", w.Code)
	}
}
