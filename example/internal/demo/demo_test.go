package demo_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/example/internal/demo"
	"github.com/authplug/authplug/example/internal/httpclient"
	"github.com/authplug/authplug/memstore"
)

const (
	password = "correct horse 9"
	nobody   = `{"detail":"Authentication credentials were not provided."}`
	denied   = `{"detail":"You do not have permission to perform this action.","code":"permission_denied"}`
)

// pinger is a store's health.
type pinger struct{ err error }

func (p *pinger) Ping(ctx context.Context) error {
	if _, bounded := ctx.Deadline(); !bounded {
		return errors.New("nobody bounds the time")
	}
	return p.err
}

// newService returns a service in memory with its users.
func newService(t *testing.T, change func(*auth.Settings), users ...auth.NewUser) *auth.Service {
	t.Helper()
	settings := auth.EasyJWT()
	settings.Signing.Key = "Zk3vQ9xT1mB7cW5yR8sJ2nL6pD4gH0aF"
	settings.Passwords.Weak = true
	change(&settings)
	service, err := auth.New(settings, auth.In(memstore.New()))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range users {
		n.Password = password
		if _, err := service.CreateUser(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	return service
}

func unchanged(*auth.Settings) {}

// eachFramework runs a test on the application of both frameworks: what is the same in one
// expectation is the same on both.
func eachFramework(t *testing.T, service *auth.Service, test func(c *httpclient.Client)) {
	t.Helper()
	for name, serve := range map[string]func(*demo.App) http.Handler{"gin": (*demo.App).Gin, "echo": (*demo.App).Echo} {
		t.Run(name, func(t *testing.T) {
			test(httpclient.Of(t, serve(demo.New(service, &pinger{}))))
		})
	}
}

func TestEveryRouteHasItsGuard(t *testing.T) {
	service := newService(
		t, unchanged,
		auth.NewUser{Email: "plain@example.com"},
		auth.NewUser{Email: "staff@example.com", Staff: true},
		auth.NewUser{Email: "editor@example.com", Roles: []string{"author", "editor"}},
		auth.NewUser{Email: "viewer@example.com", Permissions: []string{"posts.view"}},
		auth.NewUser{Email: "deleter@example.com", Permissions: []string{"posts.delete"}},
		auth.NewUser{Email: "root@example.com", Superuser: true},
	)
	eachFramework(t, service, func(c *httpclient.Client) {
		clients := map[string]*httpclient.Client{}
		for _, name := range []string{"plain", "staff", "editor", "viewer", "deleter", "root"} {
			clients[name] = c.Login(name+"@example.com", password)
		}
		for path, admitted := range map[string]string{"/api/staff/": "staff", "/api/editor/": "editor", "/api/posts/": "viewer"} {
			c.Get(path).Want(401, nobody)
			for name, user := range clients {
				if name == admitted {
					user.Get(path).Want(200, `"success"`)
					continue
				}
				user.Get(path).Want(403, denied)
			}
		}
		c.Delete("/api/posts/1/").Want(401, nobody)
		clients["viewer"].Delete("/api/posts/1/").Want(403, denied)
		clients["deleter"].Delete("/api/posts/1/").Want(204, "")
		clients["root"].Delete("/api/posts/1").Want(204, "")
		for i, want := range []string{`{"touched":1}`, `{"touched":2}`} {
			clients[[]string{"plain", "staff"}[i]].Post("/api/touch/", nil).Want(200, want)
		}
		c.Post("/api/touch/", nil).Want(401, nobody)
	})
}

func TestWhoamiTellsWhatTheServiceKnows(t *testing.T) {
	service := newService(
		t, unchanged,
		auth.NewUser{Email: "plain@example.com"},
		auth.NewUser{
			Email: "ed@example.com", Roles: []string{"editor"}, Permissions: []string{"a", "b"}, Staff: true, Superuser: true,
			Extra: map[string]string{"plan": "<pro> ☃"},
		},
	)
	eachFramework(t, service, func(c *httpclient.Client) {
		c.Get("/api/whoami/").Want(401, nobody)
		c.Get("/api/maybe/").Want(200, `{"user_id":null}`)
		c.As("bad", "").Get("/api/maybe/").Want(401, "")
		plain := c.Login("plain@example.com", password)
		plain.Get("/api/test/").Want(200, `"success"`)
		plain.Get("/api/maybe/").Want(200, `{"user_id":1}`)
		plain.Get("/api/whoami/").Want(200, `{"user_id":1,"email":"plain@example.com","roles":[],"permissions":[],`+
			`"is_staff":false,"is_superuser":false,"stateless":false,"extra":{}}`)
		c.Login("ed@example.com", password).Get("/api/whoami/").Want(200, `{"user_id":2,"email":"ed@example.com",`+
			`"roles":["editor"],"permissions":["a","b"],"is_staff":true,"is_superuser":true,"stateless":false,"extra":{"plan":"<pro> ☃"}}`)
	})
}

func TestWhoamiOfAStatelessIdentity(t *testing.T) {
	service := newService(t, func(s *auth.Settings) {
		s.Claims.Stateless, s.Claims.UserIDField, s.Claims.Access = true, "email", []string{"roles"}
	}, auth.NewUser{Email: "ed@example.com", Roles: []string{"editor"}, Permissions: []string{"a"}, Staff: true})
	eachFramework(t, service, func(c *httpclient.Client) {
		c.Login("ed@example.com", password).Get("/api/whoami/").Want(200, `{"user_id":"ed@example.com","email":"ed@example.com",`+
			`"roles":["editor"],"permissions":[],"is_staff":false,"is_superuser":false,"stateless":true,"extra":{}}`)
	})
}

func TestWhatIsNotThereIsTheSameOnBoth(t *testing.T) {
	eachFramework(t, newService(t, unchanged), func(c *httpclient.Client) {
		for _, path := range []string{"/", "/api", "/api/nothing/", "/auth/nothing/", "/readyz/", "/healthz/"} {
			c.Get(path).Want(404, `{"detail":"Not found."}`)
		}
		p := c.Delete("/api/test/").Want(405, `{"detail":"Method \"DELETE\" not allowed."}`)
		if p.Header.Get("Content-Type") != "application/json" || p.Header.Get("Allow") == "" {
			t.Errorf("headers are %v", p.Header)
		}
		if p, err := c.Try(http.MethodOptions, "/api/test/", nil); err != nil || p.Status != 204 || p.Header.Get("Allow") == "" {
			t.Errorf("OPTIONS = %+v, %v", p, err)
		}
	})
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	service := newService(t, unchanged, auth.NewUser{Email: "plain@example.com"})
	eachFramework(t, service, func(c *httpclient.Client) {
		plain := c.Login("plain@example.com", password)
		for _, path := range []string{
			"/livez", "/readyz", "/healthz", "/api/test/", "/api/test", "/api/whoami/", "/api/staff/", "/api/editor/", "/api/posts/", "/api/maybe/",
		} {
			for _, user := range []*httpclient.Client{c, plain} {
				status := user.Get(path).Status
				p, err := user.Try(http.MethodHead, path, nil)
				if err != nil || p.Status != status || p.Body != "" || p.Header.Get("Content-Type") != "application/json" {
					t.Errorf("HEAD %s = %+v, %v; want %d", path, p, err, status)
				}
			}
		}
		if p, err := c.Try(http.MethodHead, "/api/touch/", nil); err != nil || p.Status != http.StatusMethodNotAllowed {
			t.Errorf("HEAD of a POST = %+v, %v", p, err)
		}
	})
}

func TestReadinessIsTheStores(t *testing.T) {
	for name, serve := range map[string]func(*demo.App) http.Handler{"gin": (*demo.App).Gin, "echo": (*demo.App).Echo} {
		t.Run(name, func(t *testing.T) {
			store := &pinger{}
			app := demo.New(newService(t, unchanged), store)
			c := httpclient.Of(t, serve(app))
			c.Get("/readyz").Want(200, `{"status":"ok"}`)
			c.Get("/healthz").Want(200, `{"status":"ok"}`)
			app.Stop()
			c.Get("/readyz").Want(503, `{"status":"unavailable"}`)
			c.Get("/healthz").Want(503, `{"status":"unavailable","detail":"the service is stopping"}`)
			store.err = errors.New("dial tcp 10.1.2.3: secret internals")
			c = httpclient.Of(t, serve(demo.New(newService(t, unchanged), store)))
			c.Get("/readyz").Want(503, `{"status":"unavailable"}`)
			c.Get("/healthz").Want(503, `{"status":"unavailable","detail":"the store does not answer"}`)
			c.Get("/livez").Want(200, `{"status":"ok"}`)
		})
	}
}
