package remote

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

var errDown = errors.New("connection refused")

// keyServer is an auth-service that publishes keys, and a clock.
type keyServer struct {
	t       *testing.T
	v       *verifier
	keys    []token.Key
	set     string // instead of keys
	err     error  // instead of either
	fetches atomic.Int32
	gate    chan struct{} // nil: it answers at once
	panics  bool
	elapsed time.Duration
}

// withKeyServer runs a test of a verifier that asks a server for ES256 keys. It publishes "a".
func withKeyServer(t *testing.T, test func(*testing.T, *keyServer)) {
	t.Helper()
	pairs()
	synctest.Test(t, func(t *testing.T) {
		s := &keyServer{t: t}
		s.publish("a", "ES256")
		var err error
		s.v, err = newVerifier(auth.Settings{Signing: auth.Signing{Algorithm: token.ES256}}, s.fetch, func() time.Time {
			return t0.Add(s.elapsed)
		})
		if err != nil {
			t.Fatal(err)
		}
		test(t, s)
	})
}

// publish makes the server publish one key.
func (s *keyServer) publish(kid, name string) {
	s.keys = []token.Key{published(s.t, kid, token.ES256, pairs()[name])}
}

func (s *keyServer) fetch(ctx context.Context) ([]token.Key, error) {
	s.fetches.Add(1)
	if s.gate != nil {
		<-s.gate
	}
	switch {
	case s.panics:
		panic("oops")
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case s.err != nil:
		return nil, s.err
	case s.set != "":
		return parseKeys(query{}, s.set)
	}
	return s.keys, nil
}

// by returns a token of a pair, with a key id unless that is empty.
func (s *keyServer) by(name, kid string) string {
	return mint(s.t, token.ES256, pairs()[name].private, kid, nil)
}

// want verifies a token and waits until whatever was begun for that is over.
func (s *keyServer) want(what, raw string, status int) {
	s.t.Helper()
	_, err := verify(s.t, s.v, raw)
	synctest.Wait()
	if got := statusOf(err); got != status {
		s.t.Errorf("%s: %d, %v, want %d", what, got, err, status)
	}
}

// statusOf is what a client would get.
func statusOf(err error) int {
	var e *auth.Error
	switch {
	case err == nil:
		return http.StatusOK
	case errors.As(err, &e):
		return e.Status()
	case errors.Is(err, token.ErrInvalid):
		return http.StatusUnauthorized
	}
	return 0
}

// fetched compares how often keys were fetched since the last time.
func (s *keyServer) fetched(what string, want int32) {
	s.t.Helper()
	if got := s.fetches.Swap(0); got != want {
		s.t.Errorf("%s: keys were fetched %d times, want %d", what, got, want)
	}
}

// atOnce verifies every token in a goroutine of its own and returns how many were accepted.
func (s *keyServer) atOnce(raws ...string) int {
	var wg sync.WaitGroup
	var good atomic.Int32
	for _, raw := range raws {
		wg.Go(func() {
			if _, err := verify(s.t, s.v, raw); err == nil {
				good.Add(1)
			}
		})
	}
	wg.Wait()
	return int(good.Load())
}

func repeat(raw string, n int) []string {
	var raws []string
	for range n {
		raws = append(raws, raw)
	}
	return raws
}
