package ownusers_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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

// site is an application whose members log in with a name.
func site(t *testing.T) *httpclient.Client {
	t.Helper()
	members, others := open(t), memstore.New()
	settings := auth.Settings{Signing: auth.Signing{Key: "a test's key, of at least 32 random bytes in truth"}}
	settings.Passwords.Weak = true
	settings.Users.LoginField = "username"
	settings.Users.FindLogin = members.FindLogin
	service, err := auth.New(settings, auth.Stores{Users: members, Sessions: others, Tokens: others})
	if err != nil {
		t.Fatal(err)
	}
	gin.SetMode(gin.TestMode)
	r, a := gin.New(), ginauth.New(service)
	a.Register(r, auth.Except("create-user"), auth.With(members.CreateMember(service)))
	r.GET("/me", a.RequireAuth(), func(c *gin.Context) { c.String(http.StatusOK, ginauth.Identity(c).User.Email) })
	return httpclient.Of(t, r)
}

// member is a registration with a good password.
func member(username, email string) map[string]string {
	return map[string]string{"username": username, "email": email, "password": "correct horse 9"}
}

func TestMembersRegisterAndLogInByName(t *testing.T) {
	c := site(t)
	for _, name := range []string{"ann", "bob"} {
		c.Post("/auth/create-user/", member(name, name+"@example.com")).Want(http.StatusCreated, "")
	}
	for name, want := range map[string]int{"ann": 200, "bob": 200, "eve": 401, "ann@example.com": 401} {
		p := c.Post("/auth/token/", map[string]string{"username": name, "password": "correct horse 9"}).Want(want, "")
		if want == http.StatusOK {
			c.As(p.Text("access"), "").Get("/me").Want(200, name+"@example.com")
		}
	}
}

func TestARegistrationThatIsRefusedLeavesNobody(t *testing.T) {
	c := site(t)
	c.Post("/auth/create-user/", member("ann", "ann@example.com")).Want(http.StatusCreated, "")
	for i, name := range []string{"ann", "Ann", "", "ann ", "ann@example.com"} {
		email := fmt.Sprintf("member%d@example.com", i)
		p := c.Post("/auth/create-user/", member(name, email)).Want(http.StatusBadRequest, "")
		if !strings.HasPrefix(p.Body, `{"username":["`) {
			t.Errorf("%q: %s", name, p.Body)
		}
		c.Post("/auth/create-user/", member(fmt.Sprint("member", i), email)).Want(http.StatusCreated, "")
	}
	c.Post("/auth/create-user/", member("eve", "ann@example.com")).Want(http.StatusBadRequest, `{"email":["This email already exists."]}`)
	c.Post("/auth/create-user/", member("eve", "eve@example.com")).Want(http.StatusCreated, "")
	c.Post("/auth/create-user/", []string{"eve"}).Want(http.StatusBadRequest, "")
	c.Post("/auth/create-user/", member("fay", strings.Repeat("f", 65<<10))).Want(http.StatusBadRequest, "")
}

func TestOneOfManyGetsAName(t *testing.T) {
	c := site(t)
	var got [8]int
	var done sync.WaitGroup
	for i := range got {
		done.Go(func() {
			p, err := c.Try(http.MethodPost, "/auth/create-user/", member("ann", fmt.Sprintf("ann%d@example.com", i)))
			if err != nil {
				t.Error(err)
			}
			got[i] = p.Status
		})
	}
	done.Wait()
	slices.Sort(got[:])
	if want := [8]int{201, 400, 400, 400, 400, 400, 400, 400}; got != want {
		t.Errorf("statuses %v, want %v", got, want)
	}
	free := 0 // addresses: only whoever got the name has one
	for i := range got {
		p, err := c.Try(http.MethodPost, "/auth/create-user/", member(fmt.Sprint("ann", i), fmt.Sprintf("ann%d@example.com", i)))
		if err == nil && p.Status == http.StatusCreated {
			free++
		}
	}
	if free != len(got)-1 {
		t.Errorf("%d addresses are free, want %d", free, len(got)-1)
	}
}
