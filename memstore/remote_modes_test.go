package memstore_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/core/token"
)

const (
	verifyPath = "/auth/token/verify/"
	userPath   = "/auth/user/"
)

// asked wants an exact number of questions since the last time.
func (up *upstream) wantAsked(t *testing.T, verify, user int) {
	t.Helper()
	if v, u := up.questions(verifyPath), up.questions(userPath); v != verify || u != user {
		t.Errorf("asked %d times to verify and %d for the user, want %d and %d", v, u, verify, user)
	}
}

func TestTheAuthServiceIsAskedAsOftenAsTheModeSays(t *testing.T) {
	for name, c := range map[string]struct {
		mode         remote.Mode
		ttl          time.Duration
		first, again int
		later        int // after the verdict has run out
	}{
		"remote":         {remote.VerifyRemote, 0, 1, 1, 1},
		"remote, cached": {remote.VerifyRemote, time.Minute, 1, 0, 1},
		"hybrid":         {remote.VerifyHybrid, time.Minute, 1, 0, 1},
		"local":          {remote.VerifyLocal, 0, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			up := newUpstream(t)
			ann := up.User(ann)
			s := newSide(t, up, mode(c.mode, c.ttl))
			access := up.Token(ann)
			s.page(access).Want(200, ann.Email)
			up.wantAsked(t, c.first, 1) // a stranger's profile is always fetched
			users := func(asked int) int {
				if c.mode == remote.VerifyLocal {
					return 0
				}
				return asked
			}
			s.page(access).Want(200, ann.Email)
			up.wantAsked(t, c.again, users(c.again))
			up.Clock.Advance(61 * time.Second)
			s.page(access).Want(200, ann.Email)
			up.wantAsked(t, c.later, users(c.later))
			up.Clock.Advance(5 * time.Minute) // the token's life
			s.page(access).Want(401, "Token is invalid or expired")
		})
	}
}

func TestWhatAnEndedSessionIsWorthInEachMode(t *testing.T) {
	for name, c := range map[string]struct {
		mode       remote.Mode
		ttl        time.Duration
		then, soon int
	}{
		"remote":         {remote.VerifyRemote, 0, 401, 401},
		"remote, cached": {remote.VerifyRemote, 30 * time.Second, 200, 401},
		"hybrid":         {remote.VerifyHybrid, 30 * time.Second, 401, 401}, // the refresh token says whose they are
		"local":          {remote.VerifyLocal, 0, 200, 200},                 // until the token expires
	} {
		t.Run(name, func(t *testing.T) {
			up := newUpstream(t)
			up.User(ann)
			s := newSide(t, up, mode(c.mode, c.ttl))
			var tokens struct{ Access, Refresh string }
			s.obtain(ann, authtest.Password).Want(200).Decode(&tokens)
			s.page(tokens.Access).Want(200)
			logout := map[string]string{"refresh": tokens.Refresh}
			up.Do(s.app, "POST", "/auth/token/logout/", up.JSON(logout)).Want(200, "Logged out.")
			s.page(tokens.Access).Want(c.then)
			up.Clock.Advance(31 * time.Second)
			s.page(tokens.Access).Want(c.soon)
			up.Do(s.app, "POST", "/auth/token/refresh/", up.JSON(logout)).Want(401, "Token is blacklisted")
		})
	}
}

func TestARefusalEndsWhatWasAccepted(t *testing.T) {
	up := newUpstream(t)
	ann := up.User(ann)
	s := newSide(t, up, mode(remote.VerifyHybrid, time.Minute))
	access := up.Token(ann)
	s.page(access).Want(200)
	up.Update(ann, func(u *auth.User) { u.Active = false })
	s.page(access).Want(200) // believed for a minute
	verify := up.JSON(map[string]string{"token": access})
	up.Do(s.app, "POST", "/auth/token/verify/", verify).Want(401)
	s.page(access).Want(401)
}

