package interop_test

import (
	"errors"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	passwords "github.com/authplug/authplug/core/password"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/memstore"
)

// loginFailed is what both sides answer to credentials that are no good.
const loginFailed = `{"detail":"No active account found with the given credentials"}`

// texts are passwords that a difference in encoding or cutting would show.
var texts = []string{password, " outer spaces ", "pässwörd ☃ 密码", strings.Repeat("long ", 50), "nul\x00inside"}

// fullHashes makes a Django hash as it does by default.
const fullHashes = "FULL_HASHES=1"

func newHasher(t *testing.T, c passwords.Config) *passwords.Hasher {
	t.Helper()
	h, err := passwords.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func hash(t *testing.T, h *passwords.Hasher, text string) string {
	t.Helper()
	encoded, err := h.Hash(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func check(t *testing.T, h *passwords.Hasher, text, encoded string) passwords.Result {
	t.Helper()
	r, err := h.Check(t.Context(), text, encoded)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// knows asks Django whether a hash is of a password.
func (d *django) knows(text, encoded string, want bool) {
	d.t.Helper()
	body := `{"ok":false}`
	if want {
		body = `{"ok":true}`
	}
	d.Post("/lab/check/", map[string]string{"password": text, "encoded": encoded}).Want(200, body)
}

func TestDjangoReadsHashesMadeHere(t *testing.T) {
	needDjango(t)
	t.Parallel()
	d := newDjango(t, simplejwt{})
	weak := newHasher(t, passwords.Config{Algorithm: passwords.PBKDF2, Weak: true})
	for _, text := range texts {
		encoded := hash(t, weak, text)
		d.knows(text, encoded, true)
		d.knows(text+" ", encoded, false)
		d.knows(strings.TrimSpace(text)+"x", encoded, false)
	}
	d.knows(password, hash(t, newHasher(t, passwords.Config{Algorithm: passwords.PBKDF2}), password), true)
}

func TestHashesMadeByDjangoAreReadHere(t *testing.T) {
	needDjango(t)
	t.Parallel()
	d := newDjango(t, simplejwt{}, fullHashes)
	h := newHasher(t, passwords.Config{Algorithm: passwords.PBKDF2, Weak: true})
	for _, hasher := range []string{"pbkdf2_sha256", "pbkdf2_sha1"} {
		for _, text := range texts {
			encoded := d.Post("/lab/hash/", map[string]string{"password": text, "hasher": hasher}).Want(200, "").Text("encoded")
			if got := check(t, h, text, encoded); !strings.HasPrefix(encoded, hasher+"$") || got != (passwords.Result{OK: true, Stale: true}) {
				t.Errorf("%q hashed as %q is %+v, want OK and stale", text, encoded, got)
			}
			if got := check(t, h, text+" ", encoded); got.OK {
				t.Errorf("a wrong password for %q is OK", encoded)
			}
		}
	}
}

func TestUnusablePasswordsAreNobodysOnBothSides(t *testing.T) {
	needDjango(t)
	t.Parallel()
	d := newDjango(t, simplejwt{})
	unusable := d.Post("/lab/hash/", map[string]any{"password": nil}).Want(200, "").Text("encoded")
	if !strings.HasPrefix(unusable, "!") {
		t.Fatalf("Django's unusable password is %q", unusable)
	}
	h := newHasher(t, passwords.Config{Algorithm: passwords.PBKDF2, Weak: true})
	for _, encoded := range []string{unusable, ""} {
		d.put(map[string]any{"email": ann, "encoded": encoded})
		service, _ := storing(t, encoded)
		for _, text := range []string{password, "", encoded} {
			if got := check(t, h, text, encoded); got.OK {
				t.Errorf("%q is the password of %q", text, encoded)
			}
			d.knows(text, encoded, false)
			if p := d.Post("/auth/token/", map[string]string{"email": ann, "password": text}); p.Status == 200 {
				t.Errorf("%q logs into Django with %q stored", text, encoded)
			}
			_, err := service.Login(t.Context(), auth.Credentials{Identifier: ann, Password: text}, auth.Client{})
			if !errors.Is(err, auth.ErrLoginFailed) {
				t.Errorf("%q with %q stored: %v", text, encoded, err)
			}
		}
	}
}

// storing returns a service that makes hashes which Django reads, and its store, where Ann has a
// hash that Django made.
func storing(t *testing.T, encoded string) (*auth.Service, *memstore.Store) {
	t.Helper()
	store := memstore.New()
	u := &auth.User{UUID: "6f0b0c5e-4b1e-4d8e-9d0f-0a1b2c3d4e5f", Email: ann, Active: true, PasswordHash: auth.Secret(encoded)}
	if err := store.CreateUser(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	settings := shared(allKeys()[token.HS256])
	settings.Passwords.Hasher, settings.Passwords.Cost.Iterations = passwords.PBKDF2, 1000
	return newService(t, settings, store), store
}

func storedHere(t *testing.T, store *memstore.Store) string {
	t.Helper()
	u, err := store.User(t.Context(), auth.UserKey{Email: ann})
	if err != nil {
		t.Fatal(err)
	}
	return string(u.PasswordHash)
}

func TestALoginHereLeavesAHashThatDjangoReads(t *testing.T) {
	needDjango(t)
	t.Parallel()
	d := newMinter(t, simplejwt{}, fullHashes)
	before := d.stored(ann)
	service, store := storing(t, before)
	tokens(t, service, ann)
	after := storedHere(t, store)
	if !strings.HasPrefix(after, "pbkdf2_sha256$1000$") {
		t.Fatalf("%q became %q", before, after)
	}
	d.put(map[string]any{"email": ann, "encoded": after})
	d.Post("/auth/token/", map[string]string{"email": ann, "password": "wrong horse 9"}).Want(401, loginFailed)
	d.Login(ann, password)

	again := d.stored(ann) // Django stores it anew at login, as we do
	if again == after {
		t.Errorf("Django kept %q", after)
	}
	service, _ = storing(t, again)
	tokens(t, service, ann)
}
