package main

import (
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/memstore"
)

func TestOnlyEditorsDeletePosts(t *testing.T) {
	a := authtest.New(t, auth.In(memstore.New()))
	app := routes(a.Service)
	ann := a.User("ann@example.com", authtest.Roles("author", "editor"))
	bob := a.User("bob@example.com", authtest.Roles("author"))

	a.Do(app, "DELETE", "/api/posts/1").Want(401)
	a.Do(app, "DELETE", "/api/posts/1", a.As(bob)).Want(403, "permission_denied")
	a.Do(app, "DELETE", "/api/posts/1", a.As(ann)).Want(204)
	if denied := a.Events(auth.EventDenied); len(denied) != 1 || denied[0].UserID != bob.ID {
		t.Errorf("denied: %+v", denied)
	}
}

func TestBadTokensAreRefused(t *testing.T) {
	a := authtest.New(t, auth.In(memstore.New()))
	app := routes(a.Service)
	ann, bob := a.User("ann@example.com"), a.User("bob@example.com")
	gone := a.Token(bob)
	a.Delete(bob)
	for name, token := range map[string]string{
		"expired": a.ExpiredToken(ann), "forged": a.ForgedToken(ann),
		"to refresh with": a.RefreshToken(ann), "of a deleted user": gone,
	} {
		t.Run(name, func(t *testing.T) {
			a.With(t).Do(app, "GET", "/api/me", a.Bearer(token)).Want(401)
		})
	}
	a.Do(app, "GET", "/api/me", a.As(ann)).Want(200, "ann@example.com")
}
