package memstore_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/memstore"
)

// These are the tests of package authtest that need a store.

func newFixture(t *testing.T, configure ...func(*auth.Settings)) *authtest.Fixture {
	t.Helper()
	return authtest.New(t, auth.In(memstore.New()), configure...)
}

// site is an application without a framework: the service's endpoints, and a page behind a guard.
func site(s *auth.Service, g auth.Guard, options ...auth.RouteOption) http.Handler {
	mux := http.NewServeMux()
	for _, route := range s.Routes(options...) {
		mux.HandleFunc(route.Path, func(w http.ResponseWriter, r *http.Request) {
			p, err := route.Handle(r)
			if err != nil {
				p = s.Answer(r, err)
			}
			p.Write(w)
		})
	}
	mux.HandleFunc("/page", func(w http.ResponseWriter, r *http.Request) {
		admitted, err := s.Admit(r, g)
		if err != nil {
			s.Answer(r, err).Write(w)
			return
		}
		_, _ = w.Write([]byte(auth.FromContext(admitted.Context()).User.Email))
	})
	return mux
}

func TestAUserIsWhatItsOptionsSay(t *testing.T) {
	a := newFixture(t)
	ann := a.User("Ann@Example.com", authtest.Roles("editor", "chief"), authtest.Roles("author"),
		authtest.Permissions("posts.delete"), authtest.Staff, func(n *auth.NewUser) { n.FirstName = "Ann" })
	if ann.Email != "ann@example.com" || !slices.Equal(ann.Roles, []string{"editor", "chief", "author"}) ||
		!slices.Equal(ann.Permissions, []string{"posts.delete"}) || ann.FirstName != "Ann" ||
		!ann.Staff || ann.Superuser || !ann.Active || !ann.DateJoined.Equal(a.Clock.Now()) {
		t.Errorf("ann = %+v", ann)
	}
	if bob := a.User("bob@example.com"); bob.Staff || !bob.Active || len(bob.Roles)+len(bob.Permissions) > 0 {
		t.Errorf("bob = %+v", bob)
	}
	if root := a.User("root@example.com", authtest.Superuser); !root.Superuser || root.Staff {
		t.Errorf("root = %+v", root)
	}
	if eve := a.User("eve@example.com", authtest.Inactive); eve.Active {
		t.Errorf("eve = %+v", eve)
	}
}

func TestATokenIsAdmittedAndLogsOut(t *testing.T) {
	a := newFixture(t)
	app, ann := site(a.Service, auth.HasRole("editor")), a.User("ann@example.com", authtest.Roles("editor"))
	raw := a.Token(ann)
	if p := a.Do(app, "GET", "/page", a.Bearer(raw)).Want(200); p.Body != ann.Email {
		t.Errorf("the page is %q's", p.Body)
	}
	a.Do(app, "GET", "/page", a.As(ann)).Want(200, ann.Email)
	a.Do(app, "GET", "/page", a.As(a.User("bob@example.com"))).Want(403)
	a.Do(app, "GET", "/page").Want(401)
	a.Do(app, "POST", "/auth/token/logout/", a.Bearer(raw)).Want(200)
	a.Do(app, "GET", "/page", a.Bearer(raw)).Want(401, "token_not_valid")
	a.Do(app, "GET", "/page", a.As(ann)).Want(200)
}

