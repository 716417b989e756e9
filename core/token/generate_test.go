package token_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/core/token"
)

func TestAGeneratedKeyComesBackFromItsJWK(t *testing.T) {
	for _, alg := range []token.Algorithm{
		token.HS256, token.HS384, token.HS512, token.RS256, token.PS512, token.ES256, token.ES384, token.ES512, token.EdDSA,
	} {
		key := mustKey(t, alg)
		raw, err := key.PrivateJWK()
		noError(t, err)
		back, err := token.ParseJWKSet(fmt.Appendf(nil, `{"keys":[%s]}`, raw))
		noError(t, err)
		if len(back) != 1 || back[0].ID() != key.ID() || key.ID() == "" || !back[0].CanSign() || back[0].Algorithm() != alg {
			t.Fatalf("%s: ParseJWKSet() = %v", alg, back)
		}
		now := time.Unix(1_700_000_000, 0)
		minted := mintFor(t, newCodec(t, token.Config{Sign: key}), "7", now)
		var claims token.Claims
		if err := newCodec(t, token.Config{Sign: back[0]}).Verify(minted, now, &claims); err != nil {
			t.Errorf("%s: Verify() = %v", alg, err)
		}
		if public, err := key.Public().PrivateJWK(); !errors.Is(err, token.ErrKey) {
			t.Errorf("%s: the public half has a private JWK %s, %v", alg, public, err)
		}
		onlyPublic(t, key, raw)
	}
	if key, err := token.GenerateKey("none"); !errors.Is(err, token.ErrKey) {
		t.Errorf("GenerateKey(none) = %v, %v", key, err)
	}
}

// JW-16.
func onlyPublic(t *testing.T, key token.Key, private []byte) {
	t.Helper()
	published, err := key.JWK()
	if key.Algorithm().Symmetric() {
		if err == nil {
			t.Errorf("a secret is published: %s", published)
		}
		return
	}
	var secret, public map[string]string
	if err := errors.Join(err, json.Unmarshal(published, &public), json.Unmarshal(private, &secret)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "k", "oth"} {
		if _, ok := public[name]; ok || secret[name] != "" && strings.Contains(string(published), secret[name]) {
			t.Errorf("%s is published: %s", name, published)
		}
	}
	if public["use"] != "sig" || public["alg"] != string(key.Algorithm()) || public["kid"] != key.Thumbprint() {
		t.Errorf("published %s", published)
	}
}
