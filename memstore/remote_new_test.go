package memstore_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/env"
	"github.com/authplug/authplug/core/openapi"
	"github.com/authplug/authplug/core/password"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/memstore"
)

// usersOnly is an application's own table of users.
type usersOnly struct{ auth.UserStore }

func TestEverythingWrongIsToldOnce(t *testing.T) {
	settings := auth.Settings{
		Mount:   "auth",
		Signing: auth.Signing{Leeway: -1},
		Claims: auth.ClaimSettings{More: func(context.Context, *auth.User, token.Kind) (map[string]any, error) {
			return nil, nil //nolint:nilnil // never asked
		}},
		Users: auth.UserSettings{
			ConfirmEmail: true,
			FindLogin:    func(context.Context, string) (auth.UserKey, error) { return auth.UserKey{}, nil },
			TokenAnswer:  func(context.Context, *auth.User) (map[string]any, error) { return nil, nil }, //nolint:nilnil // never asked
		},
		Passwords: auth.PasswordSettings{MinLength: 1},
	}
	upstream := remote.Settings{URL: "http://auth.example.com/", Verify: remote.VerifyLocal, Mirror: remote.Mirror{Fields: []string{"email", "password"}}}
	s, err := remote.New(settings, auth.Stores{}, upstream)
	if s != nil || err == nil {
		t.Fatal("a service was made")
	}
	lines := env.Explain(err, "", &auth.Settings{}, &remote.Settings{})
	for _, want := range []string{
		"auth: no store for users", "auth: Settings.Mount:", "LEEWAY:", "auth: Settings.Claims.More:",
		"CONFIRM_EMAIL:", "auth: Settings.Users.FindLogin:", "auth: Settings.Users.TokenAnswer:", "PASSWORD_MIN_LENGTH:",
		"REMOTE_AUTH_SERVICE_URL:", "remote: Settings.Mirror.Fields:", "SIGNING_KEY:",
	} {
		n := 0
		for _, line := range lines {
			if strings.HasPrefix(line, want) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%q is told %d times in\n%s", want, n, strings.Join(lines, "\n"))
		}
	}
	if len(lines) != 11 {
		t.Errorf("told %d problems:\n%s", len(lines), strings.Join(lines, "\n"))
	}
}

func TestWhereNobodyIsAskedProfilesMustBeToldFromNone(t *testing.T) {
	for _, c := range []struct {
		mode   remote.Mode
		fields []string
		good   bool
	}{
		{remote.VerifyLocal, nil, true},
		{remote.VerifyLocal, []string{"roles"}, false},
		{remote.VerifyLocal, []string{}, false},
		{remote.VerifyLocal, []string{"roles", "email"}, true},
		{remote.VerifyRemote, []string{"roles"}, true},
	} {
		_, err := remote.New(auth.Settings{Signing: auth.Signing{Key: yourKey}}, auth.In(memstore.New()),
			remote.Settings{URL: "https://auth.example.com", Verify: c.mode, Mirror: remote.Mirror{Fields: c.fields}})
		if (err == nil) != c.good {
			t.Errorf("%s with %q: %v", c.mode, c.fields, err)
		}
	}
	stateless := auth.Settings{Signing: auth.Signing{Key: yourKey}, Claims: auth.ClaimSettings{Stateless: true}}
	if _, err := remote.New(stateless, auth.In(memstore.New()), remote.Settings{
		URL: "https://auth.example.com", Verify: remote.VerifyLocal, Mirror: remote.Mirror{Fields: []string{"roles"}},
	}); err != nil {
		t.Errorf("where nobody is mirrored: %v", err)
	}
}

