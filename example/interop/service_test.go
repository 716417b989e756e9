package interop_test

import (
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/example/internal/demo"
	"github.com/authplug/authplug/example/internal/httpclient"
	"github.com/authplug/authplug/memstore"
)

// The people on both sides: their ids are 1 and 2.
const (
	ann  = "ann@example.com"
	root = "root@example.com"
)

// shared are the settings of a service that shares keys with Django.
func shared(k keys) auth.Settings {
	return auth.Settings{Signing: k.ours, Passwords: auth.PasswordSettings{Weak: true}}
}

// newService returns a service of ours on a store.
func newService(t *testing.T, settings auth.Settings, store *memstore.Store) *auth.Service {
	t.Helper()
	service, err := auth.New(settings, auth.In(store))
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// populated returns a store with the people in it.
func populated(t *testing.T, settings auth.Settings) *memstore.Store {
	t.Helper()
	store := memstore.New()
	service := newService(t, settings, store)
	for _, n := range []auth.NewUser{{Email: ann}, {Email: root, Staff: true}} {
		n.Password = password
		if _, err := service.CreateUser(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// populate puts the people into Django, with the ids that ours have and without passwords.
func (d *django) populate() {
	d.t.Helper()
	d.put(map[string]any{"email": ann, "id": 1})
	d.put(map[string]any{"email": root, "id": 2, "is_staff": true})
}

// tokens logs somebody in.
func tokens(t *testing.T, service *auth.Service, email string) *auth.Tokens {
	t.Helper()
	tokens, err := service.Login(t.Context(), auth.Credentials{Identifier: email, Password: password}, auth.Client{})
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// eachFramework runs a test on a service's application with each framework.
func eachFramework(t *testing.T, serve func() (*auth.Service, *memstore.Store), test func(t *testing.T, here *httpclient.Client)) {
	t.Helper()
	for name, framework := range map[string]func(*demo.App) http.Handler{"gin": (*demo.App).Gin, "echo": (*demo.App).Echo} {
		t.Run(name, func(t *testing.T) {
			service, store := serve()
			test(t, httpclient.Of(t, framework(demo.New(service, store))))
		})
	}
}
