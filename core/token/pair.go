package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
)

const (
	minRSA = 2048 // bits of a modulus
	maxRSA = 8192 // Beyond it one verification costs milliseconds.
)

// errForeign is a key that may be good, but is of no use here. A JWK set may hold such keys.
var errForeign = errors.New("not for the signatures that are known here")

// newPair makes an asymmetric key, after judging its public half. The private one is nil or of the
// same pair.
func newPair(id string, alg Algorithm, public crypto.PublicKey, private crypto.Signer) (Key, error) {
	var err error
	m := &material{id: id, alg: alg, public: public}
	if private != nil {
		m.hidden = &hidden{signer: private}
	}
	switch public := public.(type) {
	case *rsa.PublicKey:
		err = checkRSA(alg, public)
	case *ecdsa.PublicKey:
		err = checkECDSA(alg, public)
	case ed25519.PublicKey:
		err = checkEd25519(alg, public)
	default:
		err = badKey("a key of type %T: %w", public, errForeign)
	}
	if err == nil {
		err = checkID(id)
	}
	if err != nil {
		return Key{}, err
	}
	if m.jwk, err = newPublicJWK(public); err != nil {
		return Key{}, err
	}
	m.thumbprint = m.jwk.thumbprint()
	if m.id == "" {
		m.id = m.thumbprint
	}
	m.jwk.Algorithm, m.jwk.ID, m.jwk.Use = alg, m.id, useSignature
	return Key{m}, nil
}

func checkRSA(alg Algorithm, public *rsa.PublicKey) error {
	bits := public.N.BitLen()
	switch f := methods[alg].family; {
	case f != pkcs1Family && f != pssFamily:
		return badKey("an RSA key is not for algorithm %q", alg)
	case bits < minRSA || bits > maxRSA:
		return badKey("an RSA modulus of %d bits, not %d to %d: %w", bits, minRSA, maxRSA, errForeign)
	case public.N.Bit(0) == 0 || public.E < 3 || public.E%2 == 0:
		return badKey("an RSA modulus that is even, or an exponent that is even or below 3")
	case hasROCA(public.N):
		return badKey("an RSA modulus that can be factored, made by a faulty chip (CVE-2017-15361): %w", errForeign)
	}
	return nil
}

func checkECDSA(alg Algorithm, public *ecdsa.PublicKey) error {
	if m := methods[alg]; m.family != ecdsaFamily || m.curve != public.Curve {
		return badKey("a key on curve %s is not for algorithm %q", public.Params().Name, alg)
	}
	return nil
}

func checkEd25519(alg Algorithm, public ed25519.PublicKey) error {
	if alg != EdDSA || len(public) != ed25519.PublicKeySize {
		return badKey("an Ed25519 key of %d bytes is not for algorithm %q", len(public), alg)
	}
	return nil
}
