// Package readmetest proves what the README says of its programs: each step is a line of
// curl there.
package readmetest

import (
	"net/http"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/example/internal/httpclient"
	"github.com/authplug/authplug/memstore"
)

const (
	email    = "ann@example.com"
	password = "correct horse 9"
	key      = "Zk3vQ9xT1mB7cW5yR8sJ2nL6pD4gH0aF"
)

// Run runs the steps against the routes of a program.
func Run(t *testing.T, routes func(*auth.Service) http.Handler) {
	t.Helper()
	service, err := auth.New(auth.Settings{Signing: auth.Signing{Key: key}}, auth.In(memstore.New()))
	if err != nil {
		t.Fatal(err)
	}
	c := httpclient.Of(t, routes(service))
	person := map[string]string{"email": email, "password": password}

	c.Post("/auth/create-user/", person).Want(201, `{"id":1,"email":"ann@example.com","first_name":"","last_name":"","phone":null}`)
	c.Get("/api/me").Want(401, `{"detail":"Authentication credentials were not provided."}`)
	ann := c.Login(email, password)
	me := ann.Get("/api/me").Want(200, "")
	if got := me.Text("email"); got != email || strings.Contains(me.Body, "$") {
		t.Errorf("/api/me = %s", me.Body)
	}
	ann.Delete("/api/posts/1").Want(403, `{"detail":"You do not have permission to perform this action.","code":"permission_denied"}`)

	_, err = service.UpdateUser(t.Context(), auth.UserKey{Email: email}, func(u *auth.User) error {
		u.Permissions = []string{"posts.delete"}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	replaced := ann.As("", ann.Refreshing)
	ann.Get("/api/me").Want(401, "") // rights changed: the refresh token brings the new ones
	ann.Refresh().Want(200, "")
	ann.Delete("/api/posts/1").Want(204, "")
	replaced.Refresh().Want(401, `{"detail":"Token is blacklisted","code":"token_not_valid"}`)
	ann.Get("/api/me").Want(401, "") // two held it, so the session is over
}
