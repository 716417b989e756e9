package app

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/example/internal/demo"
	"github.com/authplug/authplug/memstore"
	"github.com/authplug/authplug/sqlstore/sqlite"
)

// What must be shown nowhere: each is random text that stands for nothing else.
const (
	rightPassword = "MKwq7Zt0uXcE2vRb9sYdPf4h"
	freshPassword = "MKn3Jx8LgQ5oTiA1eWyU6mHk"
	wrongPassword = "MKb5Vd2CzS9rFpO7jGlN0xQa"
	shortPassword = "MKy8T1e"
	signingKey    = "MKh2Pz6RwD0kXv9BcJ4nLs8Yf1QeTg5UaIo3MjHxZtKrWqEbVdSpOlFuCyGiNmA7"
)

// use does everything that a service can do, and everything wrong with it.
func (b *witness) use() {
	const ann = "ann@example.com"
	credentials := body{"email": ann, "password": rightPassword}
	b.post("/auth/create-user/", credentials)
	b.post("/auth/create-user/", credentials)
	b.post("/auth/create-user/", body{"email": "bob@example.com", "password": shortPassword})
	b.post("/auth/create-user/", body{"email": wrongPassword, "password": wrongPassword})
	tokens, other, third := b.post("/auth/token/", credentials), b.post("/auth/token/", credentials), b.post("/auth/token/", credentials)
	sliding := b.post("/auth/token/sliding/", credentials)
	if tokens["refresh"] == "" || sliding["token"] == "" {
		b.t.Fatalf("no tokens: %s", b.said.String())
	}
	b.post("/auth/token/", body{"email": ann, "password": wrongPassword})
	b.post("/auth/token/", body{"email": wrongPassword, "password": rightPassword})
	b.post("/auth/token/?password="+rightPassword+"&refresh="+tokens["refresh"], "{}")
	b.post("/auth/token/", `{"password":"`+rightPassword+`","password":"`+wrongPassword+`"}`)
	b.post("/auth/token/", `{"password":`+rightPassword+`}`)
	b.post("/auth/token/", rightPassword)
	b.post("/auth/token/", body{"email": rightPassword, "password": nil, rightPassword: rightPassword})
	b.post("/auth/token/", rightPassword, "Content-Type", "application/x-www-form-urlencoded")
	b.post("/auth/token/", rightPassword+"=%zz", "Content-Type", "application/x-www-form-urlencoded")
	b.post("/auth/token/", rightPassword, "Content-Type", "multipart/form-data; boundary=x")
	b.post("/auth/token/logout/", body{"scope": "x", "refresh": tokens["refresh"]})

	for _, path := range []string{"/api/whoami/", "/api/editor/", "/auth/user/", "/auth/token/", "/" + tokens["access"]} {
		for _, header := range []string{
			tokens["access"], tokens["refresh"], sliding["token"], tokens["access"] + "x", tokens["access"] + " " + tokens["refresh"],
			rightPassword, signingKey,
		} {
			b.get(path, header)
		}
	}
	b.get("/api/whoami/?access="+tokens["access"], "")
	fresh := b.post("/auth/token/refresh/", body{"refresh": tokens["refresh"]})
	b.post("/auth/token/refresh/", body{"refresh": tokens["refresh"]})
	for _, path := range []string{"verify/", "refresh/", "blacklist/", "sliding/refresh/", "logout/", ""} {
		for _, raw := range []string{fresh["refresh"], other["access"], sliding["token"], other["refresh"] + "x"} {
			b.post("/auth/token/"+path, body{"token": raw, "refresh": raw, "email": raw, "password": raw})
		}
	}
	b.post("/auth/token/logout/", body{"refresh": other["refresh"], "scope": "others"})
	b.store.down = true
	b.post("/auth/token/", credentials)
	b.post("/auth/token/refresh/", body{"refresh": third["refresh"]})
	b.get("/api/whoami/", third["access"])
	b.get("/api/maybe/", third["access"])
	b.post("/auth/token/verify/", body{"token": third["access"]})
	b.store.down = false

	for _, c := range [][2]string{
		{wrongPassword, freshPassword}, {rightPassword, shortPassword}, {rightPassword, freshPassword}, {rightPassword, freshPassword},
	} {
		b.post("/auth/password-change/", body{"email": ann, "password": c[0], "new_password": c[1]})
	}
	b.post("/auth/token/refresh/", body{"refresh": third["refresh"]})
	b.post("/auth/token/", body{"email": ann, "password": freshPassword})
}

