// Package echoauth puts a service of package auth into an Echo application: it registers the
// endpoints, authenticates requests and guards routes.
//
//	service, err := auth.New(auth.Settings{Signing: auth.Signing{Key: key}}, auth.In(store))
//	e, a := echo.New(), echoauth.New(service)
//	a.Register(e)
//	api := e.Group("/api", a.RequireAuth())
//	api.GET("/me", func(c echo.Context) error { return c.JSON(200, echoauth.Identity(c).User) })
//	api.DELETE("/posts/:id", remove, a.RequireRole("editor"))
//
// The package only translates. Package auth decides and writes every answer, so that an
// application behaves the same on every framework; see there for settings, guards and errors.
//
// # Which middleware
//
// [Auth.RequireAuth] admits who is logged in, and [Auth.RequireLogin] sends other people to the login
// page; [Auth.RequireRole] and [Auth.RequirePermission] who
// has a role or the permissions, and [Auth.Require] takes any [auth.Guard]. [Auth.Authenticate] is
// for routes that serve everybody and greet who is logged in: a request without a token passes, one
// with a bad token does not. Middleware of groups and routes adds up, and a request is authenticated
// once.
//
// Prefer guards on routes: the middleware of an Echo group also answers unknown paths below the
// group, with 401 instead of 404. Never guard the whole application, where the guard would stand
// before the login.
//
// # Errors
//
// A refusal is answered at once, and the middleware returns nil: Echo's error handler does not
// answer a second time. With [PassErrors] the handler gets the error instead of the answer;
// [auth.Settings] has OnError for answers of another shape.
//
// # The identity
//
// [Identity] returns who makes the request. It lives in the context of the request and nowhere
// else: pass c.Request().Context() on to code below, and ask [auth.FromContext] there. Echo's
// contexts are used again after a request; the identity is not.
//
// # Concurrency
//
// An [Auth] is safe for concurrent use, and costs nothing: make one for each service.
package echoauth
