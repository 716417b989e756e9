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

// Where nobody is asked at requests, a refresh finds out who is refused by now.
func TestARefreshRefusesWhoIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		body   string // of user/; "": the auth-service's own
		status int    // of user/
		hook   error
		local  bool // deactivated here
		want   int
		text   string
	}{
		"inactive there":      {`{"id":1,"email":"ann@example.com","is_active":false}`, 200, nil, false, 401, "no_active_account"},
		"refused there":       {`{"detail":"User is inactive","code":"user_inactive"}`, 401, nil, false, 401, "no_active_account"},
		"refused by the hook": {"", 0, auth.NewError(403, "not_ours", "Not here."), false, 403, "not_ours"},
		"deactivated here":    {"", 0, nil, true, 401, "no_active_account"},
		"throttled":           {`{"detail":"Slowly."}`, 429, nil, false, 200, "access"},
		"no profile":          {`{}`, 200, nil, false, 200, "access"},
		"an outage":           {`{}`, 503, nil, false, 200, "access"},
		"nothing":             {"", 0, nil, false, 200, "access"},
	} {
		t.Run(name, func(t *testing.T) {
			up := newUpstream(t)
			ann := up.User(ann)
			var refusal error
			s := newSide(t, up, in(remote.VerifyLocal), func(_ *auth.Settings, u *remote.Settings) {
				u.Mirror.Map = func(context.Context, *remote.Profile, *auth.User) error { return refusal }
			})
			var tokens struct{ Refresh string }
			s.obtain(ann.Email, authtest.Password).Want(200).Decode(&tokens)
			refusal = c.hook
			if c.local {
				updated(t, s.Service, s.of(t, ann).ID, func(u *auth.User) { u.Active = false })
			}
			if c.body != "" {
				up.says(userPath, c.status, c.body)
			}
			refresh := up.JSON(map[string]string{"refresh": tokens.Refresh})
			up.Do(s.app, "POST", "/auth/token/refresh/", refresh).Want(c.want, c.text)
		})
	}
}

func TestARefreshOfAStatelessServiceAsksForNoProfile(t *testing.T) {
	up := newUpstream(t, func(s *auth.Settings) { s.Claims.Access = []string{"email"} })
	ann := up.User(ann)
	s := newSide(t, up, in(remote.VerifyLocal), func(a *auth.Settings, _ *remote.Settings) { a.Claims.Stateless = true })
	refresh := up.JSON(map[string]string{"refresh": up.RefreshToken(ann)})
	up.Do(s.app, "POST", "/auth/token/refresh/", refresh).Want(200)
	if n := up.questions(userPath); n != 0 {
		t.Errorf("asked %d times", n)
	}
}

func TestAPanicOfMapDoesNotSpendARefreshToken(t *testing.T) {
	up := newUpstream(t)
	ann, calls := up.User(ann), 0
	s := newSide(t, up, in(remote.VerifyLocal), func(_ *auth.Settings, u *remote.Settings) {
		u.Mirror.Map = func(context.Context, *remote.Profile, *auth.User) error {
			if calls++; calls > 1 {
				panic("oops")
			}
			return nil
		}
	})
	var tokens struct{ Refresh string }
	s.obtain(ann.Email, authtest.Password).Want(200).Decode(&tokens)
	up.Do(s.app, "POST", "/auth/token/refresh/", up.JSON(map[string]string{"refresh": tokens.Refresh})).Want(200, "access")
}

// A stranger's profile is waited for a little, not for as long as a call may take; it comes all the
// same when the auth-service is slow.
func TestASlowAuthServiceHoldsUpNoStranger(t *testing.T) {
	t.Parallel()
	up := newUpstream(t)
	ann := up.User(ann)
	access := up.Token(ann)
	s := newSide(t, up, in(remote.VerifyLocal), func(_ *auth.Settings, u *remote.Settings) { u.Timeout = time.Minute })
	app, release := site(up.Service, auth.Authenticated), make(chan struct{})
	up.answer(func(w http.ResponseWriter, r *http.Request) {
		<-release
		app.ServeHTTP(w, r)
	})
	begin := time.Now()
	for range 3 {
		s.page(access).Want(200)
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
	if n := up.questions(userPath); n != 1 {
		t.Errorf("asked %d times", n)
	}
	close(release)
	for s.of(t, ann).Email == "" { // the question is still on its way
		time.Sleep(time.Millisecond)
	}
	s.page(access).Want(200, ann.Email)
}

func TestAPasswordChangeForgetsWhoseAddressIsNotKept(t *testing.T) {
	up := newUpstream(t)
	ann := up.User(ann)
	s := newSide(t, up, mode(remote.VerifyRemote, time.Minute), func(_ *auth.Settings, u *remote.Settings) {
		u.Mirror.Fields = []string{"first_name"}
	})
	access := up.Token(ann)
	s.page(access).Want(200)
	change := map[string]string{"email": "Ann@Example.com", "password": authtest.Password, "new_password": "quite another 42"}
	up.Do(s.app, "POST", "/auth/password-change/", up.JSON(change)).Want(200)
	s.page(access).Want(401)
}
