package auth

import (
	"sync/atomic"
	"time"

	"github.com/authplug/authplug/core/token"
)

// Encryption hides what tokens say from those who carry them. It is safe for concurrent use.
type Encryption interface {
	// Encrypt returns a signed token in its encrypted form.
	Encrypt(signed string) (string, error)
	// Decrypt returns the signed token in an encrypted one. Whatever is wrong with it, the token is
	// [ErrTokenInvalid].
	Decrypt(encrypted string) (string, error)
}

// codec mints and verifies tokens with the keys of the moment.
type codec struct {
	keyed      atomic.Pointer[token.Codec] // replaced as a whole
	encryption Encryption                  // nil: tokens are signed alone
}

func newCodec(keyed *token.Codec, encryption Encryption) *codec {
	c := &codec{encryption: encryption}
	c.keyed.Store(keyed)
	return c
}

// Mint returns a token of the claims, as [token.Codec.Mint] does.
func (c *codec) Mint(claims *token.Claims) (string, error) {
	signed, err := c.keyed.Load().Mint(claims)
	if err != nil || c.encryption == nil {
		return signed, err
	}
	return c.encryption.Encrypt(signed)
}

// Verify reads a token into claims, as [token.Codec.Verify] does. Where tokens are encrypted, one
// that is signed alone is no good.
func (c *codec) Verify(raw string, now time.Time, into *token.Claims) error {
	signed, err := decrypt(c.encryption, raw)
	if err != nil {
		*into = token.Claims{}
		return err
	}
	return c.keyed.Load().Verify(signed, now, into)
}

// Decrypt returns the signed token in one of these settings: itself where tokens are not encrypted.
// Every fault is [token.ErrInvalid]. It is for packages that verify tokens of another service.
func (c *Signing) Decrypt(raw string) (string, error) { return decrypt(c.Encryption, raw) }

func decrypt(e Encryption, raw string) (signed string, err error) {
	if e == nil {
		return raw, nil
	}
	defer func() {
		if v := recover(); v != nil || err != nil {
			signed, err = "", token.ErrInvalid // one value for all faults, see [local.faulty]
		}
	}()
	return e.Decrypt(raw)
}

// CheckRefresh is [token.Codec.CheckRefresh].
func (c *codec) CheckRefresh(claims *token.Claims, now time.Time) error {
	return c.keyed.Load().CheckRefresh(claims, now)
}

// ReplaceKeys signs with the first of the keys from now on and verifies with all of them: tokens of
// a key that is not among them are no good any more. It reports every [Problem] of the keys and then
// changes nothing. A client-service that verifies tokens by keys of its settings does so with all of
// the new ones, public halves being enough; of any other one it returns [ErrInternal]. It is safe for
// concurrent use.
func (s *Service) ReplaceKeys(keys ...token.Key) error {
	if s.delegation.ReplaceKeys != nil {
		return s.delegation.ReplaceKeys(keys)
	}
	if s.codec == nil {
		return errMintless
	}
	var ps problems
	if len(keys) == 0 {
		ps.add("Signing.Keys", "is empty: name the key that signs first")
		return ps.joined()
	}
	c := s.settings
	c.Signing.Algorithm, c.Signing.Keys = keys[0].Algorithm(), keys
	sign, verify, keyed := c.Signing.keys(&ps)
	next := c.newCodec(sign, verify, keyed, &ps)
	if err := ps.joined(); err != nil {
		return err
	}
	s.codec.keyed.Store(next)
	return nil
}
