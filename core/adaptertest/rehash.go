package adaptertest

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/password"
)

var rehashClaims = []claim{
	{"a login stores a hash of another form anew", loginRehashes},
	{"a wrong password does not", failureDoesNotRehash},
	{"a store that cannot write does not fail the login", rehashMayFail},
	{"a password that changes meanwhile stays", rehashLosesToAChange},
	{"many logins at once leave one good hash", rehashTogether},
}

func notBob(_ context.Context, u *auth.User) error {
	if u.PasswordHash != "" {
		return errors.New("the hook got the password hash")
	}
	if strings.HasPrefix(u.Email, "bob") {
		return errors.New("bob owes us money")
	}
	return nil
}

// hashed returns a hash of the fixture's password as another system would make it.
func hashed(t *testing.T, algorithm password.Algorithm, plain string) string {
	t.Helper()
	hasher, err := password.New(password.Config{Algorithm: algorithm, Weak: true})
	if err != nil {
		t.Fatal(err)
	}
	hash, err := hasher.Hash(t.Context(), plain)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// PW-05.
func loginRehashes(t *testing.T, h Harness) {
	for _, algorithm := range []password.Algorithm{password.PBKDF2, password.Bcrypt} {
		a := h.app(t, nil)
		u := a.user(ann)
		old := hashed(t, algorithm, userPassword)
		a.keepHash(u.ID, old)
		tokens := a.login(ann)
		fresh := string(a.row(u.ID).PasswordHash)
		if !strings.HasPrefix(fresh, "$argon2id$") {
			t.Errorf("%s became %q", algorithm, fresh)
		}
		a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
		a.refresh(tokens.refresh).want(t, http.StatusOK, "")
		a.login(ann)
		if again := string(a.row(u.ID).PasswordHash); again != fresh {
			t.Errorf("%s: the preferred form was stored anew", algorithm)
		}
	}
}

func failureDoesNotRehash(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	old := hashed(t, password.PBKDF2, userPassword)
	a.keepHash(u.ID, old)
	a.tryLogin(ann, "wrong").want(t, http.StatusUnauthorized, loginFailedBody)
	a.update(u.ID, deactivate)
	a.tryLogin(ann, userPassword).want(t, http.StatusUnauthorized, loginFailedBody)
	if got := string(a.row(u.ID).PasswordHash); got != old {
		t.Errorf("hash = %q", got)
	}
}

// PW-05.
func rehashMayFail(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	old := hashed(t, password.PBKDF2, userPassword)
	a.keepHash(u.ID, old)
	a.store.fail("UpdateUser")
	tokens := a.login(ann)
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	if got := string(a.row(u.ID).PasswordHash); got != old {
		t.Errorf("hash = %q", got)
	}
	if a.count(auth.EventFailure) != 1 {
		t.Error("the failure was not told")
	}
}

// The password changes between the login's check and its write. PW-05.
func rehashLosesToAChange(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	a.keepHash(u.ID, hashed(t, password.PBKDF2, userPassword))
	other := hashed(t, password.Argon2id, "another good password")
	reads := 0
	a.store.hook(nil, func(method string) error {
		if method == "User" {
			if reads++; reads == 1 {
				a.keepHash(u.ID, other)
			}
		}
		return nil
	})
	a.tryLogin(ann, userPassword)
	a.store.heal()
	if got := string(a.row(u.ID).PasswordHash); got != other {
		t.Errorf("hash = %q, want the changed password's", got)
	}
	a.tryLogin(ann, "another good password").want(t, http.StatusOK, "")
}

// PW-05.
func rehashTogether(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Claims.CheckRevoke = true })
	u := a.user(ann)
	a.keepHash(u.ID, hashed(t, password.PBKDF2, userPassword))
	a.store.meet("User", 20)
	replies := together(20, func(int) reply { return a.tryLogin(ann, userPassword) })
	if n := statuses(replies); n[http.StatusOK] != 20 {
		t.Errorf("statuses = %v", n)
	}
	if got := string(a.row(u.ID).PasswordHash); !strings.HasPrefix(got, "$argon2id$") {
		t.Errorf("hash = %q", got)
	}
	for _, p := range replies { // whoever stored the new hash, all tokens are made for it
		a.get("/api/me", p.field("access")).want(t, http.StatusOK, "")
	}
	a.login(ann)
}
