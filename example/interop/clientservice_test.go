package interop_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/example/internal/demo"
	"github.com/authplug/authplug/example/internal/httpclient"
	"github.com/authplug/authplug/memstore"
)

// clientSettings are those of a client-service.
type clientSettings struct {
	auth   auth.Settings
	remote remote.Settings
}

// newClientService returns a client-service with a user of its own, so that the ids of mirrored
// users are others than the auth-service's.
func newClientService(t *testing.T, s clientSettings) (*auth.Service, *memstore.Store) {
	t.Helper()
	store := memstore.New()
	own := &auth.User{UUID: "7d1a4c1e-2a0b-4a52-8f0e-0d8f5a3b6c11", Email: "local@example.com", Active: true}
	if err := store.CreateUser(t.Context(), own); err != nil {
		t.Fatal(err)
	}
	s.remote.AllowInsecure = true
	service, err := remote.New(s.auth, auth.In(store), s.remote)
	if err != nil {
		t.Fatal(err)
	}
	return service, store
}

// What a client-service answers while the auth-service is down, and to tokens that Django does not
// know.
const (
	down      = `{"detail":"Authentication Service Connection Error.","code":"auth_service_unavailable"}`
	loggedOut = `{"detail":"Logged out."}`
)

// gone may not log in, and mover changes the password.
const (
	gone  = "gone@example.com"
	mover = "mover@example.com"
)

// cacheTTL is for how long a client-service in hybrid mode does not ask again.
const cacheTTL = time.Minute

// scene is a client-service behind a Django, and a client of it.
type scene struct {
	t    *testing.T
	d    *django
	here *httpclient.Client
	mode remote.Mode
	late *atomic.Int64 // how far its clock is ahead
}

func TestAClientServiceBehindDjango(t *testing.T) {
	needDjango(t)
	secret, pair := allKeys()[token.HS256], allKeys()[token.RS256].named(allParties[everybody])
	public := pair.ours
	public.Key, public.VerifyingKey = "", pair.public
	for name, c := range map[string]struct {
		mode   remote.Mode
		ours   auth.Signing
		theirs simplejwt
	}{
		"remote":               {remote.VerifyRemote, auth.Signing{}, secret.signs},
		"local by a secret":    {remote.VerifyLocal, secret.ours, secret.signs},
		"local by public key":  {remote.VerifyLocal, public, pair.signs},
		"hybrid by a secret":   {remote.VerifyHybrid, secret.ours, secret.signs},
		"hybrid by public key": {remote.VerifyHybrid, public, pair.signs},
	} {
		for framework, serve := range map[string]func(*demo.App) http.Handler{"gin": (*demo.App).Gin, "echo": (*demo.App).Echo} {
			t.Run(name+", "+framework, func(t *testing.T) {
				t.Parallel()
				s := &scene{t: t, mode: c.mode, late: &atomic.Int64{}}
				s.d = newDjango(t, with(c.theirs, simplejwt{"ROTATE_REFRESH_TOKENS": true, "BLACKLIST_AFTER_ROTATION": true}))
				settings := clientSettings{auth: auth.Settings{Signing: c.ours}, remote: remote.Settings{URL: s.d.url(), Verify: c.mode}}
				settings.auth.Now = func() time.Time { return time.Now().Add(time.Duration(s.late.Load())) }
				if c.mode == remote.VerifyHybrid {
					settings.remote.CacheTTL = cacheTTL
				}
				service, store := newClientService(t, settings)
				s.here = httpclient.Of(t, serve(demo.New(service, store)))
				s.play()
			})
		}
	}
}

func (s *scene) play() {
	s.d.put(map[string]any{"email": ann, "id": 41, "first_name": "Ann", "password": password, "is_staff": true})
	s.d.put(map[string]any{"email": gone, "id": 42, "password": password, "is_active": false})
	s.d.put(map[string]any{"email": mover, "id": 43, "password": password})
	s.refusesLogins()
	s.mirrors()
	s.rotates()
	s.logsOut()
	s.changesPassword()
	s.survives()
	s.noticesDeactivation()
}

// login posts credentials.
func (s *scene) login(email, password string) httpclient.Reply {
	s.t.Helper()
	return s.here.Post("/auth/token/", map[string]string{"email": email, "password": password})
}

func (s *scene) refusesLogins() {
	s.login(ann, "wrong horse 9").Want(401, loginFailed)
	s.login(gone, password).Want(401, loginFailed)
	s.login("nobody@example.com", password).Want(401, loginFailed)
	s.login("local@example.com", password).Want(401, loginFailed)
}

