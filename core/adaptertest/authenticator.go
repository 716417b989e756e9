package adaptertest

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var authenticatorClaims = []claim{
	{"an application's own keys are as good as tokens", ownKeys},
	{"a token of the service comes first, and a bad one is refused", ownKeysComeSecond},
	{"authenticators are asked in their order", ownKeysInOrder},
	{"an authenticator that refuses or cannot tell admits nobody", ownKeysRefuse},
	{"one identity may serve many requests", ownKeysShared},
}

// keyHolders are the holders of an application's own keys.
type keyHolders func(key string) (*auth.Identity, error)

// Authenticate implements [auth.Authenticator].
func (k keyHolders) Authenticate(r *http.Request) (*auth.Identity, error) {
	key := r.Header.Get("X-API-Key")
	if key == "" {
		return nil, fmt.Errorf("keys: %w", auth.ErrNoCredentials)
	}
	return k(key)
}

// withKeys is an application with keys of its own.
func (h Harness) withKeys(t *testing.T, all ...auth.Authenticator) *app {
	t.Helper()
	return h.app(t, func(s *auth.Settings) { s.Authenticators = all })
}

// robot is the user of an application's own key.
func robot() *auth.User {
	return &auth.User{ID: "7", Email: "robot@example.com", Active: true, Roles: []string{"editor"}}
}

func robots(string) (*auth.Identity, error) { return &auth.Identity{User: robot()}, nil }

func (a *app) withKey(path string, header ...string) reply {
	a.t.Helper()
	return a.send(http.MethodGet, path, nil, append(header, "X-API-Key", "k")...)
}

func ownKeys(t *testing.T, h Harness) {
	a := h.withKeys(t, keyHolders(robots))
	for path, status := range map[string]int{
		"/api/maybe": http.StatusOK, "/api/me": http.StatusOK, "/api/editor": http.StatusOK,
		"/api/posts": http.StatusForbidden, "/api/staff": http.StatusForbidden,
	} {
		p := a.withKey(path)
		p.want(t, status, "")
		if status == http.StatusOK && (p.field("email") != "robot@example.com" || p.field("session") != "" || p.field("kind") != "") {
			t.Errorf("%s: the handler saw %s", path, p.text)
		}
	}
	a.withKey("/auth/user/").want(t, http.StatusOK, `{"id":7,"first_name":"","email":"robot@example.com",`+
		`"last_name":"","date_joined":null,"last_login":null,"is_active":true,"is_staff":false,"is_superuser":false}`)
	a.get("/api/maybe", "").want(t, http.StatusOK, `{"id":null}`)
	a.get("/api/me", "").want(t, http.StatusUnauthorized, nobodyBody)
	path := a.guarded(auth.Any(auth.Superuser, auth.HasRole("editor")), auth.Not(auth.HasAudience("x")))
	a.withKey(path).want(t, http.StatusOK, "")
	if calls := a.store.calls(); len(calls) != 0 {
		t.Errorf("the store was asked: %v", calls)
	}
	a.post(logoutPath, nil, "X-API-Key", "k").want(t, http.StatusOK, loggedOutBody)
}

func ownKeysComeSecond(t *testing.T, h Harness) {
	a := h.withKeys(t, keyHolders(robots))
	a.user(ann)
	if p := a.withKey("/api/me", "Authorization", "Bearer "+a.login(ann).access); p.field("email") != ann {
		t.Errorf("%d %s", p.status, p.text)
	}
	a.withKey("/api/me", "Authorization", "Bearer x").want(t, http.StatusUnauthorized, refusedBody(invalidText))
	a.withKey("/api/me", "Authorization", "Bearer").want(t, http.StatusUnauthorized, badHeaderBody)
	a.withKey("/api/me", "Authorization", "Basic YTpi").want(t, http.StatusOK, "")
}

