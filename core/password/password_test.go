package password_test

import (
	"context"
	"errors"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/password"
)

const secret = "S3cure!P@ssw0rd"

// Hashes that other programs made: libxcrypt the bcrypt ones, Python's hashlib the others.
const (
	crypt2a      = "$2a$04$abcdefghijklmnopqrstuu5RMcPTztNXM5TkFfgDxcJoHTz8A6X3m"
	crypt2b      = "$2b$04$abcdefghijklmnopqrstuu5RMcPTztNXM5TkFfgDxcJoHTz8A6X3m"
	crypt2y      = "$2y$04$abcdefghijklmnopqrstuu5RMcPTztNXM5TkFfgDxcJoHTz8A6X3m"
	cryptOfAB    = "$2b$04$abcdefghijklmnopqrstuu0CkeIeZLJOlOL1QPPhfXulLNPdFqJBW"
	cryptOfLong  = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i"
	sha256OfLong = "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuVTgWIlfVafOdCoNj73.S3YIYkZL7g7S"
	sha256Crypt  = "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuPWUwMwU41yTiMbXSrDjr2iUhsSBeeSq"
	cheapScrypt  = "scrypt$16$seasalt012345$8$1$" +
		"+kd1TMS6cLjNwVVeKz6+Xmw+xQzQRaZHHXLMCERukD96XbtJO4DLETjaU41g7IhA0lrQNEfQSlV/H+e9T2zZJw=="
	cheapPBKDF2 = "pbkdf2_sha256$5$seasalt012345$GwIKNBGmMtEAcHkLrKQXMBxkzlwKnpDRtWHMgbTWFCc="
	cheapSHA1   = "pbkdf2_sha1$5$seasalt012345$vQHze9j1RPScKZbxbYFPO01tI/U="
	djangoArgon = "argon2$argon2id$v=19$m=102400,t=2,p=8$UlRXOTRyeW96cTdKVmNlTUZRdEpweQ$ekUFPamJukpzaqzvUkcZqg"
)

// raced is whether the race detector is on, which makes a hash ten times slower.
var raced bool

var (
	snowman = "pässwörd ☃"
	long    = strings.Repeat("x", 80)
)

