package adaptertest

import (
	"net/http"
	"strconv"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/internal/replay"
)

var replayClaims = []claim{
	{"recorded exchanges are answered as they were", recordedExchanges},
}

// replayed is the harness as package replay takes it: the recordings know no routes of
// applications.
func (h Harness) replayed() replay.Harness {
	serve := func(s *auth.Service, opts ...auth.RouteOption) http.Handler { return h.Serve(s, nil, opts...) }
	client := func(s *auth.Service, opts ...auth.RouteOption) http.Handler { return h.serveClient(s, nil, opts...) }
	return replay.Harness{Serve: serve, Client: client, Store: h.Store}
}

func recordedExchanges(t *testing.T, h Harness) { replay.Run(t, h.replayed(), saysItsLength) }

// saysItsLength looks at what the comparison leaves out: an answer says how long its body is, and
// one without a body says nothing of it.
func saysItsLength(t *testing.T, a replay.Answered) {
	t.Helper()
	if a.Status == http.StatusNotFound || a.Request.Method == http.MethodHead {
		return // the application's own; what a GET would say
	}
	length := a.Header.Get("Content-Length")
	if len(a.Body) == 0 && (length != "" || a.Header.Get("Content-Type") != "") ||
		len(a.Body) > 0 && length != strconv.Itoa(len(a.Body)) {
		t.Errorf("%s %s: %d bytes with %v", a.Request.Method, a.Request.URL, len(a.Body), a.Header)
	}
}
