package authtest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/core/token"
)

// noStore is a store that nothing is asked of. What needs one is tested in package memstore.
type noStore struct{ auth.Store }

func newFixture(t testing.TB, configure ...func(*auth.Settings)) *authtest.Fixture {
	t.Helper()
	return authtest.New(t, auth.In(noStore{}), configure...)
}

// failing is a test that fails by itself alone.
type failing struct {
	testing.TB
	message string
}

func (f *failing) Fatal(args ...any) { f.Fatalf("%s", fmt.Sprint(args...)) }

func (f *failing) Fatalf(format string, args ...any) {
	f.message = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// failure runs what must end the test, and returns what it says.
func failure(t *testing.T, run func(t testing.TB)) string {
	t.Helper()
	f := &failing{TB: t}
	var done sync.WaitGroup
	done.Go(func() {
		run(f)
		t.Error("the test goes on")
	})
	done.Wait()
	return f.message
}

func wantFailure(t *testing.T, run func(t testing.TB), texts ...string) {
	t.Helper()
	message := failure(t, run)
	for _, text := range texts {
		if !strings.Contains(message, text) {
			t.Errorf("the test fails with %q, want %q in it", message, text)
		}
	}
}

// echo answers with what it was asked.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("X-Method", r.Method)
	w.WriteHeader(http.StatusTeapot)
	fmt.Fprintf(w, `{"path":%q,"authorization":%q,"type":%q,"length":%d,"body":%q}`,
		r.URL.String(), r.Header.Get("Authorization"), r.Header.Get("Content-Type"), r.ContentLength, body)
}

var app = http.HandlerFunc(echo)

func TestARequestIsWhatTheChangesMakeOfIt(t *testing.T) {
	a := newFixture(t)
	own := func(r *http.Request) { r.URL.RawQuery = "page=2" }
	p := a.Do(app, "PATCH", "/api/posts", a.Bearer("a.b.c"), a.JSON(map[string]int{"id": 7}), own)
	want := `{"path":"/api/posts?page=2","authorization":"Bearer a.b.c","type":"application/json","length":8,"body":"{\"id\":7}"}`
	if p.Status != http.StatusTeapot || p.Header.Get("X-Method") != "PATCH" || p.Body != want {
		t.Errorf("answer = %d %v %s", p.Status, p.Header, p.Body)
	}
}

func TestARequestWithoutChangesHasNothing(t *testing.T) {
	p := newFixture(t).Do(app, "GET", "/")
	if want := `{"path":"/","authorization":"","type":"","length":0,"body":""}`; p.Body != want {
		t.Errorf("answer = %s", p.Body)
	}
}

func TestATokenGoesWhereTheSettingsSay(t *testing.T) {
	a := newFixture(t, func(s *auth.Settings) {
		s.Header = auth.HeaderSettings{Name: "HTTP_X_ACCESS_TOKEN", Types: []string{"JWT", "Bearer"}}
	})
	seen := ""
	a.Do(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen = r.Header.Get("X-Access-Token")
	}), "GET", "/", a.Bearer("a.b.c"))
	if seen != "JWT a.b.c" {
		t.Errorf("the handler sees %q", seen)
	}
}

func TestAnAnswerAsWantedIsReturned(t *testing.T) {
	var got struct{ Path string }
	newFixture(t).Do(app, "GET", "/api/me").Want(418, `"path"`, "/api/me").Decode(&got)
	if got.Path != "/api/me" {
		t.Errorf("decoded %+v", got)
	}
}

func TestAnAnswerThatIsNotWantedEndsTheTestAndIsShown(t *testing.T) {
	empty := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	long := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("long ", 1000)) })
	wantFailure(t, func(t testing.TB) { newFixture(t).Do(app, "GET", "/api/me").Want(200) },
		"GET /api/me = 418 I'm a teapot, want 200 OK\n", `{"path":"/api/me"`)
	wantFailure(t, func(t testing.TB) { newFixture(t).Do(app, "PUT", "/x?y=1").Want(418, "path", "absent") },
		"PUT /x?y=1 = 418 I'm a teapot, want a body that contains \"absent\"\n", `{"path":"/x?y=1"`)
	wantFailure(t, func(t testing.TB) { newFixture(t).Do(empty, "GET", "/").Want(200) },
		"GET / = 204 No Content, want 200 OK\nwith no body")
	wantFailure(t, func(t testing.TB) { newFixture(t).Do(app, "GET", "/").Decode(&[]int{}) },
		"GET / = 418 I'm a teapot, want JSON for *[]int: json: cannot unmarshal object")
	message := failure(t, func(t testing.TB) { newFixture(t).Do(long, "GET", "/").Want(404) })
	if len(message) > 2200 || !strings.HasSuffix(message, "long lon…") {
		t.Errorf("a long body is shown in %d bytes: %.40q", len(message), message)
	}
}

func TestAFailureBelongsToTheSubtest(t *testing.T) {
	a := newFixture(t)
	wantFailure(t, func(t testing.TB) { a.With(t).Do(app, "GET", "/").Want(200) }, "want 200 OK")
	a.Do(app, "GET", "/").Want(418)
}

