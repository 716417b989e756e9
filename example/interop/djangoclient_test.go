package interop_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/example/internal/demo"
	"github.com/authplug/authplug/example/internal/httpclient"
)

// A Django that has no tokens of its own asks an auth-service of ours, as strictly about what it
// answers as django-easyjwt's client is.
func TestADjangoClientServiceCanAskAnAuthServiceOfOurs(t *testing.T) {
	needDjango(t)
	for name, framework := range map[string]func(*demo.App) http.Handler{"gin": (*demo.App).Gin, "echo": (*demo.App).Echo} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := shared(allKeys()[token.HS256])
			store := populated(t, settings)
			service := newService(t, settings, store)
			upstream := httptest.NewServer(framework(demo.New(service, store)))
			t.Cleanup(upstream.Close)
			d := newDjango(t, simplejwt{}, "REMOTE_AUTH_SERVICE_URL="+upstream.URL)

			asksForTokens(d)
			mirrorsUsers(t, d, service)
			changesPasswords(d)
			settings.Now = func() time.Time { return time.Now().Add(-5 * time.Minute) }
			expired := tokens(t, newService(t, settings, store), root).Access
			d.As(expired, "").Get("/remote/guarded/").Want(401, `{"detail":"Token is invalid or expired"}`)
			refusesTheInactive(t, d, service)
		})
	}
}

// remoteLogin logs somebody in at Django, which knows no password.
func remoteLogin(d *django, email, password string) *httpclient.Client {
	d.t.Helper()
	p := d.Post("/remote/token/", map[string]string{"email": email, "password": password}).Want(200, "")
	return d.As(p.Text("access"), p.Text("refresh"))
}

func asksForTokens(d *django) {
	c := remoteLogin(d, ann, password)
	d.Post("/remote/token/verify/", map[string]string{"token": c.Access}).Want(200, "{}")
	next := d.Post("/remote/token/refresh/", map[string]string{"refresh": c.Refreshing}).Want(200, "")
	refresh := map[string]string{"refresh": next.Text("refresh")}
	d.Post("/remote/token/logout/", refresh).Want(200, "{}")
	d.Post("/remote/token/refresh/", refresh).Want(401, blacklisted)
	d.Post("/remote/token/", map[string]string{"email": ann, "password": "wrong horse 9"}).Want(401, loginFailed)
	d.As(c.Refreshing, "").Get("/remote/guarded/").Want(401, "")
	d.As("no.to.ken", "").Get("/remote/guarded/").Want(401, `{"detail":"Token is invalid or expired"}`)
}

func mirrorsUsers(t *testing.T, d *django, service *auth.Service) {
	c := remoteLogin(d, root, password)
	c.Get("/remote/guarded/").Want(200, `{"email":"root@example.com","first_name":"","is_active":true,"is_staff":false}`)
	_, err := service.UpdateUser(t.Context(), auth.UserKey{Email: root}, func(u *auth.User) error {
		u.FirstName = "Zoë"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Get("/remote/guarded/").Want(200, `{"email":"root@example.com","first_name":"Zoë","is_active":true,"is_staff":false}`)
	if stored := d.stored(root); stored != "" {
		t.Errorf("Django has the password %q", stored)
	}
}

func changesPasswords(d *django) {
	const next = "battery staple 7"
	change := func(old string) httpclient.Reply {
		return d.Post("/remote/password-change/", map[string]string{"email": ann, "password": old, "new_password": next})
	}
	change("wrong horse 9").Want(401, `{"non_field_errors":["Invalid credentials."]}`)
	change(password).Want(200, "{}")
	remoteLogin(d, ann, next)
}

func refusesTheInactive(t *testing.T, d *django, service *auth.Service) {
	c := remoteLogin(d, root, password)
	_, err := service.UpdateUser(t.Context(), auth.UserKey{Email: root}, func(u *auth.User) error {
		u.Active = false
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Get("/remote/guarded/").Want(401, "")
	d.Post("/remote/token/", map[string]string{"email": root, "password": password}).Want(401, loginFailed)
}
