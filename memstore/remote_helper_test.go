package memstore_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/memstore"
)

// These are the tests of package remote that need a store.

// upstream is an auth-service on a clock of its own, behind a server that counts and can be told to
// answer otherwise.
type upstream struct {
	*authtest.Fixture

	url string

	mu      sync.Mutex
	asked   map[string]int
	instead http.HandlerFunc // nil: the service itself
}

// sharedKey signs the tokens of upstreams.
func sharedKey(s *auth.Settings) { s.Signing.Key = yourKey }

func newUpstream(t *testing.T, configure ...func(*auth.Settings)) *upstream {
	t.Helper()
	up := &upstream{
		Fixture: newFixture(t, append([]func(*auth.Settings){sharedKey}, configure...)...), asked: map[string]int{},
	}
	app := site(up.Service, auth.Authenticated)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		up.mu.Lock()
		up.asked[r.URL.Path]++
		instead := up.instead
		up.mu.Unlock()
		if instead != nil {
			instead(w, r)
			return
		}
		app.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	up.url = server.URL
	return up
}

// answer makes the auth-service answer otherwise, or by itself again.
func (up *upstream) answer(instead http.HandlerFunc) {
	up.mu.Lock()
	defer up.mu.Unlock()
	up.instead = instead
}

func down(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }

// says answers one path with JSON, and others as the service does.
func (up *upstream) says(path string, status int, body string) {
	app := site(up.Service, auth.Authenticated)
	up.answer(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path {
			app.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

// questions returns how often a path was asked, and forgets it.
func (up *upstream) questions(path string) int {
	up.mu.Lock()
	defer up.mu.Unlock()
	n := up.asked[path]
	up.asked[path] = 0
	return n
}

// side is a client-service of an upstream.
type side struct {
	*auth.Service
	store *memstore.Store
	app   http.Handler
	up    *upstream
}

func newSide(t *testing.T, up *upstream, configure ...func(*auth.Settings, *remote.Settings)) *side {
	t.Helper()
	settings := auth.Settings{Signing: auth.Signing{Key: yourKey}, Passwords: auth.PasswordSettings{Weak: true}, Now: up.Clock.Now}
	upstream := remote.Settings{URL: up.url, AllowInsecure: true, Timeout: time.Second}
	for _, c := range configure {
		c(&settings, &upstream)
	}
	store := memstore.New()
	s, err := remote.New(settings, auth.In(store), upstream)
	if err != nil {
		t.Fatal(err)
	}
	return &side{s, store, site(s, auth.Authenticated), up}
}

// in sets a mode of verification, believed for a minute where it needs to be.
func in(m remote.Mode) func(*auth.Settings, *remote.Settings) {
	if m == remote.VerifyHybrid {
		return mode(m, time.Minute)
	}
	return mode(m, 0)
}

// mode sets how tokens are verified, and for how long that is believed.
func mode(m remote.Mode, ttl time.Duration) func(*auth.Settings, *remote.Settings) {
	return func(_ *auth.Settings, c *remote.Settings) { c.Verify, c.CacheTTL = m, ttl }
}

// page asks for the guarded page.
func (s *side) page(access string) *authtest.Answer {
	return s.up.Do(s.app, "GET", "/page", s.up.Bearer(access))
}

// obtain logs in through the client-service.
func (s *side) obtain(email, password string) *authtest.Answer {
	return s.up.Do(s.app, "POST", "/auth/token/", s.up.JSON(map[string]string{"email": email, "password": password}))
}

// of returns the mirrored user of a remote one.
func (s *side) of(t *testing.T, u *auth.User) *auth.User {
	t.Helper()
	local, err := s.store.User(t.Context(), auth.UserKey{Issuer: s.up.url, RemoteID: u.ID})
	if err != nil {
		t.Fatal(err)
	}
	return local
}
