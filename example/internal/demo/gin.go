package demo

import (
	"net/http"

	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/health"
	"github.com/authplug/authplug/ginauth"
)

// Gin returns the application on Gin.
func (a *App) Gin() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r, g := gin.New(), ginauth.New(a.service)
	r.RedirectTrailingSlash, r.HandleMethodNotAllowed = false, true
	r.Use(func(c *gin.Context) { c.Request.Pattern = c.FullPath() })
	r.NoRoute(ginHandler(func(r *http.Request) *auth.Response { return refused(r, http.StatusNotFound) }))
	r.NoMethod(ginHandler(func(r *http.Request) *auth.Response { return refused(r, http.StatusMethodNotAllowed) }))
	r.Match(methods(http.MethodGet), "/livez", gin.WrapF(health.Live))
	r.Match(methods(http.MethodGet), "/readyz", gin.WrapH(a.ready))
	r.Match(methods(http.MethodGet), "/healthz", ginHandler(a.healthz))
	g.Register(r, a.options...)

	for _, route := range a.routes() {
		guard := g.Authenticate()
		if route.guard != nil {
			guard = g.Require(route.guard)
		}
		for _, path := range spellings(route.path) {
			r.Match(methods(route.method), path, guard, ginHandler(route.handle))
		}
	}
	return r
}

func ginHandler(h handler) gin.HandlerFunc {
	return func(c *gin.Context) { h(c.Request).Write(c.Writer) }
}
