package example_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest"
	"github.com/authplug/authplug/echoauth"
	"github.com/authplug/authplug/ginauth"
)

// TestAdaptersOnSQLite runs the suite that the adapters pass in memory on a database.
func TestAdaptersOnSQLite(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	for name, serve := range map[string]func(*auth.Service, []adaptertest.Route, ...auth.RouteOption) http.Handler{
		"gin": serveGin, "echo": serveEcho,
	} {
		t.Run(name, func(t *testing.T) {
			adaptertest.Run(t, adaptertest.Harness{
				Serve: serve,
				Store: func(t *testing.T) auth.Store { return openStore(t, "file:"+t.TempDir()+"/test.db?synchronous=normal") },
			})
		})
	}
}

func serveGin(s *auth.Service, routes []adaptertest.Route, opts ...auth.RouteOption) http.Handler {
	r, a := gin.New(), ginauth.New(s)
	a.Register(r, opts...)
	guard := guards[gin.HandlerFunc]{a.Authenticate, a.RequireAuth, a.RequireRole, a.RequirePermission, a.Require}
	for _, route := range routes {
		r.Handle(route.Method, route.Path, guard.of(route), func(c *gin.Context) {
			c.JSON(http.StatusOK, route.Handle(c.Request, ginauth.Identity(c)))
		})
	}
	return r
}

func serveEcho(s *auth.Service, routes []adaptertest.Route, opts ...auth.RouteOption) http.Handler {
	e, a := echo.New(), echoauth.New(s)
	a.Register(e, opts...)
	guard := guards[echo.MiddlewareFunc]{a.Authenticate, a.RequireAuth, a.RequireRole, a.RequirePermission, a.Require}
	for _, route := range routes {
		e.Add(route.Method, route.Path, func(c echo.Context) error {
			return c.JSON(http.StatusOK, route.Handle(c.Request(), echoauth.Identity(c)))
		}, guard.of(route))
	}
	return e
}

// guards are the guards of an adapter, whose methods have the same names everywhere.
type guards[Middleware any] struct {
	authenticate, requireAuth      func() Middleware
	requireRole, requirePermission func(string, ...string) Middleware
	require                        func(auth.Guard, ...auth.Guard) Middleware
}

func (g guards[Middleware]) of(route adaptertest.Route) Middleware {
	switch {
	case route.Auth:
		return g.requireAuth()
	case len(route.Role) > 0:
		return g.requireRole(route.Role[0], route.Role[1:]...)
	case len(route.Permissions) > 0:
		return g.requirePermission(route.Permissions[0], route.Permissions[1:]...)
	case len(route.Guards) > 0:
		return g.require(route.Guards[0], route.Guards[1:]...)
	}
	return g.authenticate()
}
