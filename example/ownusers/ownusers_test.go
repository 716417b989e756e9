package ownusers_test

import (
	"errors"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest"
	"github.com/authplug/authplug/example/internal/httpclient"
	"github.com/authplug/authplug/example/ownusers"
	"github.com/authplug/authplug/ginauth"
	"github.com/authplug/authplug/memstore"
)

func open(t *testing.T) *ownusers.Store {
	t.Helper()
	members, err := ownusers.Open(t.Context(), filepath.Join(t.TempDir(), "members.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := members.Close(); err != nil {
			t.Error(err)
		}
	})
	return members
}

func TestMembers(t *testing.T) {
	storetest.RunUsers(t, func(t *testing.T) auth.UserStore { return open(t) })
}

func TestMembersLogInByName(t *testing.T) {
	members, others := open(t), memstore.New()
	settings := auth.Settings{Signing: auth.Signing{Key: "a test's key, of at least 32 random bytes in truth"}}
	settings.Passwords.Weak = true
	settings.Users.LoginField = "username"
	settings.Users.FindLogin = members.FindLogin
	service, err := auth.New(settings, auth.Stores{Users: members, Sessions: others, Tokens: others})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ann", "bob"} {
		u, err := service.CreateUser(t.Context(), auth.NewUser{Email: name + "@example.com", Password: "correct horse 9"})
		if err != nil {
			t.Fatal(err)
		}
		if err := members.SetUsername(t.Context(), u.ID, name); err != nil {
			t.Fatal(err)
		}
		if err := members.SetUsername(t.Context(), u.ID, "ann"); name == "bob" && !errors.Is(err, auth.ErrExists) {
			t.Errorf("a taken name: %v", err)
		}
	}

	gin.SetMode(gin.TestMode)
	r, a := gin.New(), ginauth.New(service)
	a.Register(r)
	r.GET("/me", a.RequireAuth(), func(c *gin.Context) { c.String(http.StatusOK, ginauth.Identity(c).User.Email) })
	c := httpclient.Of(t, r)
	for name, want := range map[string]int{"ann": 200, "bob": 200, "eve": 401, "ann@example.com": 401} {
		p := c.Post("/auth/token/", map[string]string{"username": name, "password": "correct horse 9"}).Want(want, "")
		if want == http.StatusOK {
			c.As(p.Text("access"), "").Get("/me").Want(200, name+"@example.com")
		}
	}
}
