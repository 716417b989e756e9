package ginauth

import (
	"strings"

	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
)

// Auth is a service as Gin sees it. It is safe for concurrent use.
type Auth struct{ service *auth.Service }

// New returns the adapter of a service. It panics without one.
func New(service *auth.Service) *Auth {
	if service == nil {
		panic("ginauth: New needs a service: auth.New makes one")
	}
	return &Auth{service}
}

// Register adds the endpoints of the service to the application, with and without the trailing
// slash: each for the methods that [gin.IRoutes] knows as any, while Gin itself answers others,
// such as PROPFIND, and redirects a path with two slashes at its end. Options choose among them.
func (a *Auth) Register(r *gin.Engine, opts ...auth.RouteOption) {
	for _, route := range a.service.Routes(opts...) {
		handler := a.handler(route)
		r.Any(route.Path, handler)
		if short := strings.TrimSuffix(route.Path, "/"); short != "" {
			r.Any(short, handler)
		}
	}
}

func (a *Auth) handler(route auth.Route) gin.HandlerFunc {
	return func(c *gin.Context) {
		p, err := route.Handle(c.Request)
		if err != nil {
			a.refuse(c, err)
			return
		}
		p.Write(c.Writer)
		c.Abort()
	}
}

// Authenticate admits everybody: [Identity] is nil if the request carries no token. A bad token is
// refused even so.
func (a *Auth) Authenticate() gin.HandlerFunc { return a.admit(nil) }

// RequireAuth admits who is logged in.
func (a *Auth) RequireAuth() gin.HandlerFunc { return a.admit(auth.Authenticated) }

// RequireLogin admits who is logged in, sends other people to the login page, and refuses programs.
func (a *Auth) RequireLogin() gin.HandlerFunc { return a.admit(auth.RequireLogin) }

// RequireRole admits who has any of the roles.
func (a *Auth) RequireRole(first string, more ...string) gin.HandlerFunc {
	return a.admit(auth.HasRole(first, more...))
}

// RequirePermission admits who has all of the permissions.
func (a *Auth) RequirePermission(first string, more ...string) gin.HandlerFunc {
	return a.admit(auth.HasPermission(first, more...))
}

// Require admits whom every guard lets pass.
func (a *Auth) Require(first auth.Guard, more ...auth.Guard) gin.HandlerFunc {
	return a.admit(auth.All(first, more...))
}

func (a *Auth) admit(guard auth.Guard) gin.HandlerFunc {
	return func(c *gin.Context) {
		r, err := a.service.Admit(c.Request, guard)
		if err != nil {
			a.refuse(c, err)
			return
		}
		c.Request = r
		c.Next()
	}
}

func (a *Auth) refuse(c *gin.Context, err error) {
	_ = c.Error(err)
	a.service.Answer(c.Request, err).Write(c.Writer)
	c.Abort()
}

// Identity returns who makes the request, or nil for nobody.
func Identity(c *gin.Context) *auth.Identity { return auth.FromContext(c.Request.Context()) }
