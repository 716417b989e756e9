package interop_test

import (
	"fmt"
	"strings"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/example/internal/httpclient"
	"github.com/authplug/authplug/example/internal/process"
)

// serves starts the service on the store, and asks it for everybody.
func (m *moving) serves() {
	m.t.Helper()
	service, err := process.New(m.t.Context(), m.binary, m.environ()...)
	if err != nil {
		m.t.Fatal(err)
	}
	if _, err := service.Start(m.t.Context()); err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(service.Kill)
	m.Client = httpclient.New(m.t, "http://"+service.Addr)
	m.passwords()
	m.person()
	m.tokens()
}

// passwords asks who can log in with the password that Django knew.
func (m *moving) passwords() {
	m.t.Helper()
	for address, name := range map[string]string{
		"ANN@example.com": "ann", "sha1@example.com": "sha1",
		"jo@müller.example": "domain", "Twin@example.com": "twin", "crowd7@example.com": "ann",
	} {
		m.Login(address, name+oldPassword)
	}
	for address, password := range map[string]string{
		"ann@example.com": "root" + oldPassword, "idle@example.com": "idle" + oldPassword, "ldap@example.com": "ldap" + oldPassword,
		"twin@example.com": "other twin" + oldPassword, "gone@example.com": "gone" + oldPassword,
	} {
		m.Post("/auth/token/", map[string]string{"email": address, "password": password}).Want(401, loginFailed)
	}
	for _, email := range []string{"ann@example.com", "sha1@example.com"} {
		u, err := m.open().User(m.t.Context(), auth.UserKey{Email: email})
		if err != nil || !strings.Contains(string(u.PasswordHash), "argon2id") {
			m.t.Errorf("after a login the hash of %s is of the kind %.14s, %v", email, string(u.PasswordHash), err)
		}
	}
}

// person looks at what else was brought over.
func (m *moving) person() {
	m.t.Helper()
	u, err := m.open().User(m.t.Context(), auth.UserKey{Email: "ann@example.com"})
	if err != nil {
		m.t.Fatal(err)
	}
	last := "Łukasiewicz 北京"
	if m.bare {
		last = ""
	}
	got := fmt.Sprint(u.ID, u.FirstName, u.LastName, u.Active, u.Staff, u.Superuser, u.Roles, u.Permissions)
	if want := fmt.Sprint(m.made.IDs["ann"], "Zoë", last, true, false, false, []string{"editor", "ёжики"}, []string{}); got != want {
		m.t.Errorf("ann is %s, want %s", got, want)
	}
	if age := time.Since(u.DateJoined); age < -10*time.Hour || age > time.Hour {
		m.t.Errorf("ann joined at %v", u.DateJoined)
	}
	root := m.Login("root@example.com", "root"+oldPassword)
	if body := root.Get("/auth/user/").Want(200, "").Body; !strings.Contains(body, `"is_staff":true,"is_superuser":true`) {
		m.t.Errorf("root is %s", body)
	}
}

// tokens asks for what Django's tokens are good.
func (m *moving) tokens() {
	m.t.Helper()
	refresh := func(name string) httpclient.Reply {
		return m.As("", m.made.Tokens[name]).Refresh()
	}
	m.As(m.made.Tokens["ann access"], "").Get("/api/whoami/").Want(200, "")
	m.As(m.made.Tokens["idle access"], "").Get("/api/whoami/").Want(401, "")
	for _, name := range []string{"ann", "again", "root", "ldap"} {
		first := refresh(name).Want(200, "")
		m.As(first.Text("access"), "").Get("/api/whoami/").Want(200, "")
		if m.rotates {
			m.As("", first.Text("refresh")).Refresh().Want(200, "")
			refresh(name).Want(401, blacklisted)
		} else {
			refresh(name).Want(200, "")
		}
	}
	refresh("listed").Want(401, blacklisted)
	refresh("soon").Want(401, blacklisted)
	refresh("expired").Want(401, invalid)
	refresh("expired and listed").Want(401, invalid)

	// Whoever registers gets nobody's tokens.
	body := m.Post("/auth/create-user/", map[string]string{"email": "new@example.com", "password": password}).Want(201, "").Body
	if want := fmt.Sprintf(`{"id":%d,`, m.made.IDs["gone"]+1); !strings.HasPrefix(body, want) {
		m.t.Errorf("who registers is %s, want %s: behind all whom Django knew", body, want)
	}
	for _, name := range []string{"idle", "other twin", "nobody", "gone"} {
		if p := refresh(name); p.Status != 401 {
			m.t.Errorf("the token of %s: %d %s", name, p.Status, p.Body)
		}
		if p := m.As(m.made.Tokens[name+" access"], "").Get("/api/whoami/"); p.Status != 401 {
			m.t.Errorf("the access token of %s: %d %s", name, p.Status, p.Body)
		}
	}
}
