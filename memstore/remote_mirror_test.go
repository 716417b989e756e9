package memstore_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/memstore"
)

func TestTwentyFirstRequestsMakeOneUser(t *testing.T) {
	for _, m := range []remote.Mode{remote.VerifyRemote, remote.VerifyLocal} {
		up := newUpstream(t)
		ann := up.User(ann)
		s := newSide(t, up, mode(m, 0))
		tokens := make([]string, 20)
		for i := range tokens {
			tokens[i] = up.Token(ann) // each another question
		}
		ids := make([]string, len(tokens))
		var wait sync.WaitGroup
		for i, access := range tokens {
			wait.Go(func() {
				id, err := s.Identify(t.Context(), access, auth.Client{})
				if err != nil {
					t.Error(err)
					return
				}
				ids[i] = id.User.ID
			})
		}
		wait.Wait()
		for _, id := range ids {
			if id != s.of(t, ann).ID {
				t.Fatalf("%s: users %v", m, ids)
			}
		}
	}
}

func TestProfilesAreCopiedWhenTheyChange(t *testing.T) {
	up := newUpstream(t)
	ann := up.User(ann, authtest.Staff, authtest.Roles("editor"))
	s := newSide(t, up)
	access := up.Token(ann)
	s.page(access).Want(200)
	first := s.of(t, ann)
	s.page(access).Want(200)
	if again := s.of(t, ann); again.Version != first.Version {
		t.Errorf("saved again: version %d, was %d", again.Version, first.Version)
	}
	if first.Staff || first.Roles != nil || first.PasswordHash != "" {
		t.Errorf("mirrored %+v", first)
	}
	up.Update(ann, func(u *auth.User) { u.FirstName, u.Superuser = "Ann", true })
	s.page(up.Token(ann)).Want(200)
	if now := s.of(t, ann); now.FirstName != "Ann" || now.Superuser || now.Version != first.Version+1 || now.ID != first.ID {
		t.Errorf("became %+v", now)
	}
	if _, err := s.UpdateUser(t.Context(), auth.UserKey{ID: first.ID}, func(u *auth.User) error {
		u.Active, u.Roles = false, []string{"moderator"}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s.page(up.Token(ann)).Want(401, "user_inactive")
	s.obtain(ann.Email, authtest.Password).Want(401, "No active account found")
	if now := s.of(t, ann); now.Active || len(now.Roles) != 1 {
		t.Errorf("what is decided here was undone: %+v", now)
	}
}

// RM-09.
func TestRightsAreCopiedOnlyByName(t *testing.T) {
	up := newUpstream(t, func(s *auth.Settings) {
		s.Users.Profile = func(_ context.Context, u *auth.User) (map[string]any, error) {
			return map[string]any{"roles": u.Roles, "permissions": u.Permissions}, nil
		}
	})
	ann := up.User(ann, authtest.Staff, authtest.Roles("editor"), authtest.Permissions("posts.delete"))
	s := newSide(t, up, func(_ *auth.Settings, c *remote.Settings) {
		c.Mirror.Fields = []string{"email", "roles", "is_staff"}
	})
	s.page(up.Token(ann)).Want(200)
	u := s.of(t, ann)
	if !u.Staff || len(u.Roles) != 1 || u.Permissions != nil {
		t.Errorf("mirrored %+v", u)
	}
	up.Update(ann, func(u *auth.User) { u.Roles, u.Staff = nil, false })
	s.page(up.Token(ann)).Want(200)
	if now := s.of(t, ann); now.Staff || len(now.Roles) != 0 || now.Epochs.Access != u.Epochs.Access+1 {
		t.Errorf("became %+v", now)
	}
}

// Where nobody is asked at requests, a right that was taken away is lost at the next refresh here.
func TestARefreshBringsTheProfileWhereNobodyIsAsked(t *testing.T) {
	up := newUpstream(t, func(s *auth.Settings) { s.Tokens.AccessOutlivesSession, s.Tokens.ReuseRefresh = true, true })
	ann := up.User(ann, authtest.Staff)
	s := newSide(t, up, in(remote.VerifyLocal), func(_ *auth.Settings, c *remote.Settings) {
		c.Mirror.Fields = []string{"email", "is_staff"}
	})
	var tokens struct{ Access, Refresh string }
	s.obtain(ann.Email, authtest.Password).Want(200).Decode(&tokens)
	up.Update(ann, func(u *auth.User) { u.Staff = false })
	s.page(tokens.Access).Want(200)
	if !s.of(t, ann).Staff {
		t.Error("somebody was asked")
	}
	refresh := up.JSON(map[string]string{"refresh": tokens.Refresh})
	up.Do(s.app, "POST", "/auth/token/refresh/", refresh).Want(200)
	if s.of(t, ann).Staff {
		t.Error("the right was not lost")
	}
	up.says(userPath, 200, `{}`)
	up.Do(s.app, "POST", "/auth/token/refresh/", refresh).Want(200) // the old token could be spent
	if n := up.questions(userPath); n == 0 {
		t.Error("nobody asked for the profile")
	}
}

func TestTheIssuerIsTheURLInOneSpelling(t *testing.T) {
	for text, want := range map[string]string{
		"https://auth.example.com": "https://auth.example.com", "HTTPS://Auth.Example.COM/": "https://auth.example.com",
		"https://auth.example.com:8443/A": "https://auth.example.com:8443/A",
	} {
		if got := (remote.Settings{URL: text}).Issuers(auth.Settings{}); len(got) != 1 || got[0] != want {
			t.Errorf("Issuers() of %s = %q, want %s", text, got, want)
		}
	}
	both := remote.Settings{URL: "https://a.example"}.Issuers(auth.Settings{Signing: auth.Signing{Issuer: "b"}})
	named := remote.Settings{URL: "https://a.example", Mirror: remote.Mirror{Issuer: "c"}}.Issuers(auth.Settings{})
	if len(both) != 2 || both[0] != "b" || both[1] != "https://a.example" || len(named) != 1 || named[0] != "c" {
		t.Errorf("Issuers() = %q and %q", both, named)
	}
}

// A client-service that has an administrator of its own.
func TestALocalAdministratorIsSafe(t *testing.T) {
	up := newUpstream(t)
	s := newSide(t, up)
	root, err := s.CreateUser(t.Context(), auth.NewUser{Email: "root@example.com", Password: plain, Superuser: true})
	if err != nil {
		t.Fatal(err)
	}
	attacker := up.User("root@example.com")
	s.page(up.Token(attacker)).Want(403, "account_conflict")
	s.obtain("root@example.com", authtest.Password).Want(403, "This account cannot be linked.")
	if _, err := s.store.User(t.Context(), auth.UserKey{Issuer: up.url, RemoteID: attacker.ID}); !errors.Is(err, auth.ErrNotFound) {
		t.Errorf("the attacker was mirrored: %v", err)
	}
	if now := stored(t, s.store, root.ID); now.Version != root.Version || now.RemoteID != "" {
		t.Errorf("the administrator became %+v", now)
	}
}

func TestAUserOfTheFormerIssuerStaysOne(t *testing.T) {
	up := newUpstream(t)
	ann := up.User(ann)
	before := newSide(t, up)
	before.page(up.Token(ann)).Want(200)
	after, err := remote.New(auth.Settings{Signing: auth.Signing{Issuer: "https://auth.example.com"}, Now: up.Clock.Now},
		auth.In(before.store), remote.Settings{URL: up.url, AllowInsecure: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		id, err := after.Identify(t.Context(), up.Token(ann), auth.Client{})
		if err != nil || id.User.ID != before.of(t, ann).ID {
			t.Fatalf("Identify() = %v", err)
		}
	}
	bob := up.User("bob@example.com")
	if id, err := after.Identify(t.Context(), up.Token(bob), auth.Client{}); err != nil || id.User.Issuer != "https://auth.example.com" {
		t.Errorf("a new user is %+v, %v", id, err)
	}
}

// A service that was without an issuer for a while has two local users for one: all ways lead to the
// same of them.
func TestOfTwoIssuersTheConfiguredOneCounts(t *testing.T) {
	up := newUpstream(t, func(s *auth.Settings) { s.Signing.Issuer = "https://auth.example.com" })
	ann := up.User(ann)
	store := memstore.New()
	seen := func(issuer string, m remote.Mode) string {
		s, err := remote.New(auth.Settings{Signing: auth.Signing{Key: yourKey, Issuer: issuer}, Now: up.Clock.Now},
			auth.In(store), remote.Settings{URL: up.url, AllowInsecure: true, Verify: m})
		if err != nil {
			t.Fatal(err)
		}
		id, err := s.Identify(t.Context(), up.Token(ann), auth.Client{})
		if err != nil {
			t.Fatal(err)
		}
		return id.User.ID
	}
	first := seen("https://auth.example.com", remote.VerifyRemote)
	if other := seen("", remote.VerifyRemote); other == first {
		t.Errorf("both issuers have user %s", other)
	}
	for _, m := range []remote.Mode{remote.VerifyRemote, remote.VerifyLocal} {
		if id := seen("https://auth.example.com", m); id != first {
			t.Errorf("%s: user %s, want %s", m, id, first)
		}
	}
}

func TestMapCopiesWhatFieldsCannotName(t *testing.T) {
	up := newUpstream(t, func(s *auth.Settings) {
		s.Users.Profile = func(_ context.Context, u *auth.User) (map[string]any, error) {
			return map[string]any{"accessgroup": map[string]string{"user_type": u.FirstName}}, nil
		}
	})
	ann := up.User(ann, func(n *auth.NewUser) { n.FirstName = "AUTH" })
	refusal := auth.NewError(403, "not_here", "Not here.")
	with := func(err error) *side {
		return newSide(t, up, func(_ *auth.Settings, c *remote.Settings) {
			c.Mirror.Map = func(_ context.Context, p *remote.Profile, u *auth.User) error {
				u.Extra, _ = p.Member("accessgroup")
				u.Active = false // not its business
				if err == nil && p.ID == "" {
					panic("no id")
				}
				return err
			}
		})
	}
	s := with(nil)
	s.page(up.Token(ann)).Want(200)
	var group struct {
		UserType string `json:"user_type"`
	}
	if err := json.Unmarshal(s.of(t, ann).Extra, &group); err != nil || group.UserType != "AUTH" {
		t.Errorf("extra = %s, %v", s.of(t, ann).Extra, err)
	}
	for name, c := range map[string]struct {
		err    error
		status int
		text   string
	}{
		"a refusal": {refusal, 403, "not_here"},
		"nobody":    {auth.ErrNoCredentials, 503, "invalid user response"},
		"an error":  {errors.New("odd"), 503, "invalid user response"},
		"no error":  {(*auth.Error)(nil), 503, "invalid user response"},
	} {
		s := with(c.err)
		s.page(up.Token(ann)).Want(c.status, c.text)
		s.obtain(ann.Email, authtest.Password).Want(c.status, c.text)
		if _, err := s.store.User(t.Context(), auth.UserKey{Issuer: up.url, RemoteID: ann.ID}); !errors.Is(err, auth.ErrNotFound) {
			t.Errorf("%s: mirrored all the same: %v", name, err)
		}
	}
}

func TestAPanicOfAHookIsAnOutage(t *testing.T) {
	up := newUpstream(t)
	s := newSide(t, up, func(_ *auth.Settings, c *remote.Settings) {
		c.Mirror.Map = func(context.Context, *remote.Profile, *auth.User) error { panic("oops") }
	})
	s.page(up.Token(up.User(ann))).Want(503, "unavailable")
	s.obtain(ann, authtest.Password).Want(500, "internal_error")
}

func TestTheApplicationDecidesWhoMayLogIn(t *testing.T) {
	up := newUpstream(t)
	ann := up.User(ann)
	var refusal error
	s := newSide(t, up, func(a *auth.Settings, _ *remote.Settings) {
		a.Users.UpdateLastLogin = true
		a.Users.MayLogin = func(_ context.Context, u *auth.User) error {
			u.FirstName = "a copy"
			return refusal
		}
	})
	up.Clock.Advance(time.Hour)
	s.obtain("Ann@Example.com", authtest.Password).Want(200, "access")
	if u := s.of(t, ann); !u.LastLogin.Equal(up.Clock.Now()) || u.FirstName != "" {
		t.Errorf("after the login: %+v", u)
	}
	refusal = errors.New("not today")
	s.obtain(ann.Email, authtest.Password).Want(401, "No active account found with the given credentials")
}
