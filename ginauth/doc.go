// Package ginauth puts a service of package auth into a Gin application: it registers the
// endpoints, authenticates requests and guards routes.
//
//	service, err := auth.New(auth.Settings{Signing: auth.Signing{Key: key}}, auth.In(store))
//	r, a := gin.Default(), ginauth.New(service)
//	a.Register(r)
//	api := r.Group("/api", a.RequireAuth())
//	api.GET("/me", func(c *gin.Context) { c.JSON(200, ginauth.Identity(c).User) })
//	api.DELETE("/posts/:id", a.RequireRole("editor"), remove)
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
// Guard groups or routes, not a whole engine: [Auth.Register] takes the engine itself, and a guard
// there would stand before the login.
//
// # Errors
//
// A refusal is answered at once and ends the chain, with [auth.Service.Answer]. The error is in
// [gin.Context.Errors] too, for the application's own logging; [auth.Settings] has OnError for
// answers of another shape.
//
// # The identity
//
// [Identity] returns who makes the request. It lives in the context of the request and nowhere
// else: pass c.Request.Context() on to code below, not c, and ask [auth.FromContext] there. Gin's
// contexts are used again after a request; the identity is not.
//
// # Concurrency
//
// An [Auth] is safe for concurrent use, and costs nothing: make one for each service.
package ginauth