func ownKeysInOrder(t *testing.T, h Harness) {
	var asked []string
	answers := func(name string, id *auth.Identity, err error) auth.Authenticator {
		return keyHolders(func(string) (*auth.Identity, error) {
			asked = append(asked, name)
			return id, err
		})
	}
	a := h.withKeys(t, answers("first", nil, auth.ErrNoCredentials),
		answers("second", &auth.Identity{User: robot()}, nil), answers("third", nil, errOutage))
	a.withKey("/api/me").want(t, http.StatusOK, "")
	if !slices.Equal(asked, []string{"first", "second"}) {
		t.Errorf("asked: %q", asked)
	}
}

// refusedHolder is an authenticator that lets nobody in, and the answer.
type refusedHolder struct {
	holder keyHolders
	status int
	body   string
}

// refusedHolders are the ways in which one may do so.
func refusedHolders() map[string]refusedHolder {
	inactive := robot()
	inactive.Active = false
	unpaid := auth.NewError(http.StatusForbidden, "unpaid", "Pay first.")
	return map[string]refusedHolder{
		"refuses": {
			func(string) (*auth.Identity, error) { return nil, fmt.Errorf("keys: %w", unpaid) },
			http.StatusForbidden, `{"detail":"Pay first.","code":"unpaid"}`,
		},
		"cannot tell": {
			func(string) (*auth.Identity, error) { return &auth.Identity{User: robot()}, errOutage },
			http.StatusServiceUnavailable, unavailableBody,
		},
		"finds nobody": {
			func(string) (*auth.Identity, error) { return &auth.Identity{}, auth.ErrNotFound },
			http.StatusUnauthorized, userNotFoundBody,
		},
		"panics":      {func(string) (*auth.Identity, error) { panic("broken") }, http.StatusServiceUnavailable, unavailableBody},
		"is no one":   {func(string) (*auth.Identity, error) { return nil, nil }, http.StatusServiceUnavailable, unavailableBody},
		"has no user": {func(string) (*auth.Identity, error) { return &auth.Identity{}, nil }, http.StatusServiceUnavailable, unavailableBody},
		"knows nobody in particular": {
			func(string) (*auth.Identity, error) {
				return &auth.Identity{User: &auth.User{Active: true, Superuser: true, Roles: []string{"editor"}}}, nil
			},
			http.StatusServiceUnavailable, unavailableBody,
		},
		"errs without an error": {
			func(string) (*auth.Identity, error) {
				var none *auth.Error
				return &auth.Identity{User: robot()}, none
			},
			http.StatusServiceUnavailable, unavailableBody,
		},
		"is inactive": {
			func(string) (*auth.Identity, error) { return &auth.Identity{User: inactive}, nil },
			http.StatusUnauthorized, userInactiveBody,
		},
	}
}

func ownKeysRefuse(t *testing.T, h Harness) {
	for what, c := range refusedHolders() {
		t.Run(what, func(t *testing.T) {
			a := h.withKeys(t, c.holder, keyHolders(robots))
			for _, path := range []string{"/api/maybe", "/api/me", "/api/editor", "/api/staff", "/auth/user/"} {
				a.withKey(path).want(t, c.status, c.body)
				if a.hit(path) != 0 {
					t.Errorf("%s: the handler ran", path)
				}
			}
			a.get("/api/maybe", "").want(t, http.StatusOK, "")
		})
	}
}

func ownKeysShared(t *testing.T, h Harness) {
	shared := &auth.Identity{User: robot()}
	a := h.withKeys(t, keyHolders(func(string) (*auth.Identity, error) { return shared, nil }))
	a.serve([]Route{{
		Method: http.MethodGet, Path: "/api/own", Auth: true,
		Handle: func(_ *http.Request, id *auth.Identity) any {
			roles := slices.Clone(id.User.Roles)
			id.User.Roles[0], id.User.Email = "root", "changed"
			return roles
		},
	}})
	for _, p := range together(40, func(int) reply { return a.withKey("/api/own") }) {
		p.want(t, http.StatusOK, `["editor"]`)
	}
	if shared.User.Email != "robot@example.com" {
		t.Errorf("a handler changed the application's user: %+v", shared.User)
	}
}
