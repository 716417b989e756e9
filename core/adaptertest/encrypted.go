package adaptertest

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/jwe"
)

var encryptedClaims = []claim{
	{"an encrypted token works wherever a signed one does", encryptedWorks},
	{"a token that is signed alone is refused", encryptedOnly},
	{"an encrypted token is refused where none are", encryptedNowhereElse},
	{"keys for encryption take turns and nobody is logged out", encryptedRing},
	{"a cipher that breaks refuses", encryptedBroken},
}

const (
	cipherOne = "l0bpQnGYQ3CDZ2vCiZCd1sWmkVrgzlWZPzzYmy5fR8M="
	cipherTwo = "u3U2Zx8-TyK2cW5JwKz4nnKxu8eQqN6g5VpcvX9b_eA"
)

func cipher(t *testing.T, keys ...string) auth.Encryption {
	t.Helper()
	e, err := jwe.New(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// encrypting serves with encrypted tokens.
func (h Harness) encrypting(t *testing.T, keys ...string) *app {
	t.Helper()
	a := h.app(t, func(s *auth.Settings) { s.Signing.Encryption = cipher(t, keys...) })
	a.user(ann)
	return a
}

func encryptedWorks(t *testing.T, h Harness) {
	a := h.encrypting(t, cipherOne)
	tokens, other := a.login(ann), a.login(ann)
	for _, raw := range []string{tokens.access, tokens.refresh} {
		if strings.Count(raw, ".") != 4 || strings.Contains(raw, "user_id") {
			t.Errorf("the token is %s", raw)
		}
		a.verify(raw).want(t, http.StatusOK, "{}")
	}
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	sliding := a.slidingToken()
	a.slide(sliding).want(t, http.StatusOK, "")
	renewed := a.refreshed(tokens.refresh)
	if n := len(a.listed(renewed.access)); n != 3 {
		t.Errorf("%d sessions, want 3", n)
	}
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
	a.alive(renewed, false)
	a.post(logoutPath, object{"refresh": other.refresh}).want(t, http.StatusOK, loggedOutBody)
	a.alive(other, false)
}

// JW-14.
func encryptedOnly(t *testing.T, h Harness) {
	a := h.encrypting(t, cipherOne)
	tokens := a.login(ann)
	access, err := cipher(t, cipherOne).Decrypt(tokens.access)
	if err != nil {
		t.Fatal(err)
	}
	refresh, err := cipher(t, cipherOne).Decrypt(tokens.refresh)
	if err != nil {
		t.Fatal(err)
	}
	cut := tokens.access[:len(tokens.access)-10]
	for _, raw := range []string{access, cut, strings.Repeat("a.", 4000), "....", tokens.access + "."} {
		a.get("/api/me", raw).want(t, http.StatusUnauthorized, refusedBody(invalidText))
		a.verify(raw).want(t, http.StatusUnauthorized, invalidBody)
	}
	a.refresh(refresh).want(t, http.StatusUnauthorized, invalidBody)
	a.post(logoutPath, object{"refresh": refresh, "scope": "all"}).want(t, http.StatusOK, loggedOutBody)
	a.alive(tokens, true)
}

func encryptedNowhereElse(t *testing.T, h Harness) {
	tokens := h.encrypting(t, cipherOne).login(ann)
	for _, a := range []*app{h.app(t, nil), h.encrypting(t, cipherTwo)} {
		a.get("/api/me", tokens.access).want(t, http.StatusUnauthorized, refusedBody(invalidText))
		a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, invalidBody)
	}
}

func encryptedRing(t *testing.T, h Harness) {
	a := h.encrypting(t, cipherOne)
	tokens := a.login(ann)
	a.restart(func(s *auth.Settings) { s.Signing.Encryption = cipher(t, cipherTwo, cipherOne) })
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	tokens = a.refreshed(tokens.refresh)
	a.restart(func(s *auth.Settings) { s.Signing.Encryption = cipher(t, cipherTwo) })
	a.alive(tokens, true)
}

// brokenCipher encrypts nothing, and panics.
type brokenCipher struct{ encrypts bool }

// Encrypt implements [auth.Encryption].
func (b brokenCipher) Encrypt(signed string) (string, error) {
	if b.encrypts {
		return signed, nil
	}
	return "", errors.New("the entropy is gone")
}

// Decrypt implements [auth.Encryption].
func (b brokenCipher) Decrypt(string) (string, error) { panic("no such cipher") }

func encryptedBroken(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Signing.Encryption = brokenCipher{encrypts: true} })
	u := a.user(ann)
	tokens := a.login(ann)
	a.get("/api/me", tokens.access).want(t, http.StatusUnauthorized, refusedBody(invalidText))
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, invalidBody)
	if n := a.live(u.ID); n != 1 {
		t.Errorf("%d sessions", n)
	}
	a = h.app(t, func(s *auth.Settings) { s.Signing.Encryption = brokenCipher{} })
	u = a.user(ann)
	a.tryLogin(ann, userPassword).want(t, http.StatusInternalServerError, "")
	if n := a.live(u.ID); n != 0 {
		t.Errorf("%d sessions whose tokens nobody has", n)
	}
}
