package ginauth_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest"
	"github.com/authplug/authplug/ginauth"
	"github.com/authplug/authplug/memstore"
)

func TestAdapter(t *testing.T) {
	gin.SetMode(gin.TestMode)
	adaptertest.Run(t, adaptertest.Harness{
		Serve: serve,
		Store: func(*testing.T) auth.Store { return memstore.New() },
	})
}

func serve(s *auth.Service, routes []adaptertest.Route, opts ...auth.RouteOption) http.Handler {
	r, a := gin.New(), ginauth.New(s)
	a.Register(r, opts...)
	for _, route := range routes {
		r.Handle(route.Method, route.Path, middleware(a, route), func(c *gin.Context) {
			c.JSON(http.StatusOK, route.Handle(c.Request, ginauth.Identity(c)))
		})
	}
	return r
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
