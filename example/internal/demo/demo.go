// Package demo is what the example services protect: a handful of routes, one for each way to
// guard, registered with Gin and with Echo. Both answer with the same bytes.
package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/health"
)

// App is an example application, apart from its framework.
type App struct {
	service *auth.Service
	options []auth.RouteOption
	ready   *health.Ready
	touched atomic.Int64
}

// Pinger is a store that can be asked whether it answers.
type Pinger interface {
	Ping(ctx context.Context) error
}

// New returns the application of a service, of whose endpoints the options choose. It is ready while
// the store is.
func New(service *auth.Service, store Pinger, options ...auth.RouteOption) *App {
	return &App{service: service, options: options, ready: health.NewReady(store.Ping)}
}

// healthz is readiness with a reason, for people and for monitoring. What the store itself says may
// tell of addresses and names, and everybody may ask.
func (a *App) healthz(*http.Request) *auth.Response {
	type body struct {
		Status string `json:"status"`
		Detail string `json:"detail,omitempty"`
	}
	p := &auth.Response{Header: http.Header{"Cache-Control": {"no-store"}}, Body: body{Status: "ok"}}
	if err := a.ready.Err(); err != nil {
		detail := "the store does not answer"
		if errors.Is(err, health.ErrStopping) {
			detail = "the service is stopping"
		}
		p.Status, p.Body = http.StatusServiceUnavailable, body{"unavailable", detail}
		p.Header.Set("Retry-After", "1")
	}
	return p
}

// Stop makes the application say that it is not ready for more requests.
func (a *App) Stop() { a.ready.Stop() }

// handler answers a request; what it answers is a value, so that no framework has a say in it.
type handler func(*http.Request) *auth.Response

// route is a route of the application. Nobody need be logged in where there is no guard.
type route struct {
	method, path string
	handle       handler
	guard        auth.Guard
}

// routes show one way to guard each. An application with one framework would write them with the
// middleware of its adapter: a.RequireRole("editor"). Where there are pages, people who are not logged in are
// sent to the login; programs are refused.
func (a *App) routes() []route {
	return []route{
		{http.MethodGet, "/api/test/", success, auth.RequireLogin},
		{http.MethodGet, "/api/whoami/", whoami, auth.RequireLogin},
		{http.MethodPost, "/api/touch/", a.touch, auth.RequireLogin},
		{http.MethodGet, "/api/staff/", success, auth.All(auth.RequireLogin, auth.Staff)},
		{http.MethodGet, "/api/editor/", success, auth.All(auth.RequireLogin, auth.HasRole("editor"))},
		{http.MethodGet, "/api/posts/", success, auth.All(auth.RequireLogin, auth.HasPermission("posts.view"))},
		{
			http.MethodDelete, "/api/posts/1/", deleted,
			auth.Any(auth.Superuser, auth.HasPermission("posts.delete")),
		},
		{http.MethodGet, "/api/maybe/", maybe, nil},
	}
}

// success is the answer of the routes whose guard is all that matters.
func success(*http.Request) *auth.Response {
	return &auth.Response{Status: http.StatusOK, Body: "success"}
}

func deleted(*http.Request) *auth.Response {
	return &auth.Response{Status: http.StatusNoContent}
}

// touch changes the state of the application.
func (a *App) touch(*http.Request) *auth.Response {
	type body struct {
		Touched int64 `json:"touched"`
	}
	return &auth.Response{Status: http.StatusOK, Body: body{a.touched.Add(1)}}
}

func whoami(r *http.Request) *auth.Response {
	type body struct {
		UserID      any             `json:"user_id"`
		Email       *string         `json:"email"`
		Roles       []string        `json:"roles"`
		Permissions []string        `json:"permissions"`
		Staff       bool            `json:"is_staff"`
		Superuser   bool            `json:"is_superuser"`
		Stateless   bool            `json:"stateless"`
		Extra       json.RawMessage `json:"extra"`
	}
	id := auth.FromContext(r.Context())
	u := id.User
	b := body{
		UserID: userID(u), Roles: listed(u.Roles), Permissions: listed(u.Permissions),
		Staff: u.Staff, Superuser: u.Superuser, Stateless: id.Stateless(), Extra: u.Extra,
	}
	if u.Email != "" {
		b.Email = &u.Email
	}
	if len(b.Extra) == 0 {
		b.Extra = json.RawMessage("{}")
	}
	return &auth.Response{Status: http.StatusOK, Body: b}
}

// maybe serves everybody.
func maybe(r *http.Request) *auth.Response {
	type body struct {
		UserID any `json:"user_id"`
	}
	var b body
	if id := auth.FromContext(r.Context()); id != nil {
		b.UserID = userID(id.User)
	}
	return &auth.Response{Status: http.StatusOK, Body: b}
}

// userID is what names a user: a number where it is one. A stateless user may have another name
// than its id.
func userID(u *auth.User) any {
	if n, err := strconv.ParseInt(u.ID, 10, 64); err == nil {
		return n
	}
	for _, name := range []string{u.ID, u.UUID, u.Email} {
		if name != "" {
			return name
		}
	}
	return nil
}

func listed(items []string) []string {
	if items == nil {
		return []string{}
	}
	return items
}

// refused is the answer to a path or a method that the application does not have. Which methods
// there are, the router has said in a header.
func refused(r *http.Request, status int) *auth.Response {
	detail := "Not found."
	if status == http.StatusMethodNotAllowed {
		if r.Method == http.MethodOptions {
			return &auth.Response{Status: http.StatusNoContent}
		}
		detail = fmt.Sprintf("Method %q not allowed.", r.Method)
	}
	return &auth.Response{Status: status, Body: map[string]string{"detail": detail}}
}

// methods are a method and what is answered with it: HEAD with GET.
func methods(method string) []string {
	if method == http.MethodGet {
		return []string{method, http.MethodHead}
	}
	return []string{method}
}

// spellings are a path with and without its trailing slash.
func spellings(path string) []string { return []string{path, strings.TrimSuffix(path, "/")} }
