package token

import (
	"errors"
	"slices"
)

// ParseJWK reads one key from a JSON Web Key (RFC 7517, 7518, 8037): oct, RSA, EC or OKP with
// Ed25519, private or public. Members "use" and "key_ops", where present, must allow signatures: to
// a public key and a secret verifying, to a private key signing. Without "alg" an RSA key is for
// RS256 and an elliptic one for the algorithm of its curve; a secret must have it. Without "kid" an
// asymmetric key has its thumbprint as id. The JSON must be strict, every number of its proper
// length, and the private half must belong to the public one. Errors are [ErrKey].
func ParseJWK(raw []byte) (Key, error) {
	j, err := parseMembers(string(raw))
	if err != nil {
		return Key{}, err
	}
	return j.key()
}

// ParseJWKSet reads the keys of a JWK set (RFC 7517 §5) in their order, each as [ParseJWK] does.
// Public keys for other purposes or algorithms are passed over, as §5 asks. A secret or private key
// is never passed over: it is [ErrKey] if it cannot be used, and so are two keys of one id, and a
// set without any key of use.
func ParseJWKSet(raw []byte) ([]Key, error) {
	set, err := parseMembers(string(raw))
	if err != nil {
		return nil, err
	}
	list := set["keys"]
	if list == "" || list[0] != '[' {
		return nil, badKey("a JWK set without a list of keys")
	}
	var keys []Key
	for element := range elements(list) {
		k, foreign, err := parseOfSet(element)
		if err != nil {
			return nil, err
		}
		if foreign {
			continue
		}
		if slices.ContainsFunc(keys, func(other Key) bool { return k.ID() != "" && other.ID() == k.ID() }) {
			return nil, badKey("two keys of the set have the id %.32q", k.ID())
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil, badKey("the JWK set has no key for signatures")
	}
	return keys, nil
}

func parseOfSet(element string) (k Key, foreign bool, err error) {
	j, err := parseMembers(element)
	if err != nil {
		return Key{}, false, err
	}
	k, err = j.key()
	if errors.Is(err, errForeign) && !j.private() {
		return Key{}, true, nil
	}
	return k, false, err
}

// jwk holds the members of a JWK by name, as JSON text.
type jwk map[string]string

func parseMembers(text string) (jwk, error) {
	members := jwk{}
	var names []string
	s, ok := scanner{text: text}, false
	for s.open(); s.step(); {
		if names, ok = s.unique(names); !ok {
			break
		}
		members[s.name] = s.value()
	}
	if !s.finished() {
		return nil, badKey("not one strict JSON object")
	}
	return members, nil
}

func (j jwk) private() bool {
	for _, name := range []string{"k", "d", "p", "q", "dp", "dq", "qi", "oth"} {
		if _, ok := j[name]; ok {
			return true
		}
	}
	return false
}

// key reads the whole key.
func (j jwk) key() (Key, error) {
	kind, err := j.text("kty")
	if err != nil {
		return Key{}, err
	}
	id, err := j.text("kid")
	if err != nil {
		return Key{}, err
	}
	if err := j.checkUse(kind); err != nil {
		return Key{}, err
	}
	switch kind {
	case "oct":
		return j.secret(id)
	case "RSA":
		return j.rsa(id)
	case "EC":
		return j.ecdsa(id)
	case "OKP":
		return j.ed25519(id)
	default:
		return Key{}, badKey("a JWK of type %.32q: %w", kind, errForeign)
	}
}

// text reads a string that may be absent, which is the same as empty.
func (j jwk) text(name string) (string, error) {
	value, present := j[name]
	if !present {
		return "", nil
	}
	text, ok := textOf(value)
	if !ok {
		return "", badKey("JWK member %s is not a string", name)
	}
	return text, nil
}

// bytes reads a binary value that must be present.
func (j jwk) bytes(name string) ([]byte, error) {
	text, err := j.text(name)
	if err != nil {
		return nil, err
	}
	b := make([]byte, decodedLen(len(text)))
	if _, ok := decode(b, text); !ok || len(b) == 0 {
		return nil, badKey("JWK member %s is absent or not base64url", name)
	}
	return b, nil
}

// algorithm reads alg, which must be absent or a known one.
func (j jwk) algorithm(absent Algorithm) (Algorithm, error) {
	name, err := j.text("alg")
	if err != nil || name == "" {
		return absent, err
	}
	alg := algorithm(name)
	if _, known := methods[alg]; !known {
		return "", badKey("a JWK for algorithm %.32q: %w", name, errForeign)
	}
	return alg, nil
}

// checkUse honors RFC 7517 §4.2 and §4.3.
func (j jwk) checkUse(kind string) error {
	use, err := j.text("use")
	if err != nil {
		return err
	}
	if _, present := j["use"]; present && use != useSignature {
		return badKey("a JWK for use %.32q: %w", use, errForeign)
	}
	operation := "verify"
	if j.private() && kind != "oct" {
		operation = "sign"
	}
	allowed, err := j.allows(operation)
	if err == nil && !allowed {
		return badKey("the key_ops of a JWK do not allow to %s: %w", operation, errForeign)
	}
	return err
}

// allows tells whether key_ops, if present, has an operation.
func (j jwk) allows(operation string) (bool, error) {
	value, present := j["key_ops"]
	if !present {
		return true, nil
	}
	var operations []string
	for element := range elements(value) {
		text, ok := textOf(element)
		if !ok || slices.Contains(operations, text) {
			return false, badKey("key_ops of a JWK is not a list of different strings")
		}
		operations = append(operations, text)
	}
	return slices.Contains(operations, operation), nil
}