func TestWhatIsNoRequestEndsTheTest(t *testing.T) {
	wantFailure(t, func(t testing.TB) { newFixture(t).Do(app, "GET", "no path") }, `"GET" "no path" is no request`)
	wantFailure(t, func(t testing.TB) { newFixture(t).JSON(func() {}) }, "the body of a request", "unsupported type")
}

func TestSettingsThatTheServiceRefusesEndTheTestWithItsError(t *testing.T) {
	wantFailure(t, func(t testing.TB) {
		newFixture(t, func(s *auth.Settings) { s.Tokens.Kind, s.Mount = "triple", "auth" })
	}, "Settings.Tokens.Kind", "Settings.Mount")
	wantFailure(t, func(t testing.TB) { authtest.New(t, auth.Stores{}) }, "no store for users")
	wantFailure(t, func(t testing.TB) {
		newFixture(t, func(s *auth.Settings) { s.Signing.Algorithm = token.ES256 })
	}, "Settings.Signing.Key: is required")
	wantFailure(t, func(t testing.TB) { newFixture(t, func(s *auth.Settings) { s.Now = time.Now }) }, "move Fixture.Clock")
}

func TestAKeyIsMadeWhereNoneIsGiven(t *testing.T) {
	newFixture(t, func(s *auth.Settings) { s.Signing.Algorithm = token.HS512 })
	ring, err := token.NewSecret("mine", token.HS384, []byte(strings.Repeat("a key for this test", 3)))
	if err != nil {
		t.Fatal(err)
	}
	newFixture(t, func(s *auth.Settings) { s.Signing.Keys = []token.Key{ring} })
}

func TestSettingsAreChangedInTheirOrder(t *testing.T) {
	first := func(s *auth.Settings) { *s = auth.EasyJWT(); s.Mount = "/first" }
	second := func(s *auth.Settings) { s.Mount = "/second" }
	s := newFixture(t, first, second).Service.Settings()
	if s.Mount != "/second" || !s.Tokens.ReuseRefresh || !s.Passwords.Weak {
		t.Errorf("settings = %+v", s)
	}
}

func TestTheClockStandsUntilItIsMoved(t *testing.T) {
	a := newFixture(t)
	begin := a.Clock.Now()
	if now := a.Clock.Now(); !now.Equal(begin) || now.Location() != time.UTC {
		t.Errorf("now %v, before %v", now, begin)
	}
	a.Clock.Advance(90 * time.Minute)
	a.Clock.Advance(-time.Minute)
	if passed := a.Clock.Now().Sub(begin); passed != 89*time.Minute {
		t.Errorf("passed %v", passed)
	}
	if now := a.Service.Settings().Now(); !now.Equal(a.Clock.Now()) {
		t.Errorf("the service's time is %v", now)
	}
}

func TestTheClockIsMovedAndReadAtTheSameTime(t *testing.T) {
	var c authtest.Clock
	begin := c.Now()
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() { c.Advance(time.Second); c.Now() })
	}
	wait.Wait()
	if passed := c.Now().Sub(begin); passed != 50*time.Second {
		t.Errorf("passed %v", passed)
	}
}

func TestALoginPostsWhatTheEndpointTakes(t *testing.T) {
	a := newFixture(t, func(s *auth.Settings) {
		s.Mount, s.Users.LoginField = "/id/", "name"
		s.Users.FindLogin = func(context.Context, string) (auth.UserKey, error) { return auth.UserKey{}, nil }
	})
	asked := ""
	answer := `{"refresh":"r","access":"a"}`
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = r.Method + " " + r.URL.Path + " " + string(body)
		fmt.Fprint(w, answer)
	})
	if tokens := a.Login(h, "ann", "secret"); tokens.Access != "a" || tokens.Refresh != "r" || tokens.Sliding != "" {
		t.Errorf("tokens = %+v", tokens)
	}
	if want := `POST /id/token/ {"name":"ann","password":"secret"}`; asked != want {
		t.Errorf("asked %s, want %s", asked, want)
	}
	answer = `{"token":"s"}`
	if tokens := a.Login(h, "ann", "secret"); tokens.Sliding != "s" || tokens.Access != "" {
		t.Errorf("tokens = %+v", tokens)
	}
	answer = `{"detail":"none"}`
	wantFailure(t, func(t testing.TB) { a.With(t).Login(h, "ann", "secret") }, "want tokens", answer)
	wantFailure(t, func(t testing.TB) { a.With(t).Login(app, "ann", "secret") }, "POST /id/token/ = 418")
}

func TestALoginFollowsTheEndpoint(t *testing.T) {
	a := newFixture(t)
	if a.LoginPath != "/auth/token/" {
		t.Errorf("without a word a login goes to %s", a.LoginPath)
	}
	a.LoginPath = "/auth/login/"
	for _, a := range []*authtest.Fixture{a, a.With(t)} {
		asked := ""
		a.Login(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = r.URL.Path
			fmt.Fprint(w, `{"token":"s"}`)
		}), "ann@example.com", "secret")
		if asked != "/auth/login/" {
			t.Errorf("asked %s", asked)
		}
	}
}
