package demo

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/echoauth"
)

// Echo returns the application on Echo.
func (a *App) Echo() http.Handler {
	e, g := echo.New(), echoauth.New(a.service)
	e.HTTPErrorHandler = echoRefusal
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Request().Pattern = c.Path()
			return next(c)
		}
	})
	e.Match(methods(http.MethodGet), "/healthz", echoHandler(a.health))
	g.Register(e)

	add := func(method, path string, h handler, guard echo.MiddlewareFunc) {
		for _, p := range spellings(path) {
			e.Match(methods(method), p, echoHandler(h), guard)
		}
	}
	add(http.MethodGet, "/api/test/", success, g.RequireAuth())
	add(http.MethodGet, "/api/whoami/", whoami, g.RequireAuth())
	add(http.MethodPost, "/api/touch/", a.touch, g.RequireAuth())
	add(http.MethodGet, "/api/staff/", success, g.Require(auth.Staff))
	add(http.MethodGet, "/api/editor/", success, g.RequireRole("editor"))
	add(http.MethodGet, "/api/posts/", success, g.RequirePermission("posts.view"))
	add(http.MethodDelete, "/api/posts/1/", deleted,
		g.Require(auth.Any(auth.Superuser, auth.HasPermission("posts.delete"))))
	add(http.MethodGet, "/api/maybe/", maybe, g.Authenticate())
	return e
}

func echoHandler(h handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		h(c.Request()).Write(c.Response())
		return nil
	}
}

// echoRefusal answers what Echo's router refuses.
func echoRefusal(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	var refusal *echo.HTTPError
	if !errors.As(err, &refusal) {
		auth.ErrInternal.Response().Write(c.Response())
		return
	}
	refused(c.Request(), refusal.Code).Write(c.Response())
}
