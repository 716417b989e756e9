package demo

import (
	"net/http"

	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
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
	r.Match(methods(http.MethodGet), "/healthz", ginHandler(a.health))
	g.Register(r)

	add := func(method, path string, h handler, guard gin.HandlerFunc) {
		for _, p := range spellings(path) {
			r.Match(methods(method), p, guard, ginHandler(h))
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
	return r
}

func ginHandler(h handler) gin.HandlerFunc {
	return func(c *gin.Context) { h(c.Request).Write(c.Writer) }
}
