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
	"openapi 500", "token-blacklist 500", "token-logout 500", "token-verify 500",
}

// watched returns a harness that compares every exchange of the suite with the description of the
// endpoints: what is asked and answered is described, and what is described is answered somewhere.
// Client-services are not watched: what they answer is in the words of their auth-service.
func (h Harness) watched(t *testing.T) Harness {
	t.Helper()
	var watch described.Watch
	serve := h.Serve
	h.unwatched = serve
	h.Serve = func(s *auth.Service, routes []Route, opts ...auth.RouteOption) http.Handler {
		return watch.Handler(s, opts, serve(s, routes, opts...))
	}
	h.ran = new(atomic.Int64)
	t.Cleanup(func() {
		for _, problem := range watch.Problems() {
			t.Errorf("not as it is described: %s", problem)
		}
		if int(h.ran.Load()) < countClaims() {
			return // only a part of the suite was run
		}
		if unseen := watch.Unseen(); !slices.Equal(unseen, neverAnswered) {
			t.Errorf("described and never answered:\n%s\nwant\n%s",
				strings.Join(unseen, "\n"), strings.Join(neverAnswered, "\n"))
		}
	})
	return h
}

func countClaims() int {
	n := 0
	for _, part := range parts {
		n += len(part.claims)
	}
	return n
}