func newHasher(t testing.TB, c password.Config) *password.Hasher {
	t.Helper()
	h, err := password.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func weak(t testing.TB, a password.Algorithm) *password.Hasher {
	t.Helper()
	return newHasher(t, password.Config{Algorithm: a, Weak: true})
}

func check(t testing.TB, h *password.Hasher, pw, stored string) password.Result {
	t.Helper()
	result, err := h.Check(t.Context(), pw, stored)
	if err != nil {
		t.Fatalf("Check(%q, %q): %v", pw, stored, err)
	}
	return result
}

func hashOf(t testing.TB, h *password.Hasher, pw string) string {
	t.Helper()
	stored, err := h.Hash(t.Context(), pw)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func TestDefaultHashesHaveTheirForm(t *testing.T) {
	forms := map[password.Algorithm]string{
		password.Argon2id: `^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`,
		password.PBKDF2:   `^pbkdf2_sha256\$1000000\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{43}=$`,
		password.Bcrypt:   `^bcrypt_sha256\$\$2b\$12\$[./A-Za-z0-9]{53}$`,
	}
	for algorithm, form := range forms {
		if raced && algorithm != password.Argon2id {
			continue
		}
		h := newHasher(t, password.Config{Algorithm: algorithm})
		stored := hashOf(t, h, snowman)
		if !regexp.MustCompile(form).MatchString(stored) {
			t.Errorf("%s: Hash() = %q, want the form %s", algorithm, stored, form)
		}
		if got := check(t, h, snowman, stored); got != (password.Result{OK: true}) {
			t.Errorf("%s: Check of the right password = %+v, want OK and not stale", algorithm, got)
		}
		if got := check(t, h, snowman+" ", stored); got != (password.Result{}) {
			t.Errorf("%s: Check of a wrong password = %+v, want neither", algorithm, got)
		}
	}
}

func TestHashesOfOnePasswordDiffer(t *testing.T) {
	for _, a := range []password.Algorithm{password.Argon2id, password.PBKDF2, password.Bcrypt} {
		h := weak(t, a)
		if one, two := hashOf(t, h, secret), hashOf(t, h, secret); one == two {
			t.Errorf("%s: two hashes are equal: %q", a, one)
		}
	}
}

func TestPasswordsAreExact(t *testing.T) {
	variants := []string{
		"abcdefgh", "abcdefgh ", " abcdefgh", "Abcdefgh", "abcdefgh\x00x", "abcdefgh\x00y", "abcdefgh\t",
		"pässword", "pa\u0308ssword", "", strings.Repeat("x", 128) + "a", strings.Repeat("x", 128) + "b",
	}
	for _, a := range []password.Algorithm{password.Argon2id, password.PBKDF2, password.Bcrypt} {
		h := weak(t, a)
		for i, made := range variants {
			stored := hashOf(t, h, made)
			for j, typed := range variants {
				if got := check(t, h, typed, stored).OK; got != (i == j) {
					t.Errorf("%s: hash of %q, Check(%q) = %v", a, made, typed, got)
				}
			}
		}
	}
}

func TestForeignHashesAreVerifiedAndStale(t *testing.T) {
	h := weak(t, password.Argon2id)
	phc := strings.TrimPrefix(djangoArgon, "argon2")
	for _, test := range []struct{ password, stored string }{
		{secret, crypt2a},
		{secret, crypt2b},
		{secret, crypt2y},
		{secret, "bcrypt$" + crypt2b},
		{snowman, sha256Crypt},
		{long, sha256OfLong},
		{snowman, cheapScrypt},
		{secret, cheapPBKDF2},
		{secret, cheapSHA1},
		{secret, djangoArgon},
		{secret, phc},
	} {
		if got := check(t, h, test.password, test.stored); got != (password.Result{OK: true, Stale: true}) {
			t.Errorf("Check(%q, %q) = %+v, want OK and stale", test.password, test.stored, got)
		}
		if got := check(t, h, test.password+"x", test.stored); got != (password.Result{}) {
			t.Errorf("Check(%q, %q) = %+v, want neither", test.password+"x", test.stored, got)
		}
	}
}

func TestPlainBcryptNeverMatchesWhatItDoesNotRead(t *testing.T) {
	h := weak(t, password.Bcrypt)
	for _, test := range []struct{ password, stored string }{
		{long, cryptOfLong},      // 80 bytes
		{long[:72], cryptOfLong}, // all that was read: it is the hash of these, too
		{"ab\x00ab", cryptOfAB},  // bcrypt repeats "ab\x00"
		{"ab\x00ab", "bcrypt$" + cryptOfAB},
	} {
		want := len(test.password) == 72
		before := h.Stats().Computed
		if got := check(t, h, test.password, test.stored).OK; got != want {
			t.Errorf("Check(%q, %q).OK = %v, want %v", test.password, test.stored, got, want)
		}
		if got := h.Stats().Computed - before; got != 1 {
			t.Errorf("Check(%q, %q) computed %d hashes, want 1", test.password, test.stored, got)
		}
	}
}

// TestEveryFailureTakesTheSameWork compares the memory that argon2id allocates, which is exact
// where time is not.
func TestEveryFailureTakesTheSameWork(t *testing.T) {
	const memory = 8 << 20
	h := newHasher(t, password.Config{Cost: password.Cost{Memory: memory >> 10}, Weak: true})
	good := hashOf(t, h, secret)
	ways := map[string]func(){
		"right":     func() { check(t, h, secret, good) },
		"wrong":     func() { check(t, h, "wrong", good) },
		"no user":   func() { _ = h.Burn(t.Context(), secret) },
		"no hash":   func() { check(t, h, secret, "") },
		"unusable":  func() { check(t, h, secret, "!aNxu2dEuXc5ItTFiMDGwVkT8yMXPsmMS3bUBMg1C") },
		"unknown":   func() { check(t, h, secret, "md5$salt$5ebe2294ecd0e0f08eab7690d2a6ee69") },
		"too heavy": func() { check(t, h, secret, strings.Replace(djangoArgon, "102400", "262145", 1)) },
	}
	for name, do := range ways {
		before, allocated := h.Stats().Computed, allocatedBy(do)
		if got := h.Stats().Computed - before; got != 1 {
			t.Errorf("%s: %d computations, want 1", name, got)
		}
		if allocated < memory || allocated > memory*5/4 {
			t.Errorf("%s: allocated %d bytes, want about %d", name, allocated, memory)
		}
	}
}

func allocatedBy(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestDoneContextComputesNothing(t *testing.T) {
	h := weak(t, password.Argon2id)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, hashErr := h.Hash(ctx, secret)
	_, checkErr := h.Check(ctx, secret, cheapPBKDF2)
	_, emptyErr := h.Check(ctx, secret, "")
	for name, err := range map[string]error{
		"Hash": hashErr, "Check": checkErr, "Check of nothing": emptyErr, "Burn": h.Burn(ctx, secret),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v, want context.Canceled", name, err)
		}
	}
	if got := h.Stats(); got != (password.Stats{}) {
		t.Errorf("Stats() = %+v, want nothing", got)
	}
}
