package main

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/example/internal/httpclient"
	"github.com/authplug/authplug/memstore"
)

const (
	password  = "correct horse 9"
	bodyNotUs = `{"detail":"You do not have permission to this service","code":"not_our_user"}`
)

// bothServices returns the auth-service, a client of the client-service, and its store.
func bothServices(t *testing.T) (*auth.Service, *httpclient.Client, auth.Store) {
	t.Helper()
	authService, err := newAuthService(auth.In(memstore.New()))
	if err != nil {
		t.Fatal(err)
	}
	if err := addUsers(t.Context(), authService); err != nil {
		t.Fatal(err)
	}
	upstream := httptest.NewServer(authRoutes(authService))
	t.Cleanup(upstream.Close)
	store := memstore.New()
	clientService, err := newClientService(auth.In(store), upstream.URL)
	if err != nil {
		t.Fatal(err)
	}
	return authService, httpclient.Of(t, clientRoutes(clientService)), store
}

func TestOnlyTheStaffReadsReports(t *testing.T) {
	_, c, _ := bothServices(t)
	c.Get("/api/reports").Want(401, `{"detail":"Authentication credentials were not provided."}`)
	c.Login("ann@example.com", password).Get("/api/reports").Want(200, `["this month","last month"]`+"\n")
	for _, email := range []string{"bob@example.com", "cem@example.com"} {
		other := c.Login(email, password)
		other.Get("/api/reports").Want(403, bodyNotUs)
		other.Get("/api/me").Want(200, "") // it is known who that is
	}
}

func TestWhatIsNoTypeOfTheStaffDenies(t *testing.T) {
	service, c, _ := bothServices(t)
	ann := c.Login("ann@example.com", password)
	for extra, status := range map[string]int{
		`{"user_type":"staff"}`:           200,
		`{"user_type":"staff","level":3}`: 200,
		`{"user_type":""}`:                403,
		`{"user_type":" "}`:               403,
		`{"user_type":"Staff"}`:           403,
		`{"user_type":"staffer"}`:         403,
		`{"user_type":"s"}`:               403,
		`{"user_type":null}`:              403,
		`{"type":"staff"}`:                403,
		`{}`:                              403,
		`null`:                            403,
		`{"user_type":["staff"]}`:         503, // whoever sends this does not mean what is read here
		`"staff"`:                         503,
	} {
		set(t, service, extra)
		if got := ann.Get("/api/reports"); got.Status != status {
			t.Errorf("%s: %d %s, want %d", extra, got.Status, got.Body, status)
		}
	}
}

// set replaces Ann's group at the auth-service.
func set(t *testing.T, service *auth.Service, extra string) {
	t.Helper()
	_, err := service.UpdateUser(t.Context(), auth.UserKey{Email: "ann@example.com"}, func(u *auth.User) error {
		u.Extra = json.RawMessage(extra)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheGroupIsMirroredAndNothingElse(t *testing.T) {
	service, c, store := bothServices(t)
	ann := c.Login("ann@example.com", password)
	for extra, want := range map[string]string{
		`{"user_type":"staff","salary":1}`: `{"user_type":"staff"}`,
		`{"user_type":"customer"}`:         `{"user_type":"customer"}`,
		`null`:                             `null`,
	} {
		set(t, service, extra)
		ann.Get("/api/me").Want(200, "")
		u, err := store.User(t.Context(), auth.UserKey{ID: "1"})
		if err != nil || string(u.Extra) != want || u.Email != "ann@example.com" || u.RemoteID != "1" || u.PasswordHash != "" {
			t.Errorf("of %s: %+v, %v; want %s", extra, u, err, want)
		}
	}
}

// An auth-service that tells no groups lets nobody into them.
func TestAnAuthServiceWithoutGroupsLetsNobodyIn(t *testing.T) {
	plain, err := auth.New(auth.Settings{Signing: auth.Signing{Key: "no more than a key for one test, 32 bytes"}}, auth.In(memstore.New()))
	if err != nil {
		t.Fatal(err)
	}
	if err := addUsers(t.Context(), plain); err != nil {
		t.Fatal(err)
	}
	upstream := httptest.NewServer(authRoutes(plain))
	t.Cleanup(upstream.Close)
	client, err := newClientService(auth.In(memstore.New()), upstream.URL)
	if err != nil {
		t.Fatal(err)
	}
	httpclient.Of(t, clientRoutes(client)).Login("ann@example.com", password).Get("/api/reports").Want(403, bodyNotUs)
}
