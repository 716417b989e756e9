package password_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/password"
)

func hostileHashes() map[string]string {
	raw := func(n int) string { return base64.RawStdEncoding.EncodeToString(make([]byte, n)) }
	std := func(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }
	argon := func(parameters string) string {
		return "$argon2id$v=19$" + parameters + "$" + raw(16) + "$" + raw(32)
	}
	pbkdf2 := func(iterations string) string {
		return "pbkdf2_sha256$" + iterations + "$seasalt012345$" + std(32)
	}
	scrypt := func(n, r, p string) string {
		return "scrypt$" + n + "$seasalt012345$" + r + "$" + p + "$" + std(64)
	}
	crypt := func(head string) string { return head + strings.Repeat(".", 53) }
	return map[string]string{
		"empty":                   "",
		"dollar":                  "$",
		"unusable":                "!aNxu2dEuXc5ItTFiMDGwVkT8yMXPsmMS3bUBMg1C",
		"unknown":                 "md5$salt$5ebe2294ecd0e0f08eab7690d2a6ee69",
		"plain text":              secret,
		"too long":                pbkdf2("1000") + strings.Repeat(" ", 512),
		"huge":                    strings.Repeat("$argon2id", 1<<20),
		"argon2 memory":           argon("m=262145,t=1,p=1"),
		"argon2 memory overflow":  argon("m=4294967297,t=1,p=1"),
		"argon2 little memory":    argon("m=7,t=1,p=1"),
		"argon2 memory of lanes":  argon("m=127,t=1,p=16"),
		"argon2 time":             argon("m=64,t=17,p=1"),
		"argon2 no time":          argon("m=64,t=0,p=1"),
		"argon2 work":             argon("m=262144,t=5,p=1"),
		"argon2 threads":          argon("m=19456,t=2,p=17"),
		"argon2 many threads":     argon("m=19456,t=2,p=257"),
		"argon2 no threads":       argon("m=19456,t=2,p=0"),
		"argon2 negative":         argon("m=-19456,t=2,p=1"),
		"argon2 plus":             argon("m=+19456,t=2,p=1"),
		"argon2 leading zero":     argon("m=019456,t=2,p=1"),
		"argon2 order":            argon("t=2,m=19456,p=1"),
		"argon2 more parameters":  argon("m=19456,t=2,p=1,keyid=1"),
		"argon2 fewer parameters": argon("m=19456,t=2"),
		"argon2d":                 strings.Replace(argon("m=19456,t=2,p=1"), "argon2id", "argon2d", 1),
		"argon2i":                 strings.Replace(argon("m=19456,t=2,p=1"), "argon2id", "argon2i", 1),
		"django argon2i":          strings.Replace(djangoArgon, "argon2id", "argon2i", 1),
		"argon2 version 16":       strings.Replace(argon("m=19456,t=2,p=1"), "v=19", "v=16", 1),
		"argon2 without version":  strings.Replace(argon("m=19456,t=2,p=1"), "v=19$", "", 1),
		"argon2 short salt":       "$argon2id$v=19$m=64,t=1,p=1$" + raw(7) + "$" + raw(32),
		"argon2 long salt":        "$argon2id$v=19$m=64,t=1,p=1$" + raw(65) + "$" + raw(32),
		"argon2 short key":        "$argon2id$v=19$m=64,t=1,p=1$" + raw(16) + "$" + raw(7),
		"argon2 no key":           "$argon2id$v=19$m=64,t=1,p=1$" + raw(16) + "$",
		"argon2 long key":         "$argon2id$v=19$m=64,t=1,p=1$" + raw(16) + "$" + raw(65),
		"argon2 padded":           "$argon2id$v=19$m=64,t=1,p=1$" + std(16) + "$" + raw(32),
		"argon2 loose bits":       argon("m=64,t=1,p=1")[:77] + "B",
		"argon2 line break":       argon("m=64,t=1,p=1") + "\n",
		"argon2 behind it":        argon("m=64,t=1,p=1") + "$",
		"pbkdf2 iterations":       pbkdf2("10000001"),
		"pbkdf2 overflow":         pbkdf2("18446744073709551617"),
		"pbkdf2 none":             pbkdf2("0"),
		"pbkdf2 negative":         pbkdf2("-1"),
		"pbkdf2 hexadecimal":      pbkdf2("0x10"),
		"pbkdf2 Arabic digits":    pbkdf2("١٢"),
		"pbkdf2 short salt":       "pbkdf2_sha256$5$seasalt$" + std(32),
		"pbkdf2 space":            "pbkdf2_sha256$5$sea salt 012345$" + std(32),
		"pbkdf2 no salt":          "pbkdf2_sha256$5$$" + std(32),
		"pbkdf2 long salt":        "pbkdf2_sha256$5$" + strings.Repeat("s", 129) + "$" + std(32),
		"pbkdf2 short key":        "pbkdf2_sha256$5$seasalt012345$" + std(31),
		"pbkdf2 no key":           "pbkdf2_sha256$5$seasalt012345$",
		"pbkdf2 long key":         "pbkdf2_sha256$5$seasalt012345$" + std(64),
		"pbkdf2 key of sha1":      "pbkdf2_sha256$5$seasalt012345$" + std(20),
		"pbkdf2 unpadded":         strings.TrimSuffix(pbkdf2("5"), "="),
		"pbkdf2_sha512":           "pbkdf2_sha512$5$seasalt012345$" + std(64),
		"bcrypt cost":             crypt("$2b$17$"),
		"bcrypt highest cost":     crypt("$2b$31$"),
		"bcrypt little cost":      crypt("$2b$03$"),
		"bcrypt no cost":          crypt("$2b$00$"),
		"bcrypt odd cost":         crypt("$2b$+9$"),
		"bcrypt 2x":               crypt("$2x$04$"),
		"bcrypt 2":                crypt("$2$04$."),
		"bcrypt 3":                crypt("$3b$04$"),
		"bcrypt short":            crypt("$2b$04$")[:59],
		"bcrypt long":             crypt("$2b$04$") + ".",
		"bcrypt letters":          crypt("$2b$04$")[:59] + "=",
		"bcrypt inner letters":    "$2b$04$........=" + strings.Repeat(".", 44),
		"bcrypt not crypt":        "bcrypt" + crypt("$2b$04$"),
		"bcrypt_sha256 cost":      "bcrypt_sha256$" + crypt("$2b$31$"),
		"scrypt N":                scrypt("2097152", "1", "1"),
		"scrypt work":             scrypt("16384", "8", "9"),
		"scrypt r":                scrypt("2", "1048576", "1"),
		"scrypt p":                scrypt("2", "1", "1048576"),
		"scrypt overflow":         scrypt("1048576", "1048576", "1048576"),
		"scrypt odd N":            scrypt("12345", "8", "1"),
		"scrypt N of 1":           scrypt("1", "8", "1"),
		"scrypt no p":             scrypt("16", "8", "0"),
		"scrypt no r":             scrypt("16", "0", "1"),
		"scrypt short key":        "scrypt$16$seasalt012345$8$1$" + std(63),
		"scrypt short salt":       "scrypt$16$sea$8$1$" + std(64),
		"scrypt parts":            "scrypt$16$seasalt012345$8$" + std(64),
	}
}

