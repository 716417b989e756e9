package replay

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/recorded"
	"github.com/authplug/authplug/core/password"
)

// stage is where one exchange is replayed: a service of its own, set up as the recorded one was.
type stage struct {
	t        *testing.T
	harness  Harness
	exchange recorded.Exchange
	origin   origin
	setup    setup

	// The auth-service: who is asked, or whom a client-service asks. There is none where the
	// exchange knows no tokens but those of a script.
	store   auth.Store
	service *auth.Service
	auth    http.Handler

	// The client-service, if that is who is asked.
	clientStore auth.Store
	client      *auth.Service

	handler http.Handler      // of who is asked
	tokens  map[string]string // by placeholder
	refresh string            // the refresh token of the last login

	mu  sync.Mutex
	now time.Time
}

// newStage sets everything up for an exchange, up to its request.
func newStage(t *testing.T, h Harness, e recorded.Exchange, o origin) *stage {
	t.Helper()
	set, ok := setupOf(e)
	if !ok {
		t.Fatalf("nobody knows how to set up %q", e.Setup)
	}
	s := &stage{t: t, harness: h, exchange: e, origin: o, setup: set, tokens: map[string]string{}}
	if set.upstream == nil {
		s.openAuth()
	}
	s.handler = s.auth
	if e.Service == clientService {
		s.openClient()
	}
	s.prepare()
	return s
}

// openAuth starts the auth-service with the fixture's users.
func (s *stage) openAuth() {
	s.t.Helper()
	settings := recordedSettings()
	settings.Now = s.clock
	if s.setup.settings != nil {
		s.setup.settings(&settings)
	}
	s.store = s.harness.Store(s.t)
	service, err := auth.New(settings, auth.In(s.store))
	if err != nil {
		s.t.Fatalf("New() = %v", err)
	}
	s.service = service
	var opts []auth.RouteOption
	if s.setup.routes != nil {
		opts = s.setup.routes(service)
	}
	s.auth = s.harness.Serve(service, opts...)
	s.populate(s.store, recorded.People().Users)
}

func (s *stage) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// at sets the clock.
func (s *stage) at(second int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = time.Unix(second, 0).UTC()
}

// joined is when the fixture's users were made, in Unix time.
const joined = 1795316050

// hashes are the stored passwords of the fixture's users, by password.
var hashes = sync.OnceValue(func() map[string]auth.Secret {
	hasher, err := password.New(password.Config{Weak: true})
	if err != nil {
		panic(err)
	}
	all := map[string]auth.Secret{}
	for _, u := range slices.Concat(recorded.People().Users, recorded.People().ClientUsers) {
		hash, err := hasher.Hash(context.Background(), u.Password)
		if err != nil {
			panic(err)
		}
		all[u.Password] = auth.Secret(hash)
	}
	return all
})

// populate stores users as they were, some as no registration would have made them.
func (s *stage) populate(store auth.Store, people []recorded.User) {
	s.t.Helper()
	for _, p := range people {
		u := &auth.User{
			UUID:  fmt.Sprintf("00000000-0000-4000-8000-%012d", p.ID),
			Email: p.Email, FirstName: p.FirstName, LastName: p.LastName,
			Active: p.Active == nil || *p.Active, Staff: p.Staff, Superuser: p.Superuser,
			DateJoined: time.Unix(joined, 814e6).UTC(), PasswordHash: hashes()[p.Password],
		}
		if err := store.CreateUser(s.t.Context(), u); err != nil || u.ID != fmt.Sprint(p.ID) {
			s.t.Fatalf("CreateUser(%q) = %v with id %s, want %d", p.Email, err, u.ID, p.ID)
		}
	}
}

// user returns a user as it is stored.
func (s *stage) user(id string) *auth.User {
	s.t.Helper()
	u, err := s.store.User(s.t.Context(), auth.UserKey{ID: id})
	if err != nil {
		s.t.Fatalf("User(%q) = %v", id, err)
	}
	return u
}

// play sends the recorded request.
func (s *stage) play() Answered {
	s.t.Helper()
	r, body := s.request()
	return s.send(s.handler, r, body)
}

// request builds the recorded request, with this service's tokens in the places of the recorded
// ones.
func (s *stage) request() (*http.Request, []byte) {
	s.t.Helper()
	in := s.exchange.Request
	body := []byte(s.placed(sentBody(s.t, s.exchange)))
	r := httptest.NewRequestWithContext(s.t.Context(), in.Method, in.Path, bytes.NewReader(body))
	for name, value := range in.Headers {
		if value != "" { // an empty one was not sent
			r.Header.Set(name, s.placed(value))
		}
	}
	if in.Cookies != nil {
		r.Header.Set("Cookie", "sessionid=z3u0hlqhaknd78vljp4c708c1v4boh6j")
	}
	return r, body
}

func (s *stage) send(to http.Handler, r *http.Request, body []byte) Answered {
	s.t.Helper()
	w := httptest.NewRecorder()
	to.ServeHTTP(w, r)
	if r.Method == http.MethodHead {
		w.Body.Reset() // a server sends none
	}
	return Answered{
		ID: s.exchange.ID, Request: r, RequestBody: body,
		Status: w.Code, Header: w.Result().Header, Body: w.Body.Bytes(),
	}
}

// post posts a JSON body to the auth-service on the way to the exchange; it must succeed.
func (s *stage) post(endpoint, body string) []byte {
	s.t.Helper()
	a := s.send(s.auth, s.jsonRequest(endpoint, []byte(body)), []byte(body))
	if a.Status != http.StatusOK {
		s.t.Fatalf("POST %s %s: %d %s", endpoint, body, a.Status, a.Body)
	}
	return a.Body
}

func (s *stage) jsonRequest(endpoint string, body []byte) *http.Request {
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/auth"+endpoint, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}