func TestALoginOfAnInactiveUserForgetsVerdicts(t *testing.T) {
	up := newUpstream(t)
	ann := up.User(ann)
	s := newSide(t, up, mode(remote.VerifyRemote, time.Minute))
	access := up.Token(ann)
	s.page(access).Want(200)
	up.says(userPath, 200, `{"id":1,"email":"ann@example.com","is_active":false}`)
	s.page(access).Want(200) // believed for a minute
	s.obtain(ann.Email, authtest.Password).Want(401)
	s.page(access).Want(401, "user_inactive")
}

func TestAPasswordChangeThroughTheServiceForgetsVerdicts(t *testing.T) {
	up := newUpstream(t)
	ann := up.User(ann)
	s := newSide(t, up, mode(remote.VerifyRemote, time.Minute))
	access := up.Token(ann)
	s.page(access).Want(200)
	change := map[string]string{"email": ann.Email, "password": authtest.Password, "new_password": "quite another 42"}
	up.Do(s.app, "POST", "/auth/password-change/", up.JSON(change)).Want(200)
	s.page(access).Want(401)
	s.obtain(ann.Email, "quite another 42").Want(200)
}

func TestAStatelessSideForgetsVerdictsAsWell(t *testing.T) {
	for _, field := range []string{"id", "uuid", "email"} {
		for _, m := range []remote.Mode{remote.VerifyRemote, remote.VerifyHybrid} {
			up := newUpstream(t, func(a *auth.Settings) { a.Claims.UserIDField = field })
			up.User(ann)
			bob := up.Token(up.User("bob@example.com"))
			s := newSide(t, up, mode(m, time.Minute), func(a *auth.Settings, _ *remote.Settings) {
				a.Claims.Stateless, a.Claims.UserIDField = true, field
			})
			s.page(bob).Want(200)
			var tokens struct{ Access, Refresh string }
			s.obtain(ann, authtest.Password).Want(200).Decode(&tokens)
			if m == remote.VerifyHybrid {
				s.page(tokens.Access).Want(200)
				logout := up.JSON(map[string]string{"refresh": tokens.Refresh})
				up.Do(s.app, "POST", "/auth/token/logout/", logout).Want(200)
				s.page(tokens.Access).Want(401)
				s.obtain(ann, authtest.Password).Want(200).Decode(&tokens)
			}
			s.page(tokens.Access).Want(200)
			change := map[string]string{"email": "Ann@Example.com", "password": authtest.Password, "new_password": "quite another 42"}
			up.Do(s.app, "POST", "/auth/password-change/", up.JSON(change)).Want(200)
			s.page(tokens.Access).Want(401)
			up.answer(down)
			s.page(bob).Want(200) // still believed
		}
	}
}

func TestATokenIsOfTheRightKindKeyAndService(t *testing.T) {
	up := newUpstream(t)
	ann := up.User(ann)
	other := newUpstream(t, func(s *auth.Settings) { s.Signing.Key = ownKey })
	stranger := other.Token(other.User("ann@example.com"))
	for _, m := range []remote.Mode{remote.VerifyRemote, remote.VerifyLocal, remote.VerifyHybrid} {
		s := newSide(t, up, in(m))
		for name, bad := range map[string]string{
			"a refresh token": up.RefreshToken(ann), "an expired one": up.ExpiredToken(ann), "a forged one": up.ForgedToken(ann),
			"another service's": stranger, "no token": "x", "a long one": string(make([]byte, 9000)),
		} {
			if got := s.page(bad); got.Status != 401 || got.Header.Get("Www-Authenticate") != "Bearer" {
				t.Errorf("%s: %s = %d %s %v", m, name, got.Status, got.Body, got.Header)
			}
		}
	}
}

