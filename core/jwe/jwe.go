// Package jwe encrypts tokens, so that who carries one cannot read it: the signed token (JWS) is the
// content of a JWE in compact form (RFC 7516), with the algorithm dir, AES-GCM with 256 bits
// (A256GCM), the content type JWT and the id of its key. Nothing is compressed (RFC 8725 §3.6).
//
// An [Encryption] goes into auth.Signing. Tokens that are signed alone are refused then.
package jwe

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

const (
	keySize   = 32
	maxSigned = 8192 // bytes, as in package token

	// The lengths of an initialization vector of 96 bits and a tag of 128 in base64url.
	vectorLength = 16
	tagLength    = 22
)

// ErrKey says that a key cannot be used. The error that wraps it says which and why, and shows
// nothing of it.
var ErrKey = errors.New("jwe: bad key")

// ErrToken is every token that cannot be decrypted, whatever is wrong with it.
var ErrToken = errors.New("jwe: bad token")

// Encryption encrypts with one key and decrypts with several. It is immutable, safe for concurrent
// use, and printed without its keys.
type Encryption struct {
	keys []*key // the first encrypts
}

type key struct {
	secret    []byte
	encrypter jose.Encrypter
	head      string // of every token that it encrypts: the header, and the encrypted key, which is empty
}

// New takes keys as base64 of 32 random bytes each, in the standard or the URL alphabet, with or
// without padding, such as openssl rand -base64 32 makes. The first encrypts and all decrypt: to
// change the key, put a new one in front, and drop the old one when its last token has run out. One
// key is good for 2^32 tokens (NIST SP 800-38D §8.3). The error joins one [ErrKey] for each bad key.
func New(keys ...string) (*Encryption, error) {
	e := &Encryption{}
	var problems []error
	for i, text := range keys {
		k, err := newKey(text)
		if err == nil && e.has(k) {
			err = errors.New("is there twice: remove one")
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%w: key %d %w", ErrKey, i, err))
			continue
		}
		e.keys = append(e.keys, k)
	}
	if len(keys) == 0 {
		problems = append(problems, fmt.Errorf("%w: there is none", ErrKey))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return e, nil
}

func newKey(text string) (*key, error) {
	const advice = "make one with: openssl rand -base64 32"
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(strings.TrimSpace(text), "="))
	secret, err := base64.RawStdEncoding.DecodeString(plain)
	switch {
	case err != nil || len(secret) != keySize:
		return nil, fmt.Errorf("is not base64 of %d bytes: %s", keySize, advice)
	case bytes.Count(secret, secret[:1]) == keySize:
		return nil, fmt.Errorf("is one repeated byte: %s", advice)
	}
	// Half a hash of a random key tells nothing about it.
	sum := sha256.Sum256(append([]byte("kid "), secret...))
	recipient := jose.Recipient{
		Algorithm: jose.DIRECT, Key: secret, KeyID: base64.RawURLEncoding.EncodeToString(sum[:16]),
	}
	encrypter, err := jose.NewEncrypter(jose.A256GCM, recipient, (&jose.EncrypterOptions{}).WithContentType("JWT"))
	if err != nil {
		return nil, err
	}
	k := &key{secret: secret, encrypter: encrypter}
	sample, err := k.encrypt("")
	if err != nil {
		return nil, err
	}
	header, _, _ := strings.Cut(sample, ".")
	k.head = header + ".."
	return k, nil
}

func (e *Encryption) has(other *key) bool {
	for _, k := range e.keys {
		if k.head == other.head {
			return true
		}
	}
	return false
}

func (k *key) encrypt(signed string) (string, error) {
	object, err := k.encrypter.Encrypt([]byte(signed))
	if err != nil {
		return "", err
	}
	return object.CompactSerialize()
}

// Encrypt returns a signed token of at most 8192 bytes in its encrypted form.
func (e *Encryption) Encrypt(signed string) (string, error) {
	if len(signed) > maxSigned {
		return "", fmt.Errorf("jwe: a token of %d bytes, of at most %d", len(signed), maxSigned)
	}
	return e.keys[0].encrypt(signed)
}

// Decrypt returns the signed token in an encrypted one, or [ErrToken]. It takes the one spelling that
// Encrypt gives it: other headers, algorithms and encodings are refused before anything is computed.
func (e *Encryption) Decrypt(encrypted string) (string, error) {
	for _, k := range e.keys {
		if rest, ok := strings.CutPrefix(encrypted, k.head); ok && wellFormed(rest) {
			return k.decrypt(encrypted)
		}
	}
	return "", ErrToken
}

// wellFormed judges vector, ciphertext and tag.
func wellFormed(rest string) bool {
	parts := strings.SplitN(rest, ".", 4)
	if len(parts) != 3 || len(parts[0]) != vectorLength || len(parts[2]) != tagLength ||
		len(parts[1]) > base64.RawURLEncoding.EncodedLen(maxSigned) {
		return false
	}
	for _, part := range parts {
		decoded, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil || base64.RawURLEncoding.EncodeToString(decoded) != part {
			return false
		}
	}
	return true
}

func (k *key) decrypt(encrypted string) (string, error) {
	object, err := jose.ParseEncryptedCompact(
		encrypted, []jose.KeyAlgorithm{jose.DIRECT}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return "", ErrToken
	}
	signed, err := object.Decrypt(k.secret)
	if err != nil {
		return "", ErrToken
	}
	return string(signed), nil
}

// String says how many keys there are.
func (e *Encryption) String() string { return fmt.Sprintf("jwe.Encryption(%d keys)", len(e.keys)) }

// GoString says the same.
func (e *Encryption) GoString() string { return e.String() }

// Format prints the same for every verb.
func (e *Encryption) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.String()) }

// MarshalText encodes the same.
func (e *Encryption) MarshalText() ([]byte, error) { return []byte(e.String()), nil }
