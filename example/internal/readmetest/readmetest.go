// Package readmetest proves what the README says of its programs: each step is a line of
// curl there.
package readmetest

import (
	"net/http"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/memstore"
)

const (
	email    = "ann@example.com"
	password = "correct horse 9"
)

// Run runs the steps against the routes of a program.
func Run(t *testing.T, routes func(*auth.Service) http.Handler) {
	t.Helper()
	a := authtest.New(t, auth.In(memstore.New()))
	app := routes(a.Service)
	person := map[string]string{"email": email, "password": password}
	refresh := func(token string) *authtest.Answer {
		return a.Do(app, "POST", "/auth/token/refresh/", a.JSON(map[string]string{"refresh": token}))
	}

	a.Do(app, "POST", "/auth/create-user/", a.JSON(person)).
		Want(201, `{"id":1,"email":"ann@example.com","first_name":"","last_name":"","phone":null}`)
	a.Do(app, "GET", "/api/me").Want(401, `{"detail":"Authentication credentials were not provided."}`)
	ann := a.Login(app, email, password)
	me := a.Do(app, "GET", "/api/me", a.Bearer(ann.Access)).Want(200, `"email":"ann@example.com"`)
	if strings.Contains(me.Body, "$") {
		t.Errorf("/api/me tells a hash: %s", me.Body)
	}
	a.Do(app, "DELETE", "/api/posts/1", a.Bearer(ann.Access)).
		Want(403, `{"detail":"You do not have permission to perform this action.","code":"permission_denied"}`)

	a.Update(&auth.User{ID: "1"}, func(u *auth.User) { u.Roles = []string{"editor"} })
	a.Do(app, "GET", "/api/me", a.Bearer(ann.Access)).Want(401) // rights changed: the refresh token brings the new ones
	var fresh struct{ Access string }
	refresh(ann.Refresh).Want(200).Decode(&fresh)
	a.Do(app, "DELETE", "/api/posts/1", a.Bearer(fresh.Access)).Want(204)
	refresh(ann.Refresh).Want(401, `{"detail":"Token is blacklisted","code":"token_not_valid"}`)
	a.Do(app, "GET", "/api/me", a.Bearer(fresh.Access)).Want(401) // two held it, so the session is over
}
