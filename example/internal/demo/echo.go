package demo

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/health"
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
	e.Match(methods(http.MethodGet), "/livez", echo.WrapHandler(http.HandlerFunc(health.Live)))
	e.Match(methods(http.MethodGet), "/readyz", echo.WrapHandler(a.ready))
	e.Match(methods(http.MethodGet), "/healthz", echoHandler(a.healthz))
	g.Register(e, a.options...)

	for _, route := range a.routes() {
		guard := g.Authenticate()
		if route.guard != nil {
			guard = g.Require(route.guard)
		}
		for _, path := range spellings(route.path) {
			e.Match(methods(route.method), path, echoHandler(route.handle), guard)
		}
	}
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
