package auth

import (
	"slices"
	"strings"

	"github.com/authplug/authplug/core/token"
)

// sampleKeys are secrets that stand in documentation: everybody knows them.
var sampleKeys = []string{
	"d577273ff885c3f84dadb8578bb40000",
	"a-string-secret-at-least-256-bits-long",
	"a-valid-string-secret-that-is-at-least-384-bits-long",
	"a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
	"0123456789abcdef0123456789abcdef",
	"your-256-bit-secretyour-256-bit-secret",
	"a key for tests, with more than 64 bytes, that nobody should use elsewhere",
}

var algorithms = []token.Algorithm{
	token.HS256, token.HS384, token.HS512, token.RS256, token.RS384, token.RS512,
	token.PS256, token.PS384, token.PS512, token.ES256, token.ES384, token.ES512, token.EdDSA,
}

// insecurePrefix begins the keys that Django makes for development.
const insecurePrefix = "django-insecure-"

// rememberedTokens is how many tokens with asymmetric signatures are recognized without verifying
// the signature again, at some 50 bytes each.
const rememberedTokens = 8192

// buildCodec makes the keys and what mints and verifies with them.
func (s *Service) buildCodec(ps *problems) {
	sign, verify, keyed := s.settings.Signing.keys(ps)
	s.codec = newCodec(s.settings.newCodec(sign, verify, keyed, ps), s.settings.Signing.Encryption)
}

// newCodec returns nil if there is a problem, also with the names; keyed says that there is none
// with the keys.
func (c *Settings) newCodec(sign token.Key, verify []token.Key, keyed bool, ps *problems) *token.Codec {
	named, addressed := c.Claims.checkNames(ps), c.Signing.checkParties(ps)
	if !keyed || !named || !addressed {
		return nil
	}
	codec, err := token.New(token.Config{
		Sign: sign, Verify: verify,
		Issuer: c.Signing.Issuer, Audience: c.Signing.Audience, Leeway: max(c.Signing.Leeway, 0),
		Names: token.Names{
			Kind: c.Claims.Kind, ID: c.Claims.ID, User: c.Claims.UserID,
			Revoke: c.Claims.Revoke, RefreshExpiry: c.Claims.RefreshExpiry,
		},
		TextUserID: c.Claims.UserIDField != "id",
		Remember:   rememberedTokens,
	})
	field := "Signing.Key"
	if len(c.Signing.Keys) > 0 {
		field = "Signing.Keys"
	}
	for _, e := range leaves(err) {
		ps.add(field, "%v", e)
	}
	return codec
}

// derive returns a key for another purpose that only who knows the signing secret can make, or nil if
// the key that signs is none or no secret (RFC 5869).
func (c Signing) derive(purpose string, size int) []byte {
	secret := []byte(c.Key)
	if len(c.Keys) > 0 {
		return c.Keys[0].Derive(purpose, size)
	}
	if !c.Algorithm.Symmetric() || len(secret) == 0 {
		return nil
	}
	key, err := token.NewSecret("", c.Algorithm, secret)
	if err != nil {
		return nil // told elsewhere
	}
	return key.Derive(purpose, size)
}

// keys returns the signing key and the other verifying keys.
func (c Signing) keys(ps *problems) (sign token.Key, verify []token.Key, ok bool) {
	if len(c.Keys) > 0 {
		return c.ring(ps)
	}
	switch {
	case !c.checkAlgorithm(ps):
		return sign, nil, false
	case c.Key == "":
		ps.add("Signing.Key", "is required: %s", keyAdvice(c.Algorithm))
		return sign, nil, false
	case c.Algorithm.Symmetric():
		return c.secret(ps)
	}
	sign, err := token.ParsePEM("", c.Algorithm, []byte(c.Key))
	if err != nil {
		ps.add("Signing.Key", "%v: %s", err, keyAdvice(c.Algorithm))
		return sign, nil, false
	}
	if !sign.CanSign() {
		ps.add("Signing.Key", "is a public key: %s", keyAdvice(c.Algorithm))
		return sign, nil, false
	}
	return sign, nil, c.matches(sign, ps)
}

func (c Signing) checkAlgorithm(ps *problems) bool {
	known := slices.Contains(algorithms, c.Algorithm)
	if !known {
		ps.add("Signing.Algorithm", "%q is not known: use HS256, RS256, PS256 or ES256, or these with 384 or 512, or EdDSA",
			c.Algorithm)
	}
	return known
}

func (c Signing) ring(ps *problems) (sign token.Key, verify []token.Key, ok bool) {
	if !c.checkRing(ps) {
		return sign, nil, false
	}
	if c.Algorithm != c.Keys[0].Algorithm() {
		ps.add("Signing.Algorithm", "is not that of the first key, %s: leave it out", c.Keys[0].Algorithm())
	}
	if !c.Keys[0].CanSign() {
		ps.add("Signing.Keys", "the first key signs and must be a private one or a secret")
		return sign, nil, false
	}
	return c.Keys[0], c.Keys[1:], true
}

// checkRing reports whether every key of the ring is one.
func (c Signing) checkRing(ps *problems) bool {
	if c.Key != "" || c.VerifyingKey != "" {
		ps.add("Signing.Keys", "replaces Key and VerifyingKey: drop these, or put them into the ring")
	}
	i := slices.Index(c.Keys, token.Key{})
	if i >= 0 {
		ps.add("Signing.Keys", "key %d is empty: remove it, or make it with token.NewSecret or token.ParsePEM", i)
	}
	published := slices.IndexFunc(c.Keys, isSampleKey)
	if published >= 0 && !c.AllowSampleKey {
		ps.add("Signing.Keys", "key %d is printed in documentation, so that everybody can forge tokens: make one with token.GenerateKey", published)
	}
	return i < 0
}

func isSampleKey(k token.Key) bool {
	return slices.ContainsFunc(sampleKeys, func(text string) bool {
		sample, err := token.NewSecret("", k.Algorithm(), []byte(text))
		return err == nil && sample.Equal(k)
	})
}

func (c Signing) secret(ps *problems) (sign token.Key, verify []token.Key, ok bool) {
	if !c.AllowSampleKey && isSample(string(c.Key)) {
		ps.add("Signing.Key", "is printed in documentation, so that everybody can forge tokens: %s", keyAdvice(c.Algorithm))
		return sign, nil, false
	}
	sign, err := token.NewSecret("", c.Algorithm, []byte(c.Key))
	if err != nil {
		ps.add("Signing.Key", "%v: %s", err, keyAdvice(c.Algorithm))
	}
	return sign, nil, err == nil
}

// matches reports whether the verifying key, if one is given, belongs to the signing key.
func (c Signing) matches(sign token.Key, ps *problems) bool {
	if c.VerifyingKey == "" {
		return true
	}
	public, err := token.ParsePEM("", c.Algorithm, []byte(c.VerifyingKey))
	if err != nil {
		ps.add("Signing.VerifyingKey", "%v", err)
		return false
	}
	if public.Thumbprint() != sign.Thumbprint() {
		ps.add("Signing.VerifyingKey", "does not belong to Key: leave it out, Key knows its public half")
		return false
	}
	return true
}

func isSample(key string) bool {
	key = strings.TrimSpace(key)
	return slices.Contains(sampleKeys, key) || strings.HasPrefix(key, insecurePrefix)
}

// keyAdvice says how to get a key.
func keyAdvice(a token.Algorithm) string {
	if a.Symmetric() {
		return "make one with: openssl rand -hex 64"
	}
	return "make one with: openssl genpkey, in PEM"
}
