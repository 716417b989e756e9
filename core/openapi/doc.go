// Package openapi describes the endpoints of a service in OpenAPI 3.1, for people, for generators
// of clients and for tools such as Swagger UI.
//
//	a.Register(r, auth.Except("create-user"), openapi.Serve(service, openapi.Info{Title: "Shop"}))
//
// GET /auth/openapi.json then answers the description of what is registered: the endpoints that the
// options before it have left, where the settings put them, with the bodies, answers and refusals
// that the settings make of them. [Document] returns the same as bytes, for a file.
//
// # Endpoints of your own
//
// An endpoint that is added with [auth.With] is described by its [auth.Contract]:
//
//	auth.With(auth.Endpoint{
//		Name: "device", Method: http.MethodPost, Path: "/devices/:id/", Handle: rename,
//		Contract: &auth.Contract{
//			Summary: "Rename a device", Token: true,
//			Takes:   []auth.Field{{Name: "name", MinLength: 1, MaxLength: 40}},
//			Gives:   []auth.Field{{Name: "id"}, {Name: "name"}},
//			Refuses: []*auth.Error{auth.ErrNoCredentials, auth.ErrForbidden},
//		},
//	})
//
// Every error is an example of its status, and its headers are those of the answer. That other
// methods are refused and that something may be broken is added by itself. Without a contract an
// endpoint is listed by its path and method alone.
//
// The hooks of the settings can add to answers and refuse in their own words, which nothing here
// can know. Say it in the contract, by an option of your own before [Serve]:
//
//	func plans(all []auth.Endpoint) []auth.Endpoint {
//		for _, e := range all {
//			if e.Name == "user" {
//				e.Contract.Gives = append(e.Contract.Gives, auth.Field{Name: "plan"})
//			}
//		}
//		return all
//	}
//
// What a client-service passes on of its auth-service's answers is described as any object: beside
// tokens, and in refusals.
//
// Where [auth.Settings.OnError] decides how failures look, they are described by their status
// alone.
//
// # What is left out
//
// A path is described once, with its trailing slash; it is served without as well. HEAD, which is
// GET without the body, and OPTIONS, which is 204 with the header Allow, are not listed. Numbers
// are taken for texts in the body of a request, and members that are not described do not matter.
// The security scheme is that of the service's own tokens: what [auth.Settings.Authenticators] accept
// beside them is not described.
//
// The page that shows a description, such as Swagger UI, is the application's: point it at
// openapi.json. The description tells no secret and is served to everybody; leave [Serve] away, or
// write the bytes of [Document] yourself behind a guard, where that is not wanted.
package openapi
