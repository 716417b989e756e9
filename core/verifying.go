package auth

import "github.com/authplug/authplug/core/token"

// NewVerifyingCodec returns what verifies the tokens of another service and mints none, or an error
// that joins every [Problem]. Claims and Signing must be as that service has them. Of Signing it
// takes the Keys; with HS the Key; else the VerifyingKey, or the public half of Key; else published,
// the keys that the other service publishes. If there are none of these yet, it returns nil and no
// error.
func NewVerifyingCodec(settings Settings, published []token.Key) (*token.Codec, error) {
	c := settings.withDefaults()
	var ps problems
	c.Signing.check(&ps)
	keys, keyed := c.Signing.verifying(published, &ps)
	codec := c.newCodec(token.Key{}, keys, keyed, &ps)
	return codec, ps.joined()
}

func (c Signing) verifying(published []token.Key, ps *problems) (keys []token.Key, ok bool) {
	switch {
	case len(c.Keys) > 0:
		return c.Keys, c.checkRing(ps)
	case !c.checkAlgorithm(ps):
		return nil, false
	case c.Algorithm.Symmetric() && c.Key == "":
		ps.add("Signing.Key", "is required to verify tokens here: set the secret that the auth-service signs with, "+
			"or Signing.Algorithm to an asymmetric one, whose keys it publishes")
		return nil, false
	case c.Algorithm.Symmetric():
		secret, _, ok := c.secret(ps)
		return []token.Key{secret}, ok
	case c.Key != "" || c.VerifyingKey != "":
		public, ok := c.publicKey(ps)
		return []token.Key{public}, ok
	default:
		return published, len(published) > 0
	}
}

func (c Signing) publicKey(ps *problems) (public token.Key, ok bool) {
	field, text := "Signing.Key", c.Key
	if text == "" {
		field, text = "Signing.VerifyingKey", c.VerifyingKey
	}
	public, err := token.ParsePEM("", c.Algorithm, []byte(text))
	if err != nil {
		ps.add(field, "%v: give the auth-service's public key, in PEM", err)
		return public, false
	}
	return public, c.matches(public, ps)
}
