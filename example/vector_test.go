package example_test

import (
	"net/http"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/recorded"
	"github.com/authplug/authplug/example/internal/demo"
	"github.com/authplug/authplug/example/internal/httpclient"
	"github.com/authplug/authplug/memstore"
)

// fixedClock is between the vectors' iat and their exp.
func fixedClock() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// stores are the ones that examples run on.
func stores(t *testing.T) map[string]auth.Store {
	return map[string]auth.Store{"sqlite": openStore(t, t.TempDir()+"/test.db"), "memory": memstore.New()}
}

func TestWhatTheOriginalHasMadeIsAccepted(t *testing.T) {
	for stack, v := range recorded.Vectors() {
		hash, access := v.Hashes["pbkdf2_sha256"], v.Tokens["access"].Token
		if hash.Encoded == "" || access == "" || v.SigningKey == "" {
			t.Fatalf("%s: the vectors are not as expected", stack)
		}
		for name, store := range stores(t) {
			settings := auth.EasyJWT()
			settings.Signing.Key, settings.Signing.AllowSampleKey = auth.Secret(v.SigningKey), true
			settings.Now = fixedClock
			service, err := auth.New(settings, auth.In(store))
			if err != nil {
				t.Fatal(err)
			}
			addUsers(t, store)
			app := demo.New(service, store)
			for framework, h := range map[string]http.Handler{"gin": app.Gin(), "echo": app.Echo()} {
				t.Run(stack+"/"+name+"/"+framework, func(t *testing.T) {
					setHash(t, store, hash.Encoded)
					c := httpclient.Of(t, h)
					const user = `{"id":2,"first_name":"","email":"user@test.com","last_name":"",` +
						`"date_joined":"2026-11-22T12:00:00Z","last_login":null,"is_active":true,"is_staff":false,"is_superuser":false}`
					c.As(access, "").Get("/auth/user/").Want(200, user)
					c.As(access+"A", "").Get("/auth/user/").Want(401, "")
					c.Post("/auth/token/", credentials("user@test.com", hash.Password+"x")).Want(401, bodyLogin)
					c.Login("user@test.com", hash.Password).Get("/auth/user/").Want(200, user)
					c.As("", v.Tokens["refresh"].Token).Refresh().Want(200, "")
				})
			}
		}
	}
}

// addUsers adds two users: the vectors' tokens are of the one with id 2.
func addUsers(t *testing.T, store auth.Store) {
	t.Helper()
	for _, u := range []auth.User{
		{UUID: "5a17c0de-0000-4000-8000-000000000001", Email: "admin@test.com", DateJoined: fixedClock()},
		{UUID: "5a17c0de-0000-4000-8000-000000000002", Email: "user@test.com", DateJoined: fixedClock(), Active: true},
	} {
		if err := store.CreateUser(t.Context(), &u); err != nil {
			t.Fatal(err)
		}
	}
}

// setHash stores a hash as it came: the login before has stored one of our own kind.
func setHash(t *testing.T, store auth.Store, encoded string) {
	t.Helper()
	u, err := store.User(t.Context(), auth.UserKey{ID: "2"})
	if err != nil {
		t.Fatal(err)
	}
	u.PasswordHash = auth.Secret(encoded)
	if err := store.UpdateUser(t.Context(), u); err != nil {
		t.Fatal(err)
	}
}