func TestAStatelessSideKeepsNobody(t *testing.T) {
	for _, m := range []remote.Mode{remote.VerifyRemote, remote.VerifyLocal, remote.VerifyHybrid} {
		t.Run(string(m), func(t *testing.T) {
			up := newUpstream(t, func(s *auth.Settings) { s.Claims.Access = []string{"email", "first_name"} })
			ann := up.User(ann, func(n *auth.NewUser) { n.FirstName = "Ann" })
			s := newSide(t, up, func(a *auth.Settings, c *remote.Settings) {
				a.Claims.Stateless, c.Verify = true, m
				if m != remote.VerifyLocal {
					c.CacheTTL = time.Minute
				}
			})
			access := up.Token(ann)
			for range 2 {
				s.page(access).Want(200, ann.Email)
				up.Do(s.app, "GET", "/auth/user/", up.Bearer(access)).Want(200, `"first_name":"Ann"`, `"id":`+ann.ID)
			}
			if _, err := s.store.User(t.Context(), auth.UserKey{Issuer: up.url, RemoteID: ann.ID}); !errors.Is(err, auth.ErrNotFound) {
				t.Errorf("somebody was kept: %v", err)
			}
		})
	}
}

func TestPublishedKeysVerify(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	public, err := token.ParsePEM("", token.ES256, key)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := public.JWK()
	if err != nil {
		t.Fatal(err)
	}
	up := newUpstream(t, func(s *auth.Settings) { s.Signing = auth.Signing{Algorithm: token.ES256, Key: auth.Secret(key)} })
	s := newSide(t, up, in(remote.VerifyLocal), func(a *auth.Settings, _ *remote.Settings) {
		a.Signing = auth.Signing{Algorithm: token.ES256}
	})
	access := up.Token(up.User(ann))
	up.answer(down)
	s.page(access).Want(503, "auth_service_unavailable")
	up.says("/.well-known/jwks.json", 200, `{"keys":[`+string(jwk)+`]}`)
	up.Clock.Advance(time.Minute)
	s.page(access).Want(200, ann)
	up.answer(down)
	up.Clock.Advance(time.Minute)
	s.page(access).Want(200, ann)
	if n := up.questions("/.well-known/jwks.json"); n != 2 {
		t.Errorf("the keys were asked for %d times, want 2", n)
	}
}

func TestSimultaneousQuestionsAreOne(t *testing.T) {
	for _, m := range []remote.Mode{remote.VerifyRemote, remote.VerifyLocal} {
		up := newUpstream(t)
		access := up.Token(up.User(ann))
		s := newSide(t, up, in(m))
		release := make(chan struct{})
		app := site(up.Service, auth.Authenticated)
		up.answer(func(w http.ResponseWriter, r *http.Request) {
			<-release
			app.ServeHTTP(w, r)
		})
		var wait sync.WaitGroup
		for range 20 {
			wait.Go(func() {
				if id, err := s.Identify(t.Context(), access, auth.Client{}); err != nil || id.User.Email != ann {
					t.Errorf("Identify() = %v", err)
				} else {
					id.User.Email = "changed" // nobody else's
				}
			})
		}
		time.AfterFunc(50*time.Millisecond, func() { close(release) })
		wait.Wait()
		if verify, user := up.questions(verifyPath), up.questions(userPath); verify > 2 || user > 2 { // who came late asks again
			t.Errorf("%s: asked %d and %d times", m, verify, user)
		}
	}
}

func TestVerifyAsksWhoTheModeSays(t *testing.T) {
	for m, asked := range map[remote.Mode][2]int{ // a good token, a forged one
		remote.VerifyRemote: {1, 1}, remote.VerifyHybrid: {1, 0}, remote.VerifyLocal: {0, 0},
	} {
		up := newUpstream(t)
		ann := up.User(ann)
		s := newSide(t, up, in(m))
		for i, raw := range []string{up.RefreshToken(ann), up.ForgedToken(ann)} {
			up.Do(s.app, "POST", verifyPath, up.JSON(map[string]string{"token": raw})).Want([]int{200, 401}[i])
			if n := up.questions(verifyPath); n != asked[i] {
				t.Errorf("%s: asked %d times of token %d, want %d", m, n, i, asked[i])
			}
		}
	}
}