func TestAnEmptyClientServiceNeedsAPlaceToAskAlone(t *testing.T) {
	store := auth.Stores{Users: usersOnly{memstore.New()}}
	if _, err := remote.New(auth.Settings{}, store, remote.Settings{}); err == nil || !strings.HasPrefix(err.Error(), "remote: Settings.URL: ") {
		t.Errorf("New() without a URL = %v", err)
	}
	s, err := remote.New(auth.Settings{}, store, remote.Settings{URL: "https://auth.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range s.Routes() {
		if strings.Contains(route.Path, "create-user") || strings.Contains(route.Path, "blacklist") {
			t.Errorf("there is a route %s", route.Path)
		}
	}
}

func both(first, second auth.RouteOption) auth.RouteOption {
	return func(all []auth.Endpoint) []auth.Endpoint { return second(first(all)) }
}

func TestAClientServiceTakesTheOptionsOfAnAuthService(t *testing.T) {
	s, err := remote.New(auth.Settings{}, auth.Stores{Users: usersOnly{memstore.New()}}, remote.Settings{URL: "https://auth.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	own := auth.Endpoint{
		Name: "create-user", Method: "POST", Path: "/create-user/",
		Handle: func(*http.Request) (*auth.Response, error) { return &auth.Response{Status: 418}, nil },
	}
	for name, c := range map[string]struct {
		opt    auth.RouteOption
		routes int
	}{
		"except what is not there": {auth.Except("create-user", "user"), 8},
		"only":                     {auth.Only("create-user", "token"), 1},
		"moved":                    {auth.At("create-user", "/register/"), 9},
		"its own":                  {auth.With(own), 10},
		"its own, moved":           {both(auth.With(own), auth.At("create-user", "/register/")), 10},
		"described":                {openapi.Serve(s, openapi.Info{}), 10},
	} {
		routes := s.Routes(c.opt)
		moved := slices.ContainsFunc(routes, func(r auth.Route) bool { return r.Path == "/auth/register/" })
		if len(routes) != c.routes || moved != (name == "its own, moved") {
			t.Errorf("%s: %d routes, want %d", name, len(routes), c.routes)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a name that there is nowhere is taken")
		}
	}()
	s.Routes(auth.Except("create-users"))
}

func TestWhatAClientServiceCannotDo(t *testing.T) {
	s, err := remote.New(auth.Settings{Passwords: auth.PasswordSettings{Weak: true, Hasher: password.PBKDF2}},
		auth.Stores{Users: usersOnly{memstore.New()}}, remote.Settings{URL: "https://auth.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	local, err := s.CreateUser(t.Context(), auth.NewUser{Email: ann, Password: plain})
	if err != nil {
		t.Fatal(err)
	}
	key := auth.UserKey{ID: local.ID}
	if _, err := s.OpenSession(t.Context(), key, auth.Client{}, nil); !errors.Is(err, auth.ErrInternal) {
		t.Errorf("OpenSession() = %v", err)
	}
	if _, err := s.Inspect(t.Context(), "x"); !errors.Is(err, auth.ErrInternal) {
		t.Errorf("Inspect() = %v", err)
	}
	for what, err := range map[string]error{
		"EndSession": s.EndSession(t.Context(), "x"), "EndSessions": s.EndSessions(t.Context(), key),
		"DeleteUser": s.DeleteUser(t.Context(), local.ID),
	} {
		if err != nil {
			t.Errorf("%s() = %v", what, err)
		}
	}
}

func TestOnlyKeysOfTheSettingsAreReplaced(t *testing.T) {
	key, err := token.GenerateKey(token.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		settings auth.Settings
		mode     remote.Mode
		replaces bool
	}{
		"remote":    {auth.Settings{}, remote.VerifyRemote, false},
		"published": {auth.Settings{Signing: auth.Signing{Algorithm: token.EdDSA}}, remote.VerifyLocal, false},
		"given":     {auth.Settings{Signing: auth.Signing{Keys: []token.Key{key.Public()}}}, remote.VerifyLocal, true},
	} {
		service, err := remote.New(c.settings, auth.In(memstore.New()), remote.Settings{URL: "https://auth.example.com", Verify: c.mode})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := service.ReplaceKeys(key); (err == nil) != c.replaces || err != nil && !errors.Is(err, auth.ErrInternal) {
			t.Errorf("%s: ReplaceKeys() = %v, want it to replace: %v", name, err, c.replaces)
		}
		if err := service.ReplaceKeys(); err == nil {
			t.Errorf("%s: no keys replace some", name)
		}
	}
}
