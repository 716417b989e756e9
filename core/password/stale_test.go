package password_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"

	"github.com/authplug/authplug/core/password"
)

func TestAnyOtherCostIsStale(t *testing.T) {
	type cost = password.Cost
	argon := func(memory, time uint32, threads uint8) password.Config {
		return password.Config{Cost: cost{Memory: memory, Time: time, Threads: threads}, Weak: true}
	}
	other := func(a password.Algorithm, c cost) password.Config {
		return password.Config{Algorithm: a, Cost: c, Weak: true}
	}
	for name, test := range map[string]struct{ made, wanted password.Config }{
		"memory":     {argon(63, 2, 1), argon(64, 2, 1)},
		"time":       {argon(64, 1, 1), argon(64, 2, 1)},
		"threads":    {argon(64, 2, 2), argon(64, 2, 1)},
		"iterations": {other(password.PBKDF2, cost{Iterations: 9}), other(password.PBKDF2, cost{Iterations: 8})},
		"bcrypt":     {other(password.Bcrypt, cost{Bcrypt: 5}), other(password.Bcrypt, cost{Bcrypt: 4})},
		"algorithm":  {other(password.Bcrypt, cost{}), other(password.PBKDF2, cost{})},
	} {
		stored := hashOf(t, newHasher(t, test.made), secret)
		if got := check(t, newHasher(t, test.made), secret, stored); got != (password.Result{OK: true}) {
			t.Errorf("%s: with the cost it was made with: %+v, want OK and not stale", name, got)
		}
		got := check(t, newHasher(t, test.wanted), secret, stored)
		if got != (password.Result{OK: true, Stale: true}) {
			t.Errorf("%s: with another cost: %+v, want OK and stale", name, got)
		}
	}
}

func TestShortSaltIsStale(t *testing.T) {
	five := password.Cost{Iterations: 5}
	h := newHasher(t, password.Config{Algorithm: password.PBKDF2, Cost: five, Weak: true})
	if got := check(t, h, secret, cheapPBKDF2); got != (password.Result{OK: true, Stale: true}) {
		t.Errorf("a salt of 13 characters: %+v, want OK and stale", got)
	}
}

func TestShortSaltOrKeyOfArgon2idIsStale(t *testing.T) {
	h := weak(t, password.Argon2id)
	for _, test := range []struct {
		salt  string
		key   uint32
		stale bool
	}{
		{"sixteen bytes ok", 32, false},
		{"seventeen bytes k", 32, false},
		{"fifteen bytes s", 32, true},
		{"sixteen bytes ok", 31, true},
		{"sixteen bytes ok", 33, true},
	} {
		b64 := base64.RawStdEncoding
		key := argon2.IDKey([]byte(secret), []byte(test.salt), 1, 8, 1, test.key)
		stored := "$argon2id$v=19$m=8,t=1,p=1$" +
			b64.EncodeToString([]byte(test.salt)) + "$" + b64.EncodeToString(key)
		if got := check(t, h, secret, stored); got != (password.Result{OK: true, Stale: test.stale}) {
			t.Errorf("salt %q, key of %d bytes: %+v, want OK and stale %v", test.salt, test.key, got, test.stale)
		}
	}
}

func TestWeakHashesHaveTheLeastCost(t *testing.T) {
	for algorithm, start := range map[password.Algorithm]string{
		password.Argon2id: "$argon2id$v=19$m=8,t=1,p=1$",
		password.PBKDF2:   "pbkdf2_sha256$1$",
		password.Bcrypt:   "bcrypt_sha256$$2b$04$",
	} {
		if got := hashOf(t, weak(t, algorithm), secret); !strings.HasPrefix(got, start) {
			t.Errorf("%s: %q does not begin with %q", algorithm, got, start)
		}
	}
}

func TestWrongPasswordOfAnOldPBKDF2HashTakesTheNewWork(t *testing.T) {
	twelve := password.Cost{Iterations: 12}
	h := newHasher(t, password.Config{Algorithm: password.PBKDF2, Cost: twelve, Weak: true})
	more := strings.Replace(cheapPBKDF2, "$5$", "$13$", 1)
	for stored, want := range map[string]int{cheapPBKDF2: 7, more: 0, cheapSHA1: 0, crypt2b: 0} {
		if got := h.Saved(stored); got != want {
			t.Errorf("%q is %d iterations short, want %d", stored, got, want)
		}
	}
	if got := weak(t, password.Argon2id).Saved(cheapPBKDF2); got != 0 {
		t.Errorf("with argon2id preferred %d iterations, want 0", got)
	}
}
