package jwe_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/authplug/authplug/core/jwe"
)

const (
	keyOne = "l0bpQnGYQ3CDZ2vCiZCd1sWmkVrgzlWZPzzYmy5fR8M="
	keyTwo = "u3U2Zx8-TyK2cW5JwKz4nnKxu8eQqN6g5VpcvX9b_eA"
	signed = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjoxfQ.c2lnbmF0dXJl"
)

func newEncryption(t testing.TB, keys ...string) *jwe.Encryption {
	t.Helper()
	e, err := jwe.New(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func encrypted(t testing.TB, e *jwe.Encryption, text string) string {
	t.Helper()
	raw, err := e.Encrypt(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestATokenComesBack(t *testing.T) {
	e := newEncryption(t, keyOne)
	for _, text := range []string{signed, "", strings.Repeat("x", 8192)} {
		one, other := encrypted(t, e, text), encrypted(t, e, text)
		if one == other || text != "" && strings.Contains(one, text) {
			t.Errorf("%.20q is %.60s and %.60s", text, one, other)
		}
		if got, err := e.Decrypt(one); err != nil || got != text {
			t.Errorf("Decrypt() = %.20q, %v", got, err)
		}
	}
	header, err := base64.RawURLEncoding.DecodeString(strings.Split(encrypted(t, e, signed), ".")[0])
	var members map[string]string
	if err != nil || json.Unmarshal(header, &members) != nil || len(members) != 4 ||
		members["alg"] != "dir" || members["enc"] != "A256GCM" || members["cty"] != "JWT" || len(members["kid"]) != 22 {
		t.Errorf("header %s, %v", header, err)
	}
	if _, err := e.Encrypt(strings.Repeat("x", 8193)); err == nil {
		t.Error("a token of any size is encrypted")
	}
}

func TestKeysTakeTurns(t *testing.T) {
	one, two := newEncryption(t, keyOne), newEncryption(t, keyTwo)
	both := newEncryption(t, keyTwo, keyOne)
	for name, raw := range map[string]string{"the former": encrypted(t, one, signed), "the present": encrypted(t, both, signed)} {
		if got, err := both.Decrypt(raw); err != nil || got != signed {
			t.Errorf("%s key: %q, %v", name, got, err)
		}
	}
	if _, err := two.Decrypt(encrypted(t, both, signed)); err != nil {
		t.Errorf("the first key does not encrypt: %v", err)
	}
	if got, err := two.Decrypt(encrypted(t, one, signed)); !errors.Is(err, jwe.ErrToken) || got != "" {
		t.Errorf("a key that is gone: %q, %v", got, err)
	}
}

func TestEveryByteCounts(t *testing.T) {
	e := newEncryption(t, keyOne)
	raw := encrypted(t, e, signed)
	for i := range len(raw) {
		for _, other := range []string{string(raw[i] ^ 1), "\n", "=", ""} {
			changed := raw[:i] + other + raw[i+1:]
			if got, err := e.Decrypt(changed); err != jwe.ErrToken || got != "" { //nolint:errorlint // Each fault is the same value.
				t.Fatalf("byte %d as %q: %q, %v", i, other, got, err)
			}
		}
	}
}

// JW-14.
func TestOtherTokensAreRefused(t *testing.T) {
	e := newEncryption(t, keyOne)
	secret, _ := base64.StdEncoding.DecodeString(keyOne)
	raw := encrypted(t, e, signed)
	parts := strings.Split(raw, ".")
	with := func(header string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + strings.Join(parts[1:], ".")
	}
	zipped, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.DIRECT, Key: secret},
		(&jose.EncrypterOptions{Compression: jose.DEFLATE}).WithContentType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	object, err := zipped.Encrypt([]byte(strings.Repeat("\x00", 1<<20)))
	if err != nil {
		t.Fatal(err)
	}
	bomb, _ := object.CompactSerialize()
	for name, odd := range map[string]string{
		"nothing": "", "signed alone": signed, "compressed": bomb, "as JSON": object.FullSerialize(),
		"many parts": strings.Repeat("a.", 10000), "large": parts[0] + ".." + parts[2] + "." + strings.Repeat("A", 1<<20) + "." + parts[4],
		"another algorithm":  with(`{"alg":"RSA1_5","enc":"A256GCM"}`),
		"passwords":          with(`{"alg":"PBES2-HS256+A128KW","p2c":2147483647,"p2s":"AAAA","enc":"A256GCM"}`),
		"an unknown enc":     with(`{"alg":"dir","enc":"A256"}`),
		"a wrapped key":      with(`{"alg":"A256KW","enc":"A256GCM"}`),
		"critical members":   with(`{"alg":"dir","cty":"JWT","enc":"A256GCM","crit":["x"],"x":1}`),
		"a key in the token": parts[0] + ".AAAA." + strings.Join(parts[2:], "."),
		"a tag of 12 bytes":  strings.Join(parts[:4], ".") + "." + parts[4][:16],
		"a tag of 8 bytes":   strings.Join(parts[:4], ".") + "." + parts[4][:11],
		"no tag":             strings.Join(parts[:4], ".") + ".",
		"no vector":          parts[0] + "..." + parts[3] + "." + parts[4],
		"a short vector":     parts[0] + ".." + parts[2][:11] + "." + parts[3] + "." + parts[4],
		"padding":            raw + "==",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := e.Decrypt(odd)
		runtime.ReadMemStats(&after)
		if err != jwe.ErrToken || got != "" { //nolint:errorlint // Each fault is the same value.
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 64<<10 {
			t.Errorf("%s: %d bytes allocated", name, n)
		}
	}
}

func TestKeysThatAreNone(t *testing.T) {
	for name, keys := range map[string][]string{
		"none": nil, "empty": {""}, "short": {"AAAA"}, "no base64": {"?"}, "zeros": {base64.StdEncoding.EncodeToString(make([]byte, 32))},
		"twice": {keyTwo, keyOne, keyOne},
	} {
		e, err := jwe.New(keys...)
		if !errors.Is(err, jwe.ErrKey) || e != nil {
			t.Errorf("%s: %v, %v", name, e, err)
		}
		for _, k := range keys {
			if len(k) > 4 && strings.Contains(fmt.Sprint(err), k) {
				t.Errorf("%s: the error shows the key: %v", name, err)
			}
		}
	}
}

func TestNothingPrintsTheKeys(t *testing.T) {
	e := newEncryption(t, keyOne)
	secret, _ := base64.StdEncoding.DecodeString(keyOne)
	text, err := json.Marshal(struct{ E *jwe.Encryption }{e})
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{
		fmt.Sprintf("%v %+v %#v %s %d %x", e, e, e, e, e, e), fmt.Sprintf("%+v %s", struct{ e *jwe.Encryption }{e}, struct{ e any }{e}), string(text),
	} {
		if strings.Contains(printed, string(secret[:8])) || strings.Contains(printed, fmt.Sprintf("%d, %d", secret[0], secret[1])) ||
			strings.Contains(printed, fmt.Sprintf("%d %d", secret[0], secret[1])) || strings.Contains(printed, hex.EncodeToString(secret[:4])) {
			t.Errorf("printed %s", printed)
		}
	}
}
