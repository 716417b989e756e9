package memstore_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/core/token"
)

func TestWhoIsThrottledIsToldSoAtAGuardedRoute(t *testing.T) {
	up := newUpstream(t)
	access := up.Token(up.User(ann))
	s := newSide(t, up)
	up.answer(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"detail":"Slowly."}`))
	})
	if got := s.page(access).Want(429, "Slowly."); got.Header.Get("Retry-After") != "30" {
		t.Errorf("Retry-After %q", got.Header.Get("Retry-After"))
	}
}

func TestFieldAndSchemeAreTheAuthServices(t *testing.T) {
	up := newUpstream(t, func(s *auth.Settings) {
		s.Header.Types = []string{"JWT", "Bearer"}
		s.Users.LoginField = "username"
		s.Users.FindLogin = func(_ context.Context, name string) (auth.UserKey, error) {
			return auth.UserKey{Email: name + "@example.com"}, nil
		}
	})
	up.User(ann)
	s := newSide(t, up, func(a *auth.Settings, _ *remote.Settings) {
		a.Header.Types, a.Users.LoginField = []string{"JWT"}, "username"
	})
	login := up.JSON(map[string]string{"username": "ann", "password": authtest.Password})
	var tokens struct{ Access string }
	up.Do(s.app, "POST", "/auth/token/", login).Want(200).Decode(&tokens)
	s.page(tokens.Access).Want(200, ann)
	if got := s.page("x").Want(401); got.Header.Get("Www-Authenticate") != "JWT" {
		t.Errorf("challenge %q", got.Header.Get("Www-Authenticate"))
	}
}

func TestSlidingTokensPassThrough(t *testing.T) {
	for _, m := range []remote.Mode{remote.VerifyRemote, remote.VerifyHybrid, remote.VerifyLocal} {
		up := newUpstream(t, func(s *auth.Settings) { s.Tokens.Kind = auth.KindSliding })
		up.User(ann)
		s := newSide(t, up, in(m), func(a *auth.Settings, _ *remote.Settings) { a.Tokens.Kind = auth.KindSliding })
		var tokens struct{ Token string }
		s.obtain(ann, authtest.Password).Want(200).Decode(&tokens)
		s.page(tokens.Token).Want(200, ann)
		up.Clock.Advance(time.Minute)
		up.Do(s.app, "POST", "/auth/token/refresh/", up.JSON(map[string]string{"token": tokens.Token})).Want(200, "token")
		if n := up.questions("/auth/token/sliding/"); n != 0 {
			t.Errorf("asked another endpoint")
		}
	}
}

// RM-09: neither rights nor secrets nor headers of the auth-service get through.
func TestOnlyAVerdictComesThrough(t *testing.T) {
	up := newUpstream(t)
	ann := up.User(ann)
	s := newSide(t, up)
	access := up.Token(ann)
	up.says(userPath, 200, `{"id":1,"email":"ann@example.com","is_staff":true,"is_superuser":true,"roles":["boss"],"permissions":["all"],
		"epoch":9,"password":"hunter2","issuer":"","version":99,"uuid":"x"}`)
	s.page(access).Want(200)
	if u := s.of(t, ann); u.Staff || u.Superuser || u.Roles != nil || u.Permissions != nil || u.PasswordHash != "" || u.Epochs != (auth.Epochs{}) || u.UUID == "x" {
		t.Errorf("mirrored %+v", u)
	}
	for _, status := range []int{400, 401, 403, 404, 409, 422, 429, 500, 503} {
		up.answer(leaking(status))
		refusal := status < 404 || status == 429
		want := map[bool]int{true: status, false: 503}[refusal]
		nothingLeaks(t, s.obtain(ann.Email, authtest.Password).Want(want), refusal)
		nothingLeaks(t, s.page(access), status == 429)
	}
}

// leaking answers with a secret wherever there is a place for one.
func leaking(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, name := range []string{"Set-Cookie", "Location", "Www-Authenticate", "Server", "X-Secret"} {
			w.Header().Set(name, "hunter2")
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"trace":"hunter2"}`))
	}
}

// nothingLeaks wants the secret nowhere, but in the body where that is passed on.
func nothingLeaks(t *testing.T, p *authtest.Answer, passedOn bool) {
	t.Helper()
	if strings.Contains(p.Body, "hunter2") != passedOn {
		t.Errorf("after %d: %s", p.Status, p.Body)
	}
	for name, values := range p.Header {
		if strings.Contains(strings.Join(values, " "), "hunter2") {
			t.Errorf("after %d: %s: %q", p.Status, name, values)
		}
	}
}

