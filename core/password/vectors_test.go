package password_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/adaptertest/recorded"
	"github.com/authplug/authplug/core/password"
)

func TestDjangosHashesAreVerified(t *testing.T) {
	if raced {
		t.Skip("millions of iterations take a minute under the race detector")
	}
	verified := 0
	for name, s := range recorded.Vectors() {
		for form, v := range s.Hashes {
			if v.Error != "" {
				continue
			}
			verified++
			t.Run(name+" "+form, func(t *testing.T) { verifyDjangos(t, v.Password, v.Encoded) })
		}
	}
	if verified < 9 {
		t.Errorf("%d hashes, want 9", verified)
	}
}

func verifyDjangos(t *testing.T, pw, encoded string) {
	argon := newHasher(t, password.Config{})
	if got := check(t, argon, pw, encoded); got != (password.Result{OK: true, Stale: true}) {
		t.Errorf("with argon2id preferred %+v, want OK and stale", got)
	}
	if got := check(t, argon, pw+" ", encoded); got != (password.Result{}) {
		t.Errorf("a wrong password is %+v", got)
	}
	django := newHasher(t, password.Config{Algorithm: password.PBKDF2})
	stale := !strings.HasPrefix(encoded, "pbkdf2_sha256$1000000$")
	if got := check(t, django, pw, encoded); got != (password.Result{OK: true, Stale: stale}) {
		t.Errorf("with PBKDF2 preferred %+v, want OK and stale %v", got, stale)
	}
}

func TestSimilarityIsDjangos(t *testing.T) {
	p := newPolicy(t, 0)
	for name, s := range recorded.Vectors() {
		for _, v := range s.Similarity {
			found := problems(t, p, v.Password, password.Subject{
				Email: v.Attributes["email"], FirstName: v.Attributes["first_name"], LastName: v.Attributes["last_name"],
			})
			similar := slices.DeleteFunc(found, func(s string) bool { return !strings.Contains(s, "similar") })
			var want []string
			if v.Error != nil {
				want = []string{*v.Error}
			}
			if !slices.Equal(similar, want) {
				t.Errorf("%s: %q with %v: %q, want %q", name, v.Password, v.Attributes, similar, want)
			}
		}
		if len(s.Similarity) < 26 {
			t.Errorf("%s: %d vectors, want 26", name, len(s.Similarity))
		}
	}
}

func TestProblemsAreDjangos(t *testing.T) {
	p := newPolicy(t, 0)
	for name, s := range recorded.Vectors() {
		for _, v := range s.WithoutUser {
			if got := problems(t, p, v.Password, password.Subject{}); !slices.Equal(got, v.Errors) {
				t.Errorf("%s: Problems(%q) = %q, want %q", name, v.Password, got, v.Errors)
			}
		}
		if len(s.WithoutUser) < 21 {
			t.Errorf("%s: %d vectors, want 21", name, len(s.WithoutUser))
		}
	}
}
