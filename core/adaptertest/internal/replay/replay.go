// Package replay answers the recorded exchanges of package recorded anew, each alone on a service
// of its own, and compares status, headers and body to the byte. A client-service asks an
// auth-service of its own: one of this library, or one that answers what the recorded one was scripted
// to.
//
// What is different each time is compared by its shape: ids of new users, tokens' ids, dates.
// Everything that a token says is compared claim by claim, in order. Two things are always added: a
// token names its session behind its user, and an answer with a token or a person's data is not
// stored by caches. Whatever else differs stands in the list review.json, with the number of the
// decision that wants it so, and with what is answered instead. So do exchanges with a service that
// cannot be configured here; that it is refused is tested in their place.
package replay

import (
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/recorded"
)

// Harness is an adapter, and a store for it.
type Harness struct {
	// Serve returns an application of the framework with the endpoints of an auth-service, and Client
	// one with those of a client-service.
	Serve, Client func(s *auth.Service, opts ...auth.RouteOption) http.Handler

	// Store returns a new, empty store that counts ids from 1.
	Store func(t *testing.T) auth.Store
}

// Answered is a replayed exchange: the request as it was sent, and the answer it got.
type Answered struct {
	ID      string
	Request *http.Request // its body is RequestBody, and read
	Status  int
	Header  http.Header

	RequestBody, Body []byte
}

// Run replays all exchanges and compares their answers. It shows each answer to whoever wants to
// compare it with something else, from several goroutines.
func Run(t *testing.T, h Harness, show ...func(t *testing.T, a Answered)) {
	t.Helper()
	for _, e := range recorded.Exchanges() {
		t.Run(e.ID, func(t *testing.T) {
			t.Parallel()
			if f, refused := review().refusal(e); !refused {
				replay(t, h, e, show)
			} else if err := f.check(h.Store(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

// replay replays an exchange, once with tokens of each origin.
func replay(t *testing.T, h Harness, e recorded.Exchange, show []func(t *testing.T, a Answered)) {
	t.Helper()
	for _, o := range origins(e) {
		s := newStage(t, h, e, o)
		a := s.play()
		s.judge(a)
		for _, f := range show {
			f(t, a)
		}
	}
}
