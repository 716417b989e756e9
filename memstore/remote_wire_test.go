package memstore_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/core/remote"
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
