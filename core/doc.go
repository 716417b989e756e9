// Package auth is an authentication service for Go web applications: login with access and refresh
// tokens, sliding tokens, sessions that can be ended, registration, password change, and guards
// for an application's own routes. It speaks the protocol of EasyJWT, so that a Django service on
// either side does not notice the difference.
//
// The package knows no web framework. An adapter, such as package ginauth or echoauth, registers
// its [Service.Routes] and turns [Service.Admit] into middleware:
//
//	service, err := auth.New(auth.Settings{Signing: auth.Signing{Key: key}}, auth.In(store))
//	r, a := gin.Default(), ginauth.New(service)
//	a.Register(r)
//	api := r.Group("/api", a.RequireAuth())
//
// # Settings
//
// [New] copies its [Settings], fills in defaults and reports everything that is wrong at once. The
// zero value is the strict one: refresh tokens rotate, and access tokens end with their session.
// [EasyJWT] returns the looser defaults of django-easyjwt.
//
// # Stores
//
// What a service keeps lies behind the interfaces [UserStore], [SessionStore] and [TokenStore].
// Packages memstore and sqlstore have all of them; an application's own user table may stand
// behind the first. Package storetest is their contract, executable.
//
// # Sessions
//
// Every login opens a [Session], which is the family of its refresh tokens: the row knows the id
// of the current one, and no token is stored anywhere. A refresh replaces it by one conditional
// write, so that of concurrent requests one wins; a replaced token that comes back ends the
// session, because one of its two holders has stolen it. [TokenSettings.GracePeriod] forgives
// honest retries.
//
// Two counters in the user's row, its [Epochs], end everything at once: a change of rights raises
// one, and a new password, deactivation or logout everywhere both. Tokens and sessions that were
// made under a lower number are dead.
//
// # Guards
//
// A [Guard] decides about an [Identity]: [Authenticated], [HasRole], [HasPermission], [Staff],
// [Superuser], [When] for a plain function, and [All], [Any] and [Not] to compose them. A guard
// that panics or errs denies.
//
// # Errors
//
// Everything that goes wrong is an [Error] with a status, a stable code and one sentence. Causes
// stay inside. [Settings.OnError] replaces how they look, and [Settings.Events] is told what a
// security log wants to know. If a store does not answer, the answer is 503, never 401: clients
// must not throw good sessions away.
package auth
