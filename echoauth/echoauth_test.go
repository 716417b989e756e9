package echoauth_test

import (
	"net/http"
	"testing"

	"github.com/labstack/echo/v4"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest"
	"github.com/authplug/authplug/echoauth"
	"github.com/authplug/authplug/memstore"
)

func TestAdapter(t *testing.T) {
	adaptertest.Run(t, adaptertest.Harness{
		Serve: serve,
		Store: func(*testing.T) auth.Store { return memstore.New() },
	})
}

func serve(s *auth.Service, routes []adaptertest.Route, opts ...auth.RouteOption) http.Handler {
	e, a := echo.New(), echoauth.New(s)
	a.Register(e, opts...)
	for _, route := range routes {
		e.Add(route.Method, route.Path, func(c echo.Context) error {
			return c.JSON(http.StatusOK, route.Handle(c.Request(), echoauth.Identity(c)))
		}, middleware(a, route))
	}
	return e
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
