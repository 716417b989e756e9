package adaptertest

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/internal/described"
)

// neverAnswered are statuses that are described and that no claim can bring about: a panic of this
// package would, and nothing of the application's runs there that could break.
var neverAnswered = []string{
	"csrf 500", "jwks 500", "openapi 500", "session-end 500", "sessions 500", "sessions-end-others 500", "token-blacklist 500", "token-logout 500", "token-verify 500",
}

// neverAnsweredByClients are the same of client-services.
var neverAnsweredByClients = []string{
	"csrf 500", "password-change 500", "token-logout 500", "token-refresh 500", "token-sliding-refresh 500", "token-verify 500",
}

// watched returns a harness that compares every exchange of the suite with the description of the
// endpoints: what is asked and answered is described, and what is described is answered somewhere.
// Client-services have descriptions of their own.
func (h Harness) watched(t *testing.T) Harness {
	t.Helper()
	var own, clients described.Watch
	h.unwatched = h.Serve
	h.Serve, h.serveClient = watching(&own, h.unwatched), watching(&clients, h.unwatched)
	h.ran = new(atomic.Int64)
	t.Cleanup(func() {
		whole := int(h.ran.Load()) == countClaims()
		checkWatch(t, &own, whole, neverAnswered)
		checkWatch(t, &clients, whole, neverAnsweredByClients)
	})
	return h
}

// serving is how an application is served.
type serving = func(s *auth.Service, routes []Route, opts ...auth.RouteOption) http.Handler

func watching(watch *described.Watch, serve serving) serving {
	return func(s *auth.Service, routes []Route, opts ...auth.RouteOption) http.Handler {
		return watch.Handler(s, opts, serve(s, routes, opts...))
	}
}

// checkWatch tells what was found; that something is never answered only if the whole suite was run.
func checkWatch(t *testing.T, watch *described.Watch, whole bool, never []string) {
	t.Helper()
	for _, problem := range watch.Problems() {
		t.Errorf("not as it is described: %s", problem)
	}
	if unseen := watch.Unseen(); whole && !slices.Equal(unseen, never) {
		t.Errorf("described and never answered:\n%s\nwant\n%s", strings.Join(unseen, "\n"), strings.Join(never, "\n"))
	}
}

func countClaims() int {
	n := 0
	for _, part := range parts {
		n += len(part.claims)
	}
	return n
}
