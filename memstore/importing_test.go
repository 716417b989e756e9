package memstore_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
)

const importedHash = "pbkdf2_sha256$5$seasalt012345$GwIKNBGmMtEAcHkLrKQXMBxkzlwKnpDRtWHMgbTWFCc="

func importService(t *testing.T, store auth.Store) *auth.Service {
	t.Helper()
	service, err := auth.New(auth.Settings{Signing: auth.Signing{Key: auth.Secret(strings.Repeat("k3y-", 20))}}, auth.In(store))
	if err != nil {
		t.Fatal(err)
	}
	return service
}

func TestAnImportedUserIsAsItWas(t *testing.T) {
	service := importService(t, memstore.New())
	joined := time.Date(2020, 2, 1, 3, 4, 5, 678_912_345, time.FixedZone("there", 3600))
	u := &auth.User{ID: "4711", Email: " Ann@Example.COM ", FirstName: "Ann", Active: true, DateJoined: joined, PasswordHash: importedHash}
	if err := service.ImportUser(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	got, err := service.User(t.Context(), auth.UserKey{ID: "4711"})
	if err != nil || got.Email != "ann@example.com" || got.UUID == "" || got.PasswordHash != importedHash ||
		!got.DateJoined.Equal(joined.Truncate(time.Millisecond)) {
		t.Errorf("User() = %v, %v", got, err)
	}
	without := &auth.User{Email: "bob@example.com", Active: true}
	if err := service.ImportUser(t.Context(), without); err != nil || without.ID != "4712" {
		t.Errorf("without an id it has the id %q, %v; want the next one", without.ID, err)
	}
}

func TestWhatCannotBeImportedIsSaid(t *testing.T) {
	store := memstore.New()
	service := importService(t, store)
	if err := service.ImportUser(t.Context(), &auth.User{ID: "1", Email: "ann@example.com"}); err != nil {
		t.Fatal(err)
	}
	for want, u := range map[string]*auth.User{
		"email":          {ID: "2", Email: "no address"},
		"password":       {ID: "2", Email: "bob@example.com", PasswordHash: "md5$salt$hash"},
		"first_name":     {ID: "2", Email: "bob@example.com", FirstName: strings.Repeat("x", auth.MaxName+1)},
		"already exists": {ID: "2", Email: "ANN@example.com"},
		"exists":         {ID: "1", Email: "bob@example.com"},
		"positive":       {ID: "x", Email: "bob@example.com"},
	} {
		err := service.ImportUser(t.Context(), u)
		if err == nil || !strings.Contains(problemText(err), want) {
			t.Errorf("%+v: %v, want %q", u, problemText(err), want)
		}
	}
	if users, err := store.Users(t.Context(), "", 10); err != nil || len(users) != 1 {
		t.Errorf("%d users, %v", len(users), err)
	}
}

// problemText is what an error says, to a client or to the program.
func problemText(err error) string {
	var e *auth.Error
	if errors.As(err, &e) && e.Status() == 400 {
		text, _ := json.Marshal(e.Response().Body)
		return string(text)
	}
	return err.Error()
}

func TestIDsNeedAStoreThatTakesThem(t *testing.T) {
	store := memstore.New()
	service := importService(t, plainStore{store, store, store, store})
	err := service.ImportUser(t.Context(), &auth.User{ID: "7", Email: "ann@example.com"})
	if err == nil || !strings.Contains(err.Error(), "UserImporter") {
		t.Errorf("ImportUser() = %v", err)
	}
	if err := service.ImportUser(t.Context(), &auth.User{Email: "ann@example.com"}); err != nil {
		t.Error(err)
	}
}

// plainStore can do what a store must, and no more.
type plainStore struct {
	auth.UserStore
	auth.SessionStore
	auth.TokenStore
	auth.Maintainer
}