// RM-10.
func TestWhatSomebodyTypesIsNoPartOfAURL(t *testing.T) {
	up := newUpstream(t)
	s := newSide(t, up)
	for i, typed := range []string{"../../admin", "http://169.254.169.254/", "x@y/../../", "?a=b#c", "a@b.example\r\nX: y"} {
		s.obtain(typed, typed).Want(401)
		s.page("../" + typed[:2]).Want(401)
		if n := up.questions("/auth/token/"); n != 1 {
			t.Errorf("%d: token/ was asked %d times", i, n)
		}
	}
	up.mu.Lock()
	defer up.mu.Unlock()
	for path := range up.asked {
		if path != "/auth/token/" && path != verifyPath {
			t.Errorf("%s was asked", path)
		}
	}
}

func TestBeingThrottledEndsNoVerdict(t *testing.T) {
	up := newUpstream(t)
	access := up.Token(up.User(ann))
	s := newSide(t, up, mode(remote.VerifyRemote, time.Minute))
	s.page(access).Want(200)
	up.says(verifyPath, 429, `{"detail":"Slowly."}`)
	up.Do(s.app, "POST", verifyPath, up.JSON(map[string]string{"token": access})).Want(429)
	s.page(access).Want(200)
}

// An auth-service that trusts the client-service's network learns who is behind it.
func TestTheCallersAddressIsForwarded(t *testing.T) {
	up := newUpstream(t)
	ann := up.User(ann)
	s := newSide(t, up)
	seen := map[string][]string{}
	app := site(up.Service, auth.Authenticated)
	up.answer(func(w http.ResponseWriter, r *http.Request) {
		seen[r.URL.Path] = append(seen[r.URL.Path], r.Header["X-Forwarded-For"]...)
		app.ServeHTTP(w, r)
	})
	spoofed := authtest.Header("X-Forwarded-For", "6.6.6.6")
	post := func(endpoint string, body map[string]string) *authtest.Answer {
		t.Helper()
		return up.Do(s.app, "POST", "/auth/"+endpoint, up.JSON(body), spoofed).Want(200)
	}
	var tokens struct{ Access, Refresh string }
	post("token/", map[string]string{"email": ann.Email, "password": authtest.Password}).Decode(&tokens)
	s.page(tokens.Access).Want(200)
	post("token/refresh/", map[string]string{"refresh": tokens.Refresh}).Decode(&tokens)
	post("token/logout/", map[string]string{"refresh": tokens.Refresh})
	post("password-change/", map[string]string{"email": ann.Email, "password": authtest.Password, "new_password": "quite another 42"})
	if _, err := s.Login(t.Context(), auth.Credentials{Identifier: ann.Email, Password: "quite another 42"}, auth.Client{}); err != nil {
		t.Fatal(err) // from Go, where nobody has an address
	}
	const address = "192.0.2.1" // of requests of package httptest
	for path, times := range map[string]int{
		"/auth/token/": 1, "/auth/token/refresh/": 1, "/auth/token/blacklist/": 1, "/auth/password-change/": 1, verifyPath: 0,
	} {
		if got := seen[path]; len(got) != times || times == 1 && got[0] != address {
			t.Errorf("%s is told %q", path, got)
		}
	}
}

// Where published keys come from need not be the auth-service: it learns of nobody.
func TestWhoPublishesKeysLearnsOfNobody(t *testing.T) {
	up := newUpstream(t)
	up.User(ann)
	asked := make(chan http.Header, 1)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.Header }))
	defer elsewhere.Close()
	s := newSide(t, up, in(remote.VerifyHybrid), func(a *auth.Settings, u *remote.Settings) {
		a.Signing, u.JWKSURL = auth.Signing{Algorithm: token.ES256}, elsewhere.URL
	})
	s.obtain(ann, authtest.Password).Want(503)
	if header := <-asked; header.Get("X-Forwarded-For") != "" || header.Get("Authorization") != "" {
		t.Errorf("it is told %v", header)
	}
}

// Both sides stateless, whatever tokens call users.
func TestStatelessOnBothSides(t *testing.T) {
	for _, field := range []string{"id", "uuid", "email"} {
		for _, m := range []remote.Mode{remote.VerifyRemote, remote.VerifyLocal, remote.VerifyHybrid} {
			up := newUpstream(t, func(s *auth.Settings) {
				s.Claims.Stateless, s.Claims.UserIDField = true, field
				s.Claims.Access = []string{"email", "first_name", "last_name"}
			})
			ann := up.User(ann)
			s := newSide(t, up, in(m), func(a *auth.Settings, _ *remote.Settings) {
				a.Claims.Stateless, a.Claims.UserIDField = true, field
			})
			var tokens struct{ Access string }
			if got := s.obtain(ann.Email, authtest.Password); got.Status != 200 {
				t.Errorf("%s %s: %d %s", field, m, got.Status, got.Body)
				continue
			} else {
				got.Decode(&tokens)
			}
			s.page(tokens.Access).Want(200, ann.Email)
		}
	}
}