// back is a service like a fixture's whose clock goes slow.
func back(t *testing.T, key auth.Secret, store auth.Store, now func() time.Time) *auth.Service {
	t.Helper()
	s, err := auth.New(auth.Settings{Signing: auth.Signing{Key: key}, Now: now}, auth.In(store))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const fixtureKey = "Zk3vQ9xT1mB7cW5yR8sJ2nL6pD4gH0aF"

func withKey(s *auth.Settings) { s.Signing.Key = fixtureKey }

func TestAnExpiredTokenIsRefusedForItsAgeOnly(t *testing.T) {
	store := memstore.New()
	a := authtest.New(t, auth.In(store), withKey)
	ann := a.User("ann@example.com")
	raw := a.ExpiredToken(ann)
	a.Do(site(a.Service, auth.Authenticated), "GET", "/page", a.Bearer(raw)).Want(401, "Token is invalid or expired")

	for ago, good := range map[time.Duration]bool{time.Second: false, 2 * time.Second: true} {
		earlier := back(t, fixtureKey, store, func() time.Time { return a.Clock.Now().Add(-ago) })
		if _, err := earlier.Identify(t.Context(), raw, auth.Client{}); (err == nil) != good {
			t.Errorf("%v ago the token was good: %v, want %v", ago, err, good)
		}
	}
	live, err := store.LiveSessions(t.Context(), ann.ID, a.Clock.Now())
	if err != nil || len(live) != 1 {
		t.Errorf("sessions = %v, %v; want one that lives", live, err)
	}
}

func TestLeewayIsPartOfWhatExpires(t *testing.T) {
	a := newFixture(t, func(s *auth.Settings) { s.Signing.Leeway = time.Minute })
	raw := a.ExpiredToken(a.User("ann@example.com"))
	a.Do(site(a.Service, auth.Authenticated), "GET", "/page", a.Bearer(raw)).Want(401, "Token is invalid or expired")
}

func TestAForgedTokenIsRefusedForItsSignatureOnly(t *testing.T) {
	a := newFixture(t, withKey)
	raw := a.ForgedToken(a.User("ann@example.com"))
	a.Do(site(a.Service, auth.Authenticated), "GET", "/page", a.Bearer(raw)).Want(401, "Token is invalid or expired")

	signed := raw[:strings.LastIndexByte(raw, '.')]
	mac := hmac.New(sha256.New, []byte(fixtureKey))
	mac.Write([]byte(signed))
	mended := signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	if len(raw) != len(mended) {
		t.Errorf("forged %q, signed %q", raw, mended)
	}
	a.Do(site(a.Service, auth.Authenticated), "GET", "/page", a.Bearer(mended)).Want(200)
}

func TestARefreshTokenRefreshesAndIsNoAccessToken(t *testing.T) {
	a := newFixture(t)
	app, raw := site(a.Service, auth.Authenticated), a.RefreshToken(a.User("ann@example.com"))
	a.Do(app, "GET", "/page", a.Bearer(raw)).Want(401, "Token has wrong type")
	a.Do(app, "POST", "/auth/token/refresh/", a.JSON(map[string]string{"refresh": raw})).Want(200, `"access"`)
}

func TestTheTokenOfSomebodyWhoIsGoneOrChangedIsRefused(t *testing.T) {
	a := newFixture(t)
	app := site(a.Service, auth.Authenticated)
	gone, off, other := a.User("gone@example.com"), a.User("off@example.com"), a.User("other@example.com")
	for _, u := range []*auth.User{gone, off, other} {
		raw := a.Token(u)
		a.Do(app, "GET", "/page", a.Bearer(raw)).Want(200)
		switch u {
		case gone:
			a.Delete(u)
		case off:
			if now := a.Update(u, func(u *auth.User) { u.Active = false }); now.Active {
				t.Errorf("after Update: %+v", now)
			}
		case other:
			a.Update(u, func(u *auth.User) { u.Roles = []string{"editor"} })
		}
		a.Do(app, "GET", "/page", a.Bearer(raw)).Want(401)
	}
	a.Do(app, "GET", "/page", a.As(other)).Want(200)
}

func TestSlidingServicesHaveSlidingTokens(t *testing.T) {
	for name, configure := range map[string]func(*auth.Settings){
		"kind": func(s *auth.Settings) { s.Tokens.Kind, s.Tokens.SlidingLifetime = auth.KindSliding, 7*time.Minute },
		"accept": func(s *auth.Settings) {
			s.Tokens.Kind, s.Tokens.Accept = auth.KindSliding, []token.Kind{token.Sliding}
			s.Signing.Leeway = time.Minute
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newFixture(t, configure)
			app, ann := site(a.Service, auth.Authenticated), a.User("ann@example.com")
			raw := a.Token(ann)
			a.Do(app, "GET", "/page", a.Bearer(raw)).Want(200)
			a.Do(app, "GET", "/page", a.Bearer(a.ExpiredToken(ann))).Want(401)
			a.Do(app, "GET", "/page", a.Bearer(a.RefreshToken(ann))).Want(401)
			a.Do(app, "POST", "/auth/token/sliding/refresh/", a.JSON(map[string]string{"token": raw})).Want(200)
		})
	}
}

