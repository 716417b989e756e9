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
			if testing.Short() && name == "echo" {
				t.Skip("one framework is enough for the race detector")
			}
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
	for _, route := range routes {
		r.Handle(route.Method, route.Path, adaptertest.Middleware(a, route), func(c *gin.Context) {
			c.JSON(http.StatusOK, route.Handle(c.Request, ginauth.Identity(c)))
		})
	}
	return r
}

func serveEcho(s *auth.Service, routes []adaptertest.Route, opts ...auth.RouteOption) http.Handler {
	e, a := echo.New(), echoauth.New(s)
	a.Register(e, opts...)
	for _, route := range routes {
		e.Add(route.Method, route.Path, func(c echo.Context) error {
			return c.JSON(http.StatusOK, route.Handle(c.Request(), echoauth.Identity(c)))
		}, adaptertest.Middleware(a, route))
	}
	return e
}
