package replay

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
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
	exchange recorded.Exchange
	origin   origin
	setup    setup

	store   auth.Store
	service *auth.Service
	handler http.Handler
	tokens  map[string]string // by placeholder
	refresh string            // the refresh token of the last login

	mu  sync.Mutex
	now time.Time
}

// newStage sets everything up for an exchange, up to its request.
func newStage(t *testing.T, h Harness, e recorded.Exchange, o origin) *stage {
	t.Helper()
	set, ok := setups[e.Setup]
	if !ok {
		t.Fatalf("nobody knows how to set up %q", e.Setup)
	}
	s := &stage{t: t, exchange: e, origin: o, setup: set, store: h.Store(t), tokens: map[string]string{}}
	settings := recordedSettings()
	settings.Now = s.clock
	if set.settings != nil {
		set.settings(&settings)
	}
	service, err := auth.New(settings, auth.In(s.store))
	if err != nil {
		t.Fatalf("New() = %v", err)
	}
	s.service = service
	var opts []auth.RouteOption
	if set.routes != nil {
		opts = set.routes(service)
	}
	s.handler = h.Serve(service, opts...)
	s.people()
	s.prepare()
	return s
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

// hashes are the stored passwords of the fixture's users.
var hashes = sync.OnceValue(func() []auth.Secret {
	hasher, err := password.New(password.Config{Weak: true})
	if err != nil {
		panic(err)
	}
	var all []auth.Secret
	for _, u := range recorded.People().Users {
		hash, err := hasher.Hash(context.Background(), u.Password)
		if err != nil {
			panic(err)
		}
		all = append(all, auth.Secret(hash))
	}
	return all
})

// people stores the fixture's users as they were, some as no registration would have made them.
func (s *stage) people() {
	s.t.Helper()
	for i, p := range recorded.People().Users {
		u := &auth.User{
			UUID:  fmt.Sprintf("00000000-0000-4000-8000-%012d", p.ID),
			Email: p.Email, FirstName: p.FirstName, LastName: p.LastName,
			Active: p.Active == nil || *p.Active, Staff: p.Staff, Superuser: p.Superuser,
			DateJoined: time.Unix(joined, 814e6).UTC(), PasswordHash: hashes()[i],
		}
		if err := s.store.CreateUser(s.t.Context(), u); err != nil || u.ID != fmt.Sprint(p.ID) {
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
	return s.send(s.request())
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

func (s *stage) send(r *http.Request, body []byte) Answered {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if r.Method == http.MethodHead {
		w.Body.Reset() // a server sends none
	}
	return Answered{
		ID: s.exchange.ID, Request: r, RequestBody: body,
		Status: w.Code, Header: w.Result().Header, Body: w.Body.Bytes(),
	}
}

// post posts a JSON body on the way to the exchange; it must succeed.
func (s *stage) post(endpoint, body string) []byte {
	s.t.Helper()
	a := s.send(s.jsonRequest(endpoint, []byte(body)), []byte(body))
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
