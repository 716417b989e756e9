package ginauth_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest"
	"github.com/authplug/authplug/core/authtest"
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
	if testing.Short() {
		t.Skip("once is enough for the race detector")
	}
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
			r.Handle(route.Method, route.Path, adaptertest.Middleware(a, route), func(c *gin.Context) {
				c.JSON(http.StatusOK, route.Handle(c.Request, ginauth.Identity(c)))
			})
		}
		return r
	}
}

func newFixture(t *testing.T) *authtest.Fixture {
	t.Helper()
	return authtest.New(t, auth.In(memstore.New()))
}

// Gin then chooses a route by the cleaned path.
func TestAPathThatOnlyCleaningMakesRightIs404(t *testing.T) {
	for _, mount := range []string{"/auth", "/"} {
		for _, rawPath := range []bool{false, true} {
			f := authtest.New(t, auth.In(memstore.New()), func(s *auth.Settings) { s.Mount = mount })
			r := gin.New()
			r.RemoveExtraSlash, r.UseRawPath = true, rawPath
			ginauth.New(f.Service).Register(r)
			user := f.JSON(map[string]any{"email": f.User("ann@example.com").Email, "password": authtest.Password})
			path := strings.TrimSuffix(mount, "/") + "/token/"
			if w := f.Do(r, "POST", path, user); w.Status != http.StatusOK {
				t.Errorf("%s: %d %s", path, w.Status, w.Body)
			}
			for _, before := range []string{
				"/.", "/x/..", "/%2e", "/x/%2e%2e", "/x%2F..", "//.", "/./x/..", "/", "//", "/x/%2E.", "/x//..",
			} {
				if w := f.Do(r, "POST", before+path, user); w.Status != http.StatusNotFound {
					t.Errorf("%s%s, raw path %t: %d %s", before, path, rawPath, w.Status, w.Body)
				}
			}
		}
	}
}

// Echo answers 401 there: the one known difference between the frameworks.
func TestAnUnknownPathBelowAGuardedGroupIs404(t *testing.T) {
	f := newFixture(t)
	r, a := gin.New(), ginauth.New(f.Service)
	r.Group("/api", a.RequireAuth()).GET("/me", func(c *gin.Context) { c.Status(http.StatusOK) })
	if w := f.Do(r, "GET", "/api/me"); w.Status != http.StatusUnauthorized {
		t.Errorf("a guarded path is answered %d", w.Status)
	}
	if w := f.Do(r, "GET", "/api/nothing"); w.Status != http.StatusNotFound {
		t.Errorf("an unknown path is answered %d", w.Status)
	}
}

func TestARefusalIsInTheErrorsOfTheContext(t *testing.T) {
	f := newFixture(t)
	var seen []error
	r, a := gin.New(), ginauth.New(f.Service)
	r.Use(func(c *gin.Context) {
		c.Next()
		for _, e := range c.Errors {
			seen = append(seen, e.Err)
		}
	})
	a.Register(r)
	r.GET("/me", a.RequireAuth(), func(c *gin.Context) { c.Status(http.StatusOK) })
	f.Do(r, "GET", "/me")
	f.Do(r, "GET", "/auth/token/")
	if len(seen) != 2 || !errors.Is(seen[0], auth.ErrNoCredentials) {
		t.Fatalf("errors = %v", seen)
	}
	var e *auth.Error
	if !errors.As(seen[1], &e) || e.Status() != http.StatusMethodNotAllowed {
		t.Errorf("error of an endpoint = %v", seen[1])
	}
}

// PG-01.
func TestARefusalEndsTheChain(t *testing.T) {
	var log bytes.Buffer
	gin.DefaultWriter, gin.DefaultErrorWriter = &log, &log
	t.Cleanup(func() { gin.DefaultWriter, gin.DefaultErrorWriter = io.Discard, io.Discard })
	f := newFixture(t)
	ran := 0
	count := func(*gin.Context) { ran++ }
	r, a := gin.New(), ginauth.New(f.Service)
	api := r.Group("/api", a.RequireAuth(), count, a.RequireRole("nobody has it"), count, count)
	api.GET("/me", count)
	if w := f.Do(r, "GET", "/api/me"); w.Status != http.StatusUnauthorized || ran != 0 {
		t.Errorf("nobody: %d, and %d handlers ran", w.Status, ran)
	}
	w := f.Do(r, "GET", "/api/me", f.As(f.User("ann@example.com")))
	if w.Status != http.StatusForbidden || ran != 1 || strings.Count(w.Body, "{") != 1 {
		t.Errorf("somebody: %d %s, and %d handlers ran", w.Status, w.Body, ran)
	}
	if strings.Contains(log.String(), "Headers were already written") {
		t.Errorf("two answers: %s", log.String())
	}
}

func TestTheIdentityOfARouteWithoutMiddlewareIsNil(t *testing.T) {
	f := newFixture(t)
	r := gin.New()
	r.GET("/me", func(c *gin.Context) {
		if id := ginauth.Identity(c); id != nil {
			t.Errorf("Identity() = %v", id)
		}
		c.Status(http.StatusNoContent)
	})
	if w := f.Do(r, "GET", "/me", f.As(f.User("ann@example.com"))); w.Status != http.StatusNoContent {
		t.Errorf("status = %d", w.Status)
	}
}

func TestAnInnerGuardUsesTheIdentityOfTheOuterOne(t *testing.T) {
	f := newFixture(t)
	r, a := gin.New(), ginauth.New(f.Service)
	var outer *auth.Identity
	api := r.Group("/api", a.Authenticate(), func(c *gin.Context) { outer = ginauth.Identity(c) })
	api.GET("/me", a.RequireAuth(), a.Require(auth.Not(auth.Staff)), func(c *gin.Context) {
		if id := ginauth.Identity(c); id == nil || id != outer {
			t.Errorf("inner %p, outer %p", id, outer)
		}
		c.Status(http.StatusNoContent)
	})
	if w := f.Do(r, "GET", "/api/me", f.As(f.User("ann@example.com"))); w.Status != http.StatusNoContent {
		t.Errorf("status = %d", w.Status)
	}
	if w := f.Do(r, "GET", "/api/me"); w.Status != http.StatusUnauthorized {
		t.Errorf("nobody is answered %d", w.Status)
	}
}

func TestNoServiceIsRefusedAtOnce(t *testing.T) {
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "needs a service") {
			t.Errorf("New(nil) panics with %q", text)
		}
	}()
	ginauth.New(nil)
}
