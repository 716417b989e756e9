package password_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/password"
)

// stack is what one version of Django made of the same inputs.
type stack struct {
	Hashes map[string]struct{ Encoded, Password, Error string } `json:"password_hashes"`

	Similarity []struct {
		Password   string
		Attributes map[string]string
		Error      *string
	}

	WithoutUser []struct {
		Password string
		Errors   []string
	} `json:"validators_without_user"`
}

func stacks(t *testing.T) map[string]stack {
	t.Helper()
	const file = "../../../shared/data/easyjwt-vectors.json"
	data, err := os.ReadFile(file)
	if err != nil && os.Getenv("AUTHPLUG_REQUIRE_DATA") != "1" {
		t.Skip("no test vectors: " + file)
	}
	var all map[string]stack
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil || len(all) == 0 {
		t.Fatalf("%s: %d stacks, %v", file, len(all), err)
	}
	return all
}

func TestDjangosHashesAreVerified(t *testing.T) {
	if raced {
		t.Skip("millions of iterations take a minute under the race detector")
	}
	verified := 0
	for name, s := range stacks(t) {
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
	for name, s := range stacks(t) {
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
	for name, s := range stacks(t) {
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
