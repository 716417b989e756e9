package adaptertest

import (
	"net/http"

	auth "github.com/authplug/authplug/core"
)

// routes are the application's own, one for each way to guard.
func (a *app) routes() []Route {
	guarded := func(r Route) Route {
		r.Method = http.MethodGet
		r.Handle = a.whoami
		return r
	}
	return []Route{
		guarded(Route{Path: "/api/maybe"}),
		guarded(Route{Path: "/api/me", Auth: true}),
		guarded(Route{Path: "/api/editor", Role: []string{"editor", "chief"}}),
		guarded(Route{Path: "/api/posts", Permissions: []string{"posts.view", "posts.list"}}),
		guarded(Route{Path: "/api/staff", Guards: []auth.Guard{auth.Staff}}),
	}
}

// whoami is their handler: it tells what an application gets to know.
func (a *app) whoami(r *http.Request, id *auth.Identity) any {
	a.mu.Lock()
	a.hits[r.URL.Path]++
	a.mu.Unlock()
	if auth.FromContext(r.Context()) != id {
		a.t.Error("the request's context and the adapter disagree on the identity")
	}
	if id == nil {
		return map[string]any{"id": nil}
	}
	u := id.User
	return map[string]any{
		"id": u.ID, "email": u.Email, "roles": u.Roles, "permissions": u.Permissions, "staff": u.Staff,
		"kind": id.Kind(), "session": id.SessionID(), "stateless": id.Stateless(),
	}
}

// hit returns how often a route's handler ran.
func (a *app) hit(path string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.hits[path]
}
