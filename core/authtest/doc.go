// Package authtest is what an application's own tests of its routes are written with: a service on
// a clock that the test moves, users with roles in one line, tokens good and bad, and requests to a
// handler without a server.
//
//	func TestOnlyEditorsDeletePosts(t *testing.T) {
//		a := authtest.New(t, auth.In(memstore.New()))
//		app := routes(a.Service) // the application's http.Handler: a Gin engine, an Echo, any other
//		ann := a.User("ann@example.com", authtest.Roles("editor"))
//		bob := a.User("bob@example.com")
//
//		a.Do(app, "DELETE", "/api/posts/1").Want(401)
//		a.Do(app, "DELETE", "/api/posts/1", a.As(bob)).Want(403, "permission_denied")
//		a.Do(app, "DELETE", "/api/posts/1", a.As(ann)).Want(204)
//	}
//
// The package imports nothing but the standard library and package auth, so that no test
// dependency comes with it. The store is the test's choice: package memstore is quick, and a fresh
// one for each test makes tests that may run in parallel.
//
// # The service
//
// [New] runs the service that an application would, not a double: what it refuses here it refuses
// in production. Three things differ. Hashing a password costs nothing, the key is random, and the
// time is [Fixture.Clock]. Everything else is the caller's to set:
//
//	a := authtest.New(t, stores, func(s *auth.Settings) {
//		s.Tokens.GracePeriod = 10 * time.Second
//	})
//
// The clock stands still until [Clock.Advance] moves it, so that no test sleeps and none depends on
// how long it takes:
//
//	token := a.Token(ann)
//	a.Clock.Advance(5 * time.Minute)
//	a.Do(app, "GET", "/api/me", a.Bearer(token)).Want(401, "token_not_valid")
//
// # Users and tokens
//
// [Fixture.User] adds a user with [Password]; [Fixture.Update] and [Fixture.Delete] change and
// remove it. Tokens are minted by the service's own code and belong to sessions of the store:
//
//   - [Fixture.Token] and [Fixture.As]: of a user who has just logged in;
//   - [Fixture.ExpiredToken]: as good as the first, but it has run out;
//   - [Fixture.RefreshToken]: of another kind than guards accept;
//   - [Fixture.ForgedToken]: as good as the first, but the signature is not its own.
//
// For a token of somebody who was deleted, deactivated or given other rights since, mint it and
// then change the user:
//
//	token := a.Token(ann)
//	a.Delete(ann)
//	a.Do(app, "GET", "/api/me", a.Bearer(token)).Want(401)
//
// [Fixture.Login] takes the way of a client instead, by the application's own endpoints; if it has
// moved the login, tell [Fixture.LoginPath]. [Fixture.Context] is for code below the handlers, which
// asks [auth.FromContext].
//
// # Requests and answers
//
// [Fixture.Do] sends a request to any [http.Handler]. What a request has besides a method and a
// path is a list of functions, the test's own among them:
//
//	a.Do(app, "POST", "/api/posts", a.As(ann), a.JSON(post), authtest.Header("Accept-Language", "de"))
//
// [Answer.Want] ends the test with the method, the path, the status and the body if the answer is
// another one than expected, and [Answer.Decode] reads JSON.
//
// # Events and mail
//
// [Fixture.Events] and [Fixture.Mail] are what the application's requests caused: what the fixture
// does by itself, such as adding a user, makes none.
//
//	notices := a.Mail("ann@example.com")
//
// # Subtests
//
// A failure belongs to the test that [New] was given. A subtest either makes a fixture of its own
// or takes the outer one by [Fixture.With]:
//
//	t.Run("nobody", func(t *testing.T) {
//		a.With(t).Do(app, "GET", "/api/me").Want(401)
//	})
package authtest
