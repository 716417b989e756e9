package token

import (
	"bytes"
	"crypto"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Key is one key with its id and the one algorithm it is for. The zero Key is none.
//
// It is immutable, and safe to print, log and encode as text: that shows its id and algorithm only.
type Key struct {
	m *material
}

// material is what a key is. Either hidden.secret or public is set.
type material struct {
	id         string
	alg        Algorithm
	hidden     *hidden // nil of a public key
	verifyOnly bool    // of a secret: its JWK does not allow signing
	public     crypto.PublicKey
	jwk        publicJWK // of public
	thumbprint string    // of public
}

// hidden is behind a pointer of its own: a verb that does not fit a pointer, like %s, makes package
// fmt print the struct that a Key in an unexported field points to, but nothing further.
type hidden struct {
	secret []byte
	signer crypto.Signer
}

const maxKeyID = 255

// NewSecret makes a key for HS256, HS384 or HS512. The bytes are copied. They must be random, at
// least as many as the hash has: 32, 48 or 64. What cannot be a secret is refused with [ErrKey]:
// one repeated byte, or a public key in any of its usual forms. The id may be empty: a header of an
// HMAC token never names its key.
func NewSecret(id string, alg Algorithm, random []byte) (Key, error) {
	if !alg.Symmetric() {
		return Key{}, badKey("algorithm %q is not for a secret", alg)
	}
	if size := methods[alg].hash.Size(); len(random) < size {
		return Key{}, badKey("a secret for %s has at least %d bytes, not %d", alg, size, len(random))
	}
	if bytes.Count(random, random[:1]) == len(random) {
		return Key{}, badKey("the secret is one repeated byte")
	}
	if looksAsymmetric(random) {
		return Key{}, badKey("the secret is the text of another kind of key")
	}
	if err := checkID(id); err != nil {
		return Key{}, err
	}
	return Key{&material{id: id, alg: alg, hidden: &hidden{secret: bytes.Clone(random)}}}, nil
}

func checkID(id string) error {
	if len(id) > maxKeyID || !utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl) {
		return badKey("a key id is at most %d bytes of printable UTF-8", maxKeyID)
	}
	return nil
}

// looksAsymmetric recognizes key files of other kinds, also packed for an environment variable.
// Whoever signs with the bytes of a published key, because a setting was mixed up, lets everybody
// sign.
func looksAsymmetric(random []byte) bool {
	if isKeyFile(random) {
		return true
	}
	packed := strings.Join(strings.Fields(string(random)), "")
	if b, err := hex.DecodeString(packed); err == nil && isKeyFile(b) {
		return true
	}
	packed = strings.NewReplacer("-", "+", "_", "/").Replace(packed)
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(packed, "="))
	return err == nil && isKeyFile(b)
}

func isKeyFile(b []byte) bool {
	text := strings.TrimSpace(string(b))
	for _, prefix := range []string{"ssh-", "ecdsa-sha2-"} {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	isJWK := strings.HasPrefix(text, "{") && strings.Contains(text, `"kty"`)
	return isJWK || strings.Contains(text, "-----BEGIN ") || isDER(b)
}

func isDER(b []byte) bool {
	for _, parse := range []func([]byte) error{
		func(b []byte) error { _, err := x509.ParsePKIXPublicKey(b); return err },
		func(b []byte) error { _, err := x509.ParsePKCS1PublicKey(b); return err },
		func(b []byte) error { _, err := x509.ParseCertificate(b); return err },
		func(b []byte) error { _, err := x509.ParsePKCS8PrivateKey(b); return err },
		func(b []byte) error { _, err := x509.ParsePKCS1PrivateKey(b); return err },
		func(b []byte) error { _, err := x509.ParseECPrivateKey(b); return err },
	} {
		if parse(b) == nil {
			return true
		}
	}
	return false
}

// ID returns the key id: what kid names in the header of a token. It may be empty for a secret.
func (k Key) ID() string {
	if k.m == nil {
		return ""
	}
	return k.m.id
}

// Algorithm returns the algorithm, "" for the zero Key.
func (k Key) Algorithm() Algorithm {
	if k.m == nil {
		return ""
	}
	return k.m.alg
}

// CanSign tells whether tokens can be signed with the key: it is a secret or holds a private half.
func (k Key) CanSign() bool {
	return k.m != nil && k.m.hidden != nil && !k.m.verifyOnly
}

// Public returns the key without its private half. Of a secret nothing may be published: it answers
// the zero Key.
func (k Key) Public() Key {
	if k.m == nil || k.m.public == nil {
		return Key{}
	}
	public := *k.m
	public.hidden = nil
	return Key{&public}
}

// Thumbprint returns the RFC 7638 thumbprint (SHA-256, base64url) of the public half, "" for a
// secret.
func (k Key) Thumbprint() string {
	if k.m == nil {
		return ""
	}
	return k.m.thumbprint
}

// Equal tells whether two keys are made of the same secret or public key, whatever their ids and
// algorithms are.
func (k Key) Equal(other Key) bool {
	if k.m == nil || other.m == nil {
		return k.m == other.m
	}
	if k.m.public != nil || other.m.public != nil {
		return k.m.thumbprint == other.m.thumbprint
	}
	return subtle.ConstantTimeCompare(k.m.hidden.secret, other.m.hidden.secret) == 1
}

// Derive returns bytes for another purpose that only who knows the secret can make: HKDF with SHA-256
// (RFC 5869). Of a key that is no secret there are none, and it returns nil.
func (k Key) Derive(purpose string, size int) []byte {
	if k.m == nil || k.m.public != nil {
		return nil
	}
	derived, err := hkdf.Key(sha256.New, k.m.hidden.secret, nil, purpose, size)
	if err != nil {
		return nil // longer than 255 hashes
	}
	return derived
}

// String returns "[key id algorithm]".
func (k Key) String() string {
	switch {
	case k.m == nil:
		return "[no key]"
	case k.m.id == "":
		return "[key " + string(k.m.alg) + "]"
	default:
		return "[key " + k.m.id + " " + string(k.m.alg) + "]"
	}
}

// GoString returns what [Key.String] does.
func (k Key) GoString() string { return k.String() }

// Format writes what [Key.String] returns, whatever the verb is.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// LogValue returns what [Key.String] does.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText returns what [Key.String] does. See [Key.JWK] for publishing keys.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
