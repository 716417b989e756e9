package echoauth

import (
	"maps"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	auth "github.com/authplug/authplug/core"
)

// Auth is a service as Echo sees it. It is safe for concurrent use.
type Auth struct {
	service    *auth.Service
	passErrors bool
}

// Option changes how an [Auth] answers.
type Option func(*Auth)

// PassErrors hands refusals to the application's error handler instead of answering them: as an
// *echo.HTTPError with the status and the body of the answer, which wraps the *[auth.Error]. The
// answer's headers and cookies are set already. A handler that writes nothing would make a refusal
// a 200.
func PassErrors() Option { return func(a *Auth) { a.passErrors = true } }

// New returns the adapter of a service. It panics without one.
func New(service *auth.Service, opts ...Option) *Auth {
	if service == nil {
		panic("echoauth: New needs a service: auth.New makes one")
	}
	a := &Auth{service: service}
	for _, opt := range opts {
		opt(a)
	}
	return a
}

// Register adds the endpoints of the service to the application, with and without the trailing
// slash: each for the methods that Echo knows as any, while Echo itself answers others, such as
// QUERY. Options choose among them.
func (a *Auth) Register(e *echo.Echo, opts ...auth.RouteOption) {
	for _, route := range a.service.Routes(opts...) {
		handler := a.handler(route)
		e.Any(route.Path, handler)
		if short := strings.TrimSuffix(route.Path, "/"); short != "" {
			e.Any(short, handler)
		}
	}
}

func (a *Auth) handler(route auth.Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, err := route.Handle(c.Request())
		if err != nil {
			return a.refuse(c, err)
		}
		p.Write(c.Response())
		return nil
	}
}

// Authenticate admits everybody: [Identity] is nil if the request carries no token. A bad token is
// refused even so.
func (a *Auth) Authenticate() echo.MiddlewareFunc { return a.admit(nil) }

// RequireAuth admits who is logged in.
func (a *Auth) RequireAuth() echo.MiddlewareFunc { return a.admit(auth.Authenticated) }

// RequireLogin admits who is logged in, sends other people to the login page, and refuses programs.
func (a *Auth) RequireLogin() echo.MiddlewareFunc { return a.admit(auth.RequireLogin) }

// RequireRole admits who has any of the roles.
func (a *Auth) RequireRole(first string, more ...string) echo.MiddlewareFunc {
	return a.admit(auth.HasRole(first, more...))
}

// RequirePermission admits who has all of the permissions.
func (a *Auth) RequirePermission(first string, more ...string) echo.MiddlewareFunc {
	return a.admit(auth.HasPermission(first, more...))
}

// Require admits whom every guard lets pass.
func (a *Auth) Require(first auth.Guard, more ...auth.Guard) echo.MiddlewareFunc {
	return a.admit(auth.All(first, more...))
}

func (a *Auth) admit(guard auth.Guard) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r, err := a.service.Admit(c.Request(), guard)
			if err != nil {
				return a.refuse(c, err)
			}
			c.SetRequest(r)
			return next(c)
		}
	}
}

func (a *Auth) refuse(c echo.Context, err error) error {
	answer := a.service.Answer(c.Request(), err)
	if _, raw := answer.Body.([]byte); raw || !a.passErrors || answer.Status < http.StatusBadRequest {
		answer.Write(c.Response()) // Echo's handler would make JSON of bytes, and a redirect is no error
		return nil
	}
	maps.Copy(c.Response().Header(), answer.Header)
	for _, cookie := range answer.Cookies {
		c.SetCookie(cookie)
	}
	return echo.NewHTTPError(answer.Status, answer.Body).SetInternal(err)
}

// Identity returns who makes the request, or nil for nobody.
func Identity(c echo.Context) *auth.Identity { return auth.FromContext(c.Request().Context()) }
