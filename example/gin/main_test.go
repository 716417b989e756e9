package main

import (
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/memstore"
)

func TestOnlyEditorsDeletePosts(t *testing.T) {
	a := authtest.New(t, auth.In(memstore.New()))
	app := routes(a.Service)
	ann := a.User("ann@example.com", authtest.Roles("editor"))
	bob := a.User("bob@example.com")

	a.Do(app, "DELETE", "/api/posts/1").Want(401)
	a.Do(app, "DELETE", "/api/posts/1", a.As(bob)).Want(403, "permission_denied")
	a.Do(app, "DELETE", "/api/posts/1", a.As(ann)).Want(204)
}

func TestANewUserLogsInAndStays(t *testing.T) {
	a := authtest.New(t, auth.In(memstore.New()))
	app := routes(a.Service)

	person := map[string]string{"email": "cem@example.com", "password": "correct horse 9"}
	a.Do(app, "POST", "/auth/create-user/", a.JSON(person)).Want(201)
	tokens := a.Login(app, "cem@example.com", "correct horse 9")
	a.Do(app, "GET", "/api/me", a.Bearer(tokens.Access)).Want(200, "cem@example.com")

	a.Clock.Advance(5 * time.Minute) // the life of an access token: nothing sleeps
	a.Do(app, "GET", "/api/me", a.Bearer(tokens.Access)).Want(401, "token_not_valid")
	refresh := map[string]string{"refresh": tokens.Refresh}
	a.Do(app, "POST", "/auth/token/refresh/", a.JSON(refresh)).Want(200, "access")
}
