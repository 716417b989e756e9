package memstore_test

import (
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/core/remote"
)

// RM-06.
func TestWhatAnOutageIsInEachMode(t *testing.T) {
	for name, c := range map[string]struct {
		mode       remote.Mode
		ttl        time.Duration
		then, soon int
	}{
		"remote":         {remote.VerifyRemote, 0, 503, 503},
		"remote, cached": {remote.VerifyRemote, 30 * time.Second, 200, 503},
		"hybrid":         {remote.VerifyHybrid, 30 * time.Second, 200, 503},
		"local":          {remote.VerifyLocal, 0, 200, 200},
	} {
		t.Run(name, func(t *testing.T) {
			up := newUpstream(t)
			s := newSide(t, up, mode(c.mode, c.ttl))
			access := up.Token(up.User(ann))
			s.page(access).Want(200)
			up.answer(down)
			s.page(access).Want(c.then)
			up.Clock.Advance(31 * time.Second)
			got := s.page(access).Want(c.soon)
			if c.soon == 503 && got.Header.Get("Retry-After") == "" {
				t.Errorf("no Retry-After: %v", got.Header)
			}
			s.page("x").Want(map[bool]int{true: 503, false: 401}[c.mode == remote.VerifyRemote])
			for _, password := range []string{authtest.Password, "wrong", " "} {
				s.obtain(ann, password).Want(503, "auth_service_unavailable")
			}
			up.Do(s.app, "POST", "/auth/token/logout/", up.JSON(map[string]string{"refresh": "x"})).Want(200, "Logged out.")
			up.answer(nil)
			s.page(access).Want(200)
			s.obtain(ann, authtest.Password).Want(200)
		})
	}
}

func TestAStrangerDuringAnOutageIsKnownByTheTokenAlone(t *testing.T) {
	up := newUpstream(t)
	erin := up.User("erin@example.com")
	s := newSide(t, up, mode(remote.VerifyLocal, 0))
	up.answer(down)
	access := up.Token(erin)
	s.page(access).Want(200)
	if u := s.of(t, erin); u.Email != "" || !u.Active || u.Staff {
		t.Errorf("kept %+v", u)
	}
	up.answer(nil)
	s.page(access).Want(200, "erin@example.com")
	up.questions(userPath)
	s.page(access).Want(200, "erin@example.com")
	up.wantAsked(t, 0, 0)
}

func TestAStrangerWhomTheAuthServiceRefusesIsNotKept(t *testing.T) {
	up := newUpstream(t)
	erin := up.User("erin@example.com")
	s := newSide(t, up, mode(remote.VerifyLocal, 0))
	access := up.Token(erin)
	up.Update(erin, func(u *auth.User) { u.Active = false })
	s.page(access).Want(401)
	if _, err := s.store.User(t.Context(), auth.UserKey{Issuer: up.url, RemoteID: erin.ID}); err == nil {
		t.Error("kept all the same")
	}
}

// RM-01.
func TestTheProfileMustBeOfWhomTheTokenNames(t *testing.T) {
	const bob = `{"id":99,"email":"bob@example.com","is_active":true}`
	for _, m := range []remote.Mode{remote.VerifyLocal, remote.VerifyHybrid, remote.VerifyRemote} {
		t.Run(string(m), func(t *testing.T) {
			up := newUpstream(t)
			ann := up.User(ann)
			s := newSide(t, up, in(m))
			access := up.Token(ann)
			up.says(userPath, 200, bob)
			s.obtain(ann.Email, authtest.Password).Want(503, "invalid user response")
			if m != remote.VerifyRemote { // there the token is opaque
				s.page(access).Want(503, "invalid user response")
			}
			for _, profile := range []string{
				`{"id":1}`, `{"email":"ann@example.com"}`, `{"id":true,"email":"ann@example.com"}`, `[]`, `null`,
				`{"id":1,"email":"ann"}`, `{"id":1,"email":"ann@example.com","is_active":"maybe"}`,
				`{"id":1,"email":"ann@example.com","first_name":null}`, `{"ID":1,"Email":"ann@example.com"}`,
			} {
				up.says(userPath, 200, profile)
				s.page(access).Want(503, "invalid user response")
				s.obtain(ann.Email, authtest.Password).Want(503, "invalid user response")
			}
			if _, err := s.store.User(t.Context(), auth.UserKey{ID: "1"}); err == nil {
				t.Error("somebody was mirrored")
			}
			up.says(userPath, 200, `{"id":1,"email":"ann@example.com","is_active":false}`)
			s.page(access).Want(401, "user_inactive")
			s.obtain(ann.Email, authtest.Password).Want(401, "No active account found")
		})
	}
}

func TestALoginsTokenAndProfileMustBeOfOneUser(t *testing.T) {
	for _, m := range []remote.Mode{remote.VerifyLocal, remote.VerifyHybrid} {
		up := newUpstream(t)
		up.User("first@example.com")
		ann := up.User(ann) // 2
		s := newSide(t, up, in(m))
		up.says(userPath, 200, `{"id":1,"email":"ann@example.com"}`) // her address, another id
		s.obtain(ann.Email, authtest.Password).Want(503, "invalid user response")
		if _, err := s.store.User(t.Context(), auth.UserKey{ID: "1"}); err == nil {
			t.Error("somebody was mirrored")
		}
	}
}

// RM-01.
func TestIssuedTokensMustFitTheKeysHere(t *testing.T) {
	up := newUpstream(t)
	ann, bob := up.User(ann), up.User("bob@example.com")
	forged, others := up.ForgedToken(ann), up.Token(bob)
	for _, m := range []remote.Mode{remote.VerifyLocal, remote.VerifyHybrid} {
		s := newSide(t, up, in(m))
		for name, access := range map[string]string{
			"forged": forged, "expired": up.ExpiredToken(ann), "a refresh token": up.RefreshToken(ann), "another user's": others,
		} {
			up.says("/auth/token/", 200, `{"refresh":"r","access":"`+access+`"}`)
			if got := s.obtain(ann.Email, authtest.Password); got.Status < 400 {
				t.Errorf("%s, %s: %d %s", m, name, got.Status, got.Body)
			}
		}
		if _, err := s.store.User(t.Context(), auth.UserKey{ID: "1"}); err == nil {
			t.Error("somebody was mirrored")
		}
	}
}

func TestLogoutCannotEndOtherSessions(t *testing.T) {
	up := newUpstream(t)
	s := newSide(t, up)
	for _, scope := range []string{"others", "all"} {
		up.Do(s.app, "POST", "/auth/token/logout/", up.JSON(map[string]string{"refresh": "x", "scope": scope})).Want(400, "invalid_scope")
	}
	if n := up.questions("/auth/token/blacklist/"); n != 0 {
		t.Errorf("asked %d times", n)
	}
	quiet := newSide(t, up, func(_ *auth.Settings, c *remote.Settings) { c.KeepTokens = true })
	up.Do(quiet.app, "POST", "/auth/token/logout/", up.JSON(map[string]string{"refresh": "x"})).Want(200)
	if n := up.questions("/auth/token/blacklist/"); n != 0 {
		t.Errorf("KeepTokens: asked %d times", n)
	}
}