// values prints what Go programs handle.
func (b *witness) values() {
	t := b.t
	from := auth.Client{Address: "203.0.113.5"}
	c := auth.Credentials{Identifier: "ann@example.com", Password: freshPassword}
	tokens, err := b.service.Login(t.Context(), c, from)
	if err != nil {
		t.Fatal(err)
	}
	b.secrets["a token of Go"], b.secrets["another token of Go"] = tokens.Access, tokens.Refresh
	id, err := b.service.Identify(t.Context(), tokens.Access, from)
	if err != nil {
		t.Fatal(err)
	}
	sessions, err := b.store.LiveSessions(t.Context(), id.User.ID, b.service.Settings().Now())
	if err != nil || len(sessions) == 0 {
		t.Fatal(sessions, err)
	}
	b.secrets["the hash"] = string(id.User.PasswordHash[strings.LastIndexByte(string(id.User.PasswordHash), '$')+1:])
	key, err := token.NewSecret("a", token.HS256, []byte(signingKey))
	if err != nil {
		t.Fatal(err)
	}
	of := auth.Settings{Signing: auth.Signing{Keys: []token.Key{key}}}
	u := id.User
	_, _ = b.Write([]byte(show(
		tokens, *tokens, c, &c, auth.NewUser{Password: rightPassword}, &auth.NewUser{Password: rightPassword},
		auth.PasswordChange{Password: rightPassword, NewPassword: freshPassword},
		auth.Logout{Refresh: tokens.Refresh, Token: tokens.Refresh, Access: tokens.Access},
		u, *u, []*auth.User{u}, []auth.User{*u}, map[string]auth.User{"u": *u}, sessions[0], *sessions[0], id, *id, key, of, &of, b.service,
	)))
	_, short := b.service.CreateUser(t.Context(), auth.NewUser{Email: "x@example.com", Password: shortPassword})
	_, wrong := b.service.Login(t.Context(), auth.Credentials{Identifier: c.Identifier, Password: wrongPassword}, from)
	_, forged := b.service.Identify(t.Context(), tokens.Access+"x", from)
	_, foreign := b.service.Refresh(t.Context(), tokens.Access, from)
	b.store.down = true
	outage := b.service.SetPassword(t.Context(), auth.UserKey{ID: u.ID}, freshPassword)
	_, weak := auth.New(auth.Settings{Signing: auth.Signing{Key: auth.Secret(signingKey[:20]), VerifyingKey: signingKey}}, auth.In(b.store))
	_, pem := auth.New(auth.Settings{Signing: auth.Signing{Key: signingKey, Algorithm: token.RS256}}, auth.In(b.store))
	for i, err := range []error{short, wrong, forged, foreign, outage, weak, pem} {
		if err == nil {
			t.Errorf("error %d is none", i)
			continue
		}
		var e *auth.Error
		_ = errors.As(err, &e)
		_, _ = b.Write([]byte(show(err, e, errors.Unwrap(err))))
	}
}

// checkingPasswords makes a service whose tokens carry a fingerprint of the password.
func checkingPasswords(s auth.Settings, stores auth.Stores) (*auth.Service, error) {
	s.Claims.CheckRevoke = true
	return auth.New(s, stores)
}

// LG-01, LG-03, RF-12, RG-10.
func TestNoSecretIsShownAnywhere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secrets.db")
	database, err := sqlite.Open(t.Context(), "file:"+file+"?synchronous=normal")
	if err != nil {
		t.Fatal(err)
	}
	for name, serve := range map[string]func(*demo.App) http.Handler{"gin": (*demo.App).Gin, "echo": (*demo.App).Echo} {
		t.Run(name, func(t *testing.T) {
			b := newWitness(t, memstore.New(), serve, checkingPasswords)
			b.use()
			b.values()
			b.check()
		})
	}
	t.Run("at rest", func(t *testing.T) {
		b := newWitness(t, database, (*demo.App).Gin, checkingPasswords)
		b.use()
		b.said.Reset()
		for _, suffix := range []string{"", "-wal"} {
			raw, err := os.ReadFile(file + suffix)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = b.Write(raw)
		}
		if err := database.Close(); err != nil {
			t.Fatal(err)
		}
		b.check()
	})
}
