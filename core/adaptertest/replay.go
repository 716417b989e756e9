package adaptertest

import (
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/replay"
)

var replayClaims = []claim{
	{"recorded exchanges are answered as they were", recordedExchanges},
}

// replayed is the harness as package replay takes it: the recordings know no routes of applications.
func (h Harness) replayed() replay.Harness {
	serve := func(s *auth.Service, opts ...auth.RouteOption) http.Handler { return h.Serve(s, nil, opts...) }
	return replay.Harness{Serve: serve, Store: h.Store}
}

func recordedExchanges(t *testing.T, h Harness) { replay.Run(t, h.replayed()) }
