package memstore_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/memstore"
)

const (
	ann     = "ann@example.com"
	plain   = "correct horse battery staple"
	ownKey  = "flow tests sign with this text, which is long enough for each of the hashes"
	yourKey = "another service signs with this text, long enough for each of the hashes too"
)

// newService returns a service over a store, with cheap passwords.
func newService(t testing.TB, store auth.Store, settings auth.Settings) *auth.Service {
	t.Helper()
	if settings.Signing.Key == "" {
		settings.Signing.Key = ownKey
	}
	settings.Passwords.Weak = true
	s, err := auth.New(settings, auth.In(store))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newUser(t testing.TB, s *auth.Service, email string) *auth.User {
	t.Helper()
	u, err := s.CreateUser(t.Context(), auth.NewUser{Email: email, Password: plain})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func login(t testing.TB, s *auth.Service, email string) *auth.Tokens {
	t.Helper()
	tokens, err := s.Login(t.Context(), auth.Credentials{Identifier: email, Password: plain}, auth.Client{})
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func request(access string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/auth/user/", nil)
	r.Header.Set("Authorization", "Bearer "+access)
	return r
}

func TestAnIdentityOfAnotherServiceIsNone(t *testing.T) {
	outer := newService(t, memstore.New(), auth.Settings{})
	inner := newService(t, memstore.New(), auth.Settings{Signing: auth.Signing{Key: yourKey}})
	newUser(t, outer, "mallory@example.com")
	newUser(t, inner, ann)
	r, err := outer.Admit(request(login(t, outer, "mallory@example.com").Access), auth.Authenticated)
	if err != nil {
		t.Fatal(err)
	}
	for what, guard := range map[string]auth.Guard{"a guard": auth.Authenticated, "none": nil} {
		if _, err := inner.Admit(r, guard); !errors.Is(err, auth.ErrTokenRefused) {
			t.Errorf("%s: Admit() = %v, want ErrTokenRefused", what, err)
		}
	}
	r.Header.Del("Authorization")
	if _, err := inner.Admit(r, auth.Authenticated); !errors.Is(err, auth.ErrNoCredentials) {
		t.Errorf("Admit() of the outer identity alone = %v, want ErrNoCredentials", err)
	}
	r.Header.Set("Authorization", "Bearer "+login(t, inner, ann).Access)
	both, err := inner.Admit(r, auth.Authenticated)
	if err != nil {
		t.Fatal(err)
	}
	if got := auth.FromContext(both.Context()).User.Email; got != ann {
		t.Errorf("FromContext() is %q, want the inner service's", got)
	}
}

// noError is an error that is none.
func noError() error {
	var e *auth.Error
	return e
}

func TestANilErrorOfAHookIsAFailure(t *testing.T) {
	for what, hook := range map[string]func(*auth.Settings){
		"Profile": func(s *auth.Settings) {
			s.Users.Profile = func(context.Context, *auth.User) (map[string]any, error) { return nil, noError() }
		},
		"More": func(s *auth.Settings) {
			s.Claims.More = func(_ context.Context, _ *auth.User, kind token.Kind) (map[string]any, error) {
				if kind == token.Sliding {
					return nil, noError()
				}
				return nil, nil
			}
		},
	} {
		settings := auth.Settings{}
		hook(&settings)
		s := newService(t, memstore.New(), settings)
		newUser(t, s, ann)
		r := request(login(t, s, ann).Access)
		var err error
		if what == "Profile" {
			_, err = s.Routes(auth.Only("user"))[0].Handle(r)
		} else {
			_, err = s.LoginSliding(t.Context(), auth.Credentials{Identifier: ann, Password: plain}, auth.Client{})
		}
		if err == nil {
			t.Errorf("%s: no error", what)
			continue
		}
		if p := s.Answer(r, err); p.Status != http.StatusInternalServerError {
			t.Errorf("%s is answered %d", what, p.Status)
		}
	}
}

func TestHooksSeeNoSecrets(t *testing.T) {
	var seen []string
	look := func(hook string, u *auth.User) {
		seen = append(seen, hook)
		if u.PasswordHash != "" || len(u.Codes) > 0 {
			t.Errorf("%s sees secrets", hook)
		}
		u.Roles = append(u.Roles[:0], "changed by the hook")
	}
	settings := auth.Settings{Claims: auth.ClaimSettings{Access: []string{"roles"}}}
	settings.Claims.More = func(_ context.Context, u *auth.User, _ token.Kind) (map[string]any, error) {
		look("More", u)
		return nil, nil
	}
	settings.Users.Profile = func(_ context.Context, u *auth.User) (map[string]any, error) {
		look("Profile", u)
		return nil, nil
	}
	settings.Users.MayLogin = func(_ context.Context, u *auth.User) error {
		look("MayLogin", u)
		return nil
	}
	s := newService(t, memstore.New(), settings)
	u := newUser(t, s, ann)
	updated(t, s, u.ID, func(u *auth.User) {
		u.Codes, u.Roles = map[string]auth.Secret{"reset": "hash"}, []string{"editor"}
	})
	r := request(login(t, s, ann).Access)
	if _, err := s.Routes(auth.Only("user"))[0].Handle(r); err != nil {
		t.Fatal(err)
	}
	for _, hook := range []string{"More", "Profile", "MayLogin"} {
		if !slices.Contains(seen, hook) {
			t.Errorf("%s was not asked", hook)
		}
	}
	r, err := s.Admit(r, auth.HasRole("editor"))
	if err != nil {
		t.Fatalf("Admit() = %v", err)
	}
	if roles, err := auth.ClaimAs[[]string](auth.FromContext(r.Context()), "roles"); err != nil || roles[0] != "editor" {
		t.Errorf("the token says %q, %v", roles, err)
	}
}

// lettered is a store whose users have ids that are no integers.
type lettered struct{ *memstore.Store }

func (l lettered) CreateUser(ctx context.Context, u *auth.User) error {
	if err := l.Store.CreateUser(ctx, u); err != nil {
		return err
	}
	u.ID = "u-" + u.ID
	return nil
}

func (l lettered) DeleteUser(ctx context.Context, id string) error {
	if len(id) < 2 {
		return auth.ErrNotFound
	}
	return l.Store.DeleteUser(ctx, id[2:])
}

func TestAStoreWhoseIDsFitIntoNoTokenIsFoundOutAtRegistration(t *testing.T) {
	s := newService(t, lettered{memstore.New()}, auth.Settings{})
	_, err := s.CreateUser(t.Context(), auth.NewUser{Email: ann, Password: plain})
	if err == nil {
		t.Fatal("CreateUser() takes it")
	}
	if p := s.Answer(request(""), err); p.Status != http.StatusInternalServerError {
		t.Errorf("answered %d, want 500", p.Status)
	}
	if _, err := s.User(t.Context(), auth.UserKey{Email: ann}); !errors.Is(err, auth.ErrNotFound) {
		t.Errorf("User() = %v, want that nobody is left", err)
	}

	s = newService(t, lettered{memstore.New()}, auth.Settings{Claims: auth.ClaimSettings{UserIDField: "uuid"}})
	newUser(t, s, ann)
}
