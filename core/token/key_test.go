package token_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/token"
)

func TestSecretsAreJudged(t *testing.T) {
	for name, test := range map[string]struct {
		id     string
		alg    token.Algorithm
		secret []byte
		good   bool
	}{
		"32 bytes for HS256":    {"", token.HS256, k1[:], true},
		"31 bytes for HS256":    {"", token.HS256, k1[:31], false},
		"48 bytes for HS384":    {"", token.HS384, secretFor[:48], true},
		"47 bytes for HS384":    {"", token.HS384, secretFor[:47], false},
		"64 bytes for HS512":    {"", token.HS512, secretFor, true},
		"63 bytes for HS512":    {"", token.HS512, secretFor[:63], false},
		"text":                  {"k", token.HS256, []byte("d577273ff885c3f84dadb8578bb40000"), true},
		"text that is base64":   {"k", token.HS256, []byte("MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="), true},
		"none":                  {"", token.HS256, nil, false},
		"empty":                 {"", token.HS256, []byte{}, false},
		"one repeated byte":     {"", token.HS256, bytes.Repeat([]byte("a"), 40), false},
		"zeros":                 {"", token.HS256, make([]byte, 32), false},
		"two different bytes":   {"", token.HS256, append(make([]byte, 32), 1), true},
		"for RS256":             {"", token.RS256, k1[:], false},
		"for no algorithm":      {"", "", k1[:], false},
		"for none":              {"", "none", k1[:], false},
		"for hs256":             {"", "hs256", k1[:], false},
		"SSH key":               {"", token.HS256, []byte("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBVeJrpYdMcCmLVxSpTbYQG8zRw7 a@b"), false},
		"private PEM":           {"", token.HS256, pairs()["P-256"].pem, false},
		"control character id":  {"a\nb", token.HS256, k1[:], false},
		"id that is not UTF-8":  {"\xff", token.HS256, k1[:], false},
		"id of 256 bytes":       {strings.Repeat("a", 256), token.HS256, k1[:], false},
		"id with all the rest":  {"☃ \"\\/", token.HS256, k1[:], true},
		"JWK of another secret": {"", token.HS256, []byte(`{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA","alg":"HS256"}`), false},
	} {
		k, err := token.NewSecret(test.id, test.alg, test.secret)
		if test.good != (err == nil) || err != nil && (!errors.Is(err, token.ErrKey) || k != token.Key{}) {
			t.Errorf("%s: %v, %v", name, k, err)
		}
		if err != nil && len(test.secret) > 0 && strings.Contains(err.Error(), string(test.secret)) {
			t.Errorf("%s: the error shows the secret: %v", name, err)
		}
	}
}

func TestSecretIsCopied(t *testing.T) {
	secret := bytes.Clone(k1[:])
	c := newCodec(t, token.Config{Sign: secretKey(t, "", token.HS256, secret)})
	clear(secret)
	checkVerify(t, c, mintHS(t, goodPayload), nil)
}

func TestKeysNeverShowTheirMaterial(t *testing.T) {
	secret := []byte("the secret that must not be seen")
	es, ecPrivate, _ := keysFor(t, token.ES256, "kid2")
	ed, edPrivate, _ := keysFor(t, token.EdDSA, "kid3")
	rs, rsPrivate, _ := keysFor(t, token.RS256, "kid4")
	ecKey, _ := ecPrivate.(*ecdsa.PrivateKey)
	edKey, _ := edPrivate.(ed25519.PrivateKey)
	rsaKey, _ := rsPrivate.(*rsa.PrivateKey)
	d, err := ecKey.Bytes()
	noError(t, err)
	for key, material := range map[token.Key][]byte{
		secretKey(t, "kid1", token.HS256, secret): secret, es: d, ed: edKey.Seed(), rs: rsaKey.D.Bytes(),
	} {
		shown := showInAllWays(t, key)
		list := fmt.Sprint(string(material))
		for _, form := range []string{
			string(material), fmt.Sprintf("%x", material), fmt.Sprintf("%X", material), list[1 : len(list)-1],
			new(big.Int).SetBytes(material).String(), strings.Trim(fmt.Sprintf("%#v", material), "[]byte{}"),
		} {
			if strings.Contains(shown, form) {
				t.Errorf("%v shows its material as %q", key, form)
			}
		}
		want := "[key " + key.ID() + " " + string(key.Algorithm()) + "]"
		if !strings.Contains(shown, want) || key.String() != want {
			t.Errorf("%q is not in\n%s", want, shown)
		}
	}
}

// showInAllWays prints, logs and encodes a key, by itself and inside of other things.
func showInAllWays(t *testing.T, k token.Key) string {
	t.Helper()
	type holder struct{ inner token.Key }
	var out bytes.Buffer
	config := token.Config{Sign: k, Verify: []token.Key{k}}
	for verb := range strings.FieldsSeq("%v %+v %#v %s %q %x %X %d %t %10.3v") {
		for _, value := range []any{k, &k, config, &config, holder{k}, &holder{k}, []holder{{k}}, []*holder{{k}}} {
			fmt.Fprintf(&out, verb, value)
		}
	}
	noError(t, json.NewEncoder(&out).Encode(map[string]any{"k": k, "config": config}))
	slog.New(slog.NewTextHandler(&out, nil)).Info("text", "k", k, "config", config, "holder", holder{k})
	slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "k", k, "config", config, "holder", holder{k})
	return out.String()
}

func TestZeroKeyPrints(t *testing.T) {
	if got := fmt.Sprint(token.Key{}); got != "[no key]" {
		t.Errorf("the zero Key prints as %q", got)
	}
}

func TestZeroKey(t *testing.T) {
	var k token.Key
	if _, err := k.JWK(); !errors.Is(err, token.ErrKey) {
		t.Errorf("JWK = %v", err)
	}
	if k.ID() != "" || k.Algorithm() != "" || k.CanSign() || k.Public() != (token.Key{}) || k.Thumbprint() != "" {
		t.Error("the zero Key is something")
	}
}

func TestSecretsAreNeverPublished(t *testing.T) {
	k := secretKey(t, "a", token.HS256, k1[:])
	if out, err := k.JWK(); !errors.Is(err, token.ErrKey) || out != nil {
		t.Errorf("JWK = %s, %v", out, err)
	}
	if k.Public() != (token.Key{}) || k.Thumbprint() != "" {
		t.Error("a secret has a public half")
	}
}
