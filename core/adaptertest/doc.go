// Package adaptertest is the contract of every adapter, executable: an adapter's own test hands it
// the framework, and the same requests must get the same answers everywhere. It is exported for
// adapters of other frameworks and stores of other makers.
//
//	func TestAdapter(t *testing.T) {
//		adaptertest.Run(t, adaptertest.Harness{Serve: serve, Store: store})
//	}
//
// Who writes routes of an application needs package authtest instead.
//
// # What it needs
//
// [Harness.Serve] makes an application of the framework: it registers the endpoints of a service
// with the adapter's Register, and each [Route] with the adapter's own [Middleware], as its users
// would. [Harness.Store] returns an empty store for each service; with a store of your own behind
// an adapter that passes, the suite runs the whole protocol over that store.
//
// # What it asks
//
// Every claim is one thing that must be true of every adapter: what each endpoint answers to the
// byte, also to bodies, headers and tokens that nobody should send; that guards deny on errors and
// panics; that stores which fail, panic or hang are 503; that exactly one answer is written, and
// that the identity of one request never shows up in another. The same is asked of a client-service
// before auth-services that answer, refuse, lie and fail.
//
// Claims are subtests named by a sentence and run in parallel; clocks are moved, nothing sleeps. Only
// a client-service that waits for its auth-service in vain takes its time: two seconds at most.
package adaptertest