func TestTokensNeedNeitherTheLoginsNameNorItsWay(t *testing.T) {
	a := newFixture(t, func(s *auth.Settings) {
		s.Users.FindLogin = func(context.Context, string) (auth.UserKey, error) { return auth.UserKey{}, auth.ErrNotFound }
	})
	ann := a.User("ann@example.com")
	a.Do(site(a.Service, auth.Authenticated), "GET", "/page", a.As(ann)).Want(200)
}

// failing is a test that fails by itself alone.
type failing struct {
	testing.TB
	message string
}

func (f *failing) Fatalf(format string, args ...any) {
	f.message = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func TestWhatAUserMayNotEndsTheTest(t *testing.T) {
	a := newFixture(t)
	ann, bob := a.User("ann@example.com"), a.User("bob@example.com", authtest.Inactive)
	for want, run := range map[string]func(*authtest.Fixture){
		`adding the user "ann@example.com": `:   func(a *authtest.Fixture) { a.User(ann.Email) },
		`adding the user "nowhere": `:           func(a *authtest.Fixture) { a.User("nowhere") },
		`a session of "bob@example.com": `:      func(a *authtest.Fixture) { a.Token(bob) },
		`changing the user "ann@example.com": `: func(a *authtest.Fixture) { a.Update(ann, func(u *auth.User) { u.Email = "" }) },
		`changing the user "": `:                func(a *authtest.Fixture) { a.Update(&auth.User{}, func(*auth.User) {}) },
	} {
		f := &failing{TB: t}
		var done sync.WaitGroup
		done.Go(func() { run(a.With(f)); t.Errorf("the test goes on: want %s", want) })
		done.Wait()
		if !strings.Contains(f.message, want) || strings.HasSuffix(f.message, ": ") {
			t.Errorf("the test fails with %q, want %q", f.message, want)
		}
	}
}

func TestAContextHasItsUser(t *testing.T) {
	a := newFixture(t)
	ann := a.User("ann@example.com", authtest.Roles("editor"))
	id := auth.FromContext(a.Context(ann))
	if id == nil || id.User.ID != ann.ID || !id.HasRole("editor") {
		t.Errorf("identity = %+v", id)
	}
}

func TestALoginTakesTheWayOfAClient(t *testing.T) {
	a := newFixture(t)
	app, ann := site(a.Service, auth.Authenticated), a.User("ann@example.com")
	tokens := a.Login(app, ann.Email, authtest.Password)
	a.Do(app, "GET", "/page", a.Bearer(tokens.Access)).Want(200)
	a.Do(app, "POST", "/auth/token/refresh/", a.JSON(map[string]string{"refresh": tokens.Refresh})).Want(200)
	if logins := a.Events(auth.EventLogin); len(logins) != 1 || logins[0].UserID != ann.ID {
		t.Errorf("logins = %+v", logins)
	}
}

func TestALoginTakesTheWayOfTheApplicationsEndpoints(t *testing.T) {
	a := newFixture(t)
	ann := a.User("ann@example.com")
	moved := site(a.Service, auth.Authenticated, auth.At("token", "/login/"))
	for path, app := range map[string]http.Handler{
		"/auth/login/":         moved,
		"/auth/token/sliding/": site(a.Service, auth.Authenticated),
	} {
		a.LoginPath = path
		if tokens := a.Login(app, ann.Email, authtest.Password); tokens.Access+tokens.Sliding == "" {
			t.Errorf("%s gives %+v", path, tokens)
		}
	}
	a.Do(moved, "POST", "/auth/token/").Want(404)
}

func TestTheClockMovesTheService(t *testing.T) {
	a := newFixture(t)
	app, raw := site(a.Service, auth.Authenticated), a.Token(a.User("ann@example.com"))
	a.Clock.Advance(5*time.Minute - time.Second)
	a.Do(app, "GET", "/page", a.Bearer(raw)).Want(200)
	a.Clock.Advance(time.Second)
	a.Do(app, "GET", "/page", a.Bearer(raw)).Want(401, "token_not_valid")
}
