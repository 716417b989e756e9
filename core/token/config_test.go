package token_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/token"
)

func TestConfigIsCopied(t *testing.T) {
	config := token.Config{
		Verify:   []token.Key{secretKey(t, "", token.HS256, k1[:])},
		Audience: []string{"api"},
	}
	c := newCodec(t, config)
	config.Audience[0] = "other"
	config.Verify[0] = secretKey(t, "", token.HS256, k2[:])
	checkVerify(t, c, mintHS(t, strings.TrimSuffix(goodPayload, "}")+`,"aud":"api"}`), nil)
}

func TestNewRefusesBadConfigurations(t *testing.T) {
	hs := secretKey(t, "", token.HS256, secretFor)
	named := secretKey(t, "h", token.HS256, k1[:])
	rs, _, _ := keysFor(t, token.RS256, "r")
	verifyOnly, err := token.ParseJWK([]byte(
		`{"kty":"oct","alg":"HS256","key_ops":["verify"],"k":"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"}`))
	noError(t, err)
	many := make([]token.Key, 33)
	for i := range many {
		many[i] = secretKey(t, "", token.HS256, append([]byte{byte(i)}, k1[:]...))
	}
	rsAs := func(id string, alg token.Algorithm) token.Key {
		k, err := token.ParsePEM(id, alg, pairs()["rsa"].pem)
		noError(t, err)
		return k
	}
	for name, test := range map[string]struct {
		config token.Config
		want   error
	}{
		"no key":                       {token.Config{}, token.ErrKey},
		"empty verifying key":          {token.Config{Sign: hs, Verify: []token.Key{{}}}, token.ErrKey},
		"signing with a public key":    {token.Config{Sign: rs.Public()}, token.ErrKey},
		"signing with a verifying key": {token.Config{Sign: verifyOnly}, token.ErrKey},
		"secret without id next to RS": {token.Config{Sign: hs, Verify: []token.Key{rs}}, token.ErrKey},
		"RS next to nameless secret":   {token.Config{Sign: rs, Verify: []token.Key{hs}}, token.ErrKey},
		"one secret, two algorithms":   {token.Config{Sign: hs, Verify: []token.Key{secretKey(t, "x", token.HS512, secretFor)}}, token.ErrKey},
		"one RSA key, two algorithms":  {token.Config{Sign: rs, Verify: []token.Key{rsAs("p", token.PS256)}}, token.ErrKey},
		"one key, two ids":             {token.Config{Sign: rs, Verify: []token.Key{rsAs("r2", token.RS256)}}, token.ErrKey},
		"a verifying key twice":        {token.Config{Verify: []token.Key{rs, rs.Public()}}, token.ErrKey},
		"a secret twice":               {token.Config{Sign: named, Verify: []token.Key{hs, hs}}, token.ErrKey},
		"two keys of one id":           {token.Config{Sign: named, Verify: []token.Key{secretKey(t, "h", token.HS256, k2[:])}}, token.ErrKey},
		"one id for two types":         {token.Config{Sign: named, Verify: []token.Key{rsAs("h", token.RS256)}}, token.ErrKey},
		"33 keys":                      {token.Config{Verify: many}, token.ErrKey},
		"negative leeway":              {token.Config{Sign: hs, Leeway: -1}, token.ErrConfig},
		"issuer not UTF-8":             {token.Config{Sign: hs, Issuer: "\xff"}, token.ErrConfig},
		"empty audience":               {token.Config{Sign: hs, Audience: []string{"a", ""}}, token.ErrConfig},
		"audience twice":               {token.Config{Sign: hs, Audience: []string{"a", "a"}}, token.ErrConfig},
		"two claims of one name":       {token.Config{Sign: hs, Names: token.Names{ID: "x", User: "X"}}, token.ErrConfig},
		"a claim with a default name":  {token.Config{Sign: hs, Names: token.Names{ID: "sid"}}, token.ErrConfig},
		"a claim named exp":            {token.Config{Sign: hs, Names: token.Names{Kind: "exp"}}, token.ErrConfig},
		"a claim named NBF":            {token.Config{Sign: hs, Names: token.Names{Epoch: "NBF"}}, token.ErrConfig},
		"a claim name not UTF-8":       {token.Config{Sign: hs, Names: token.Names{Epoch: "\xff"}}, token.ErrConfig},
	} {
		if c, err := token.New(test.config); c != nil || !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = token.New(token.Config{Leeway: -1, Audience: []string{""}, Names: token.Names{ID: "iat"}})
	if err == nil || !errors.Is(err, token.ErrKey) || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("not all problems are reported: %v", err)
	}
}

func TestSigningKeyMayBeAmongTheVerifyingOnes(t *testing.T) {
	rs, private, _ := keysFor(t, token.RS256, "r")
	ed, _, _ := keysFor(t, token.EdDSA, "e")
	hs := secretKey(t, "h", token.HS256, k1[:])
	c := newCodec(t, token.Config{Sign: rs, Verify: []token.Key{ed, rs.Public(), hs}})
	checkVerify(t, c, mint(t, `{"alg":"RS256","typ":"JWT"}`, goodPayload, "RS256", private), nil)
	var got []string
	for _, k := range c.Keys() {
		got = append(got, k.String())
		if k.CanSign() {
			t.Errorf("%v can sign", k)
		}
	}
	if strings.Join(got, "") != "[key r RS256][key e EdDSA]" {
		t.Errorf("Keys = %v", got)
	}
	newCodec(t, token.Config{Sign: hs, Verify: []token.Key{hs}})
}
