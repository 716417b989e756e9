// Package auth is an authentication service for Go web applications: login with access and refresh
// tokens, sliding tokens, sessions that can be ended, registration, password change, and guards
// for an application's own routes. It speaks the protocol of EasyJWT, so that a Django service on
// either side does not notice the difference.
//
// # The usual case
//
// The package knows no web framework. An adapter, such as package ginauth or echoauth, registers
// its [Service.Routes] and turns [Service.Admit] into middleware; a store keeps users and
// sessions:
//
//	store, err := sqlite.Open(ctx, "app.db")
//	service, err := auth.New(auth.Settings{Signing: auth.Signing{Key: key}}, auth.In(store))
//	r, a := gin.Default(), ginauth.New(service)
//	a.Register(r)
//	api := r.Group("/api", a.RequireAuth())
//
// A router without an adapter needs the same three calls: register each [Route] for any method,
// [Service.Admit] before a handler, [Service.Answer] for what went wrong.
//
// Without HTTP, the flows are methods: [Service.Login], [Service.Refresh], [Service.Identify],
// [Service.Logout] and others. [Service.OpenSession] logs a user in without a password,
// [Service.Inspect] says what is in a token. Runnable examples of what needs a store stand with
// package memstore.
//
// # Settings
//
// [New] copies its [Settings], fills in defaults and reports everything that is wrong at once, each
// a [Problem]. The zero value is the strict one: refresh tokens rotate, and access tokens end with
// their session. [EasyJWT] returns the looser defaults of django-easyjwt. Package env fills
// settings from the environment.
//
// # Stores
//
// What a service keeps lies behind the interfaces [UserStore], [SessionStore] and [TokenStore].
// Packages memstore and sqlstore have all of them; an application's own user table may stand
// behind the first, and [Stores] puts them together. Package storetest is their contract,
// executable. Rows that are past stay until [Maintainer.DeleteExpired] removes them.
//
// # Users
//
// [Service.CreateUser], [Service.UpdateUser], [Service.SetPassword] and [Service.DeleteUser] are
// what an administrator's page is made of. A change of a user ends what it must end: changed rights
// end access tokens, a new password and deactivation end everything. Data of the application's own
// is [User.Extra], which [ExtraAs] decodes; [ClaimSettings.More], [UserSettings.Profile] and
// [UserSettings.TokenAnswer] put more into tokens and answers.
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
// A [Guard] decides about an [Identity]: [Authenticated], [HasRole], [HasPermission], [HasAudience],
// [Staff], [Superuser], [When] for a plain function, and [All], [Any] and [Not] to compose them. A
// guard that panics or errs denies. Handlers get the identity of a request from [FromContext].
//
// # Errors
//
// Everything that goes wrong is an [Error] with a status, a stable code and one sentence; compare
// with [errors.Is]. Causes stay inside. [NewError] makes an application's own, [Settings.OnError]
// replaces how they look, and [Settings.Events] is told what a security log wants to know. If a
// store does not answer, the answer is 503, never 401: clients must not throw good sessions away.
//
// # Concurrency
//
// A [Service] and everything that it hands out may be used by many goroutines; an [Identity] is for
// reading. The hooks in the settings are called in the goroutine of the request that needs them,
// several at once. Every method that may wait takes a context and ends with it; what must not be
// lost then, such as the end of a session, is written all the same.
package auth