func TestHostileHashesAreNotComputed(t *testing.T) {
	h := weak(t, password.Argon2id)
	for name, stored := range hostileHashes() {
		if _, ok := password.Parsed(stored); ok {
			t.Errorf("%s: %.100q would be computed", name, stored)
			continue
		}
		before := h.Stats().Computed
		if got := check(t, h, secret, stored); got != (password.Result{}) {
			t.Errorf("%s: Check() = %+v, want neither", name, got)
		}
		if got := h.Stats().Computed - before; got != 1 {
			t.Errorf("%s: %d computations, want the one of Burn", name, got)
		}
	}
}

// TestTheLimitsThemselvesAreAccepted shows that the table above fails for the reason it names.
func TestTheLimitsThemselvesAreAccepted(t *testing.T) {
	argon := strings.TrimPrefix(djangoArgon, "argon2")
	crypt := "$2b$16$" + strings.Repeat(".", 53)
	for stored, memory := range map[string]uint32{
		djangoArgon: 102400,
		strings.Replace(argon, "m=102400,t=2", "m=262144,t=4", 1): 262144,
		strings.Replace(argon, "t=2,p=8", "t=10,p=16", 1):         102400,
		strings.Replace(argon, "m=102400,t=2", "m=65536,t=16", 1): 65536,
		strings.Replace(argon, "m=102400", "m=64", 1):             64,
		strings.Replace(cheapPBKDF2, "$5$", "$10000000$", 1):      0,
		strings.Replace(cheapSHA1, "$5$", "$1$", 1):               0,
		crypt:                    0,
		"bcrypt$" + crypt:        0,
		"bcrypt_sha256$" + crypt: 0,
		strings.Replace(cheapScrypt, "$16$", "$131072$", 1): 131073,
	} {
		got, ok := password.Parsed(stored)
		if !ok || got != memory {
			t.Errorf("%q: %d KiB, %v; want %d KiB, true", stored, got, ok, memory)
		}
	}
}

// FuzzParse: what is taken for a hash costs what a hash may cost, and computing it neither fails
// nor matches.
func FuzzParse(f *testing.F) {
	for _, stored := range hostileHashes() {
		if len(stored) < 1000 {
			f.Add(stored)
		}
	}
	for _, stored := range []string{
		crypt2a, crypt2b, crypt2y, sha256Crypt, cheapScrypt, cheapPBKDF2, cheapSHA1, djangoArgon,
		strings.TrimPrefix(djangoArgon, "argon2"),
	} {
		f.Add(stored)
	}
	h := weak(f, password.PBKDF2)
	f.Fuzz(func(t *testing.T, stored string) {
		if memory, ok := password.Parsed(stored); ok {
			checkCost(t, h, stored, memory)
		}
		if _, ok := password.Parsed(stored + "\n"); ok {
			t.Errorf("%q is taken with a line break behind it", stored)
		}
	})
}

func checkCost(t *testing.T, h *password.Hasher, stored string, memory uint32) {
	t.Helper()
	work := password.Work(stored)
	if memory > 257<<10 || len(stored) > 512 || work < 1 || work > 10_000_000 || memory > 0 && work > 1<<20 {
		t.Errorf("%q would be computed, with %d KiB and a work of %d", stored, memory, work)
	}
	if work <= 128 && check(t, h, secret+stored, stored).OK {
		t.Errorf("%q is a hash of what it was not made of", stored)
	}
}
