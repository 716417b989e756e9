// Package adaptertest is the contract of every adapter, executable: an adapter's own test hands it
// the framework, and the same requests must get the same answers everywhere. It is exported for
// adapters of other frameworks and stores of other makers.
//
//	func TestAdapter(t *testing.T) {
//		adaptertest.Run(t, adaptertest.Harness{Serve: serve, Store: store})
//	}
package adaptertest

import (
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// Harness is what the suite needs to know of an adapter.
type Harness struct {
	// Serve returns an application of the framework, with its own default middleware: the
	// endpoints of the service, registered with opts, and the routes.
	Serve func(s *auth.Service, routes []Route, opts ...auth.RouteOption) http.Handler

	// Store returns a new, empty store.
	Store func(t *testing.T) auth.Store
}

// Route is a route of the application. The adapter guards it, and its handler answers 200 with
// what Handle returns, as JSON.
type Route struct {
	Method, Path string

	// How it is guarded: the adapter's Authenticate if all are empty, else its middleware of that
	// name.
	Auth        bool
	Role        []string
	Permissions []string
	Guards      []auth.Guard

	// Handle gets the request as the framework's handler sees it, and who the adapter's Identity
	// says it is from.
	Handle func(r *http.Request, id *auth.Identity) any
}

// Run runs the whole suite.
func Run(t *testing.T, h Harness) {
	t.Helper()
	for _, part := range []struct {
		name string
		run  func(*testing.T, Harness)
	}{
		{"Login", testLogin},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.run(t, h)
		})
	}
}