// mirrors looks at the local user of Ann: her rights at the auth-service are none here.
func (s *scene) mirrors() {
	c := s.here.Login(ann, password)
	c.Get("/api/whoami/").Want(200, `{"user_id":2,"email":"ann@example.com","roles":[],"permissions":[],"is_staff":false,`+
		`"is_superuser":false,"stateless":false,"extra":{}}`)
	s.calls(c, "Ann")
	s.d.put(map[string]any{"email": ann, "first_name": "Änne"})
	if s.mode == remote.VerifyRemote {
		s.calls(c, "Änne")
	}
	s.calls(s.here.Login(ann, password), "Änne")
	s.here.Post(verifyPath, map[string]string{"token": c.Access}).Want(200, "{}")
	s.here.As(c.Refreshing, "").Get("/api/whoami/").Want(401, "")
	s.here.As(c.Access[:len(c.Access)-8]+"AAAAAAAA", "").Get("/api/whoami/").Want(401, "")
}

// calls checks the first name that a client-service knows of a client.
func (s *scene) calls(c *httpclient.Client, firstName string) {
	s.t.Helper()
	if p := c.Get("/auth/user/").Want(200, ""); p.Text("first_name") != firstName {
		s.t.Errorf("the user is %s, want the first name %q", p.Body, firstName)
	}
}

func (s *scene) rotates() {
	c := s.here.Login(ann, password)
	first := c.Refreshing
	c.Refresh().Want(200, "")
	c.Get("/api/test/").Want(200, "")
	if c.Refreshing == first {
		s.t.Error("the refresh token was not replaced")
	}
	s.here.As("", first).Refresh().Want(401, blacklisted)
	if p := s.here.Post(verifyPath, map[string]string{"token": first}); s.mode == remote.VerifyLocal {
		p.Want(200, "{}") // nobody knows here
	} else {
		p.Want(400, `{"non_field_errors":["Token is blacklisted"]}`)
	}
	c.Refresh().Want(200, "")
	s.here.As("", c.Access).Refresh().Want(401, `{"detail":"Token has wrong type","code":"token_not_valid"}`)
}

func (s *scene) logsOut() {
	c := s.here.Login(ann, password)
	refresh := map[string]string{"refresh": c.Refreshing}
	s.here.Post(logoutPath, refresh).Want(200, loggedOut)
	c.Refresh().Want(401, blacklisted)
	s.here.Post(logoutPath, refresh).Want(200, loggedOut)
}

func (s *scene) changesPassword() {
	const next = "battery staple 7"
	change := func(old, replacement string) httpclient.Reply {
		return s.here.Post("/auth/password-change/", map[string]string{"email": mover, "password": old, "new_password": replacement})
	}
	change("wrong horse 9", next).Want(400, `{"non_field_errors":["Invalid credentials."]}`)
	change(password, "12345678").Want(400, `{"new_password":["This password is too common.","This password is entirely numeric."]}`)
	change(password, next).Want(200, "{}")
	s.login(mover, password).Want(401, loginFailed)
	s.login(mover, next).Want(200, "")
}

// survives stops the auth-service and starts it again.
func (s *scene) survives() {
	c := s.here.Login(ann, password)
	c.Get("/api/test/").Want(200, "")
	s.d.stop()
	if p := s.login(ann, password).Want(503, down); p.Header.Get("Retry-After") == "" {
		s.t.Error("nothing says when to try again")
	}
	s.here.As("", c.Refreshing).Refresh().Want(503, down)
	s.here.Post(logoutPath, map[string]string{"refresh": "x"}).Want(200, loggedOut)
	if s.mode == remote.VerifyRemote {
		c.Get("/api/test/").Want(503, down)
	} else {
		c.Get("/api/test/").Want(200, "")
	}
	s.d.start()
	for tries := time.Now(); s.login(ann, password).Status != 200; time.Sleep(50 * time.Millisecond) {
		if time.Since(tries) > patience {
			s.t.Fatal("the client-service does not recover")
		}
	}
	c.Get("/api/test/").Want(200, "")
	c.Refresh().Want(200, "")
}

// noticesDeactivation comes last: Ann is inactive from then on.
func (s *scene) noticesDeactivation() {
	c := s.here.Login(ann, password)
	c.Get("/api/test/").Want(200, "")
	s.d.put(map[string]any{"email": ann, "is_active": false})
	s.login(ann, password).Want(401, loginFailed)
	if s.mode == remote.VerifyRemote {
		c.Get("/api/test/").Want(401, "")
		return
	}
	c.Get("/api/test/").Want(200, "")
	s.late.Store(int64(cacheTTL))
	if s.mode == remote.VerifyHybrid {
		c.Get("/api/test/").Want(401, "")
	} else {
		c.Get("/api/test/").Want(200, "")
	}
}
