package token

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"math"
	"math/big"
	"slices"
)

func (j jwk) secret(id string) (Key, error) {
	alg, err := j.algorithm("")
	if err != nil {
		return Key{}, err
	}
	secret, err := j.bytes("k")
	if err != nil {
		return Key{}, err
	}
	maySign, err := j.allows("sign")
	if err != nil {
		return Key{}, err
	}
	k, err := NewSecret(id, alg, secret)
	if err == nil {
		k.m.verifyOnly = !maySign
	}
	return k, err
}

func (j jwk) rsa(id string) (Key, error) {
	alg, err := j.algorithm(RS256)
	if err != nil {
		return Key{}, err
	}
	n, err := j.number("n")
	if err != nil {
		return Key{}, err
	}
	e, err := j.number("e")
	if err != nil {
		return Key{}, err
	}
	if !e.IsInt64() || e.Int64() > math.MaxInt32 {
		return Key{}, badKey("an RSA exponent above 2^31-1: %w", errForeign)
	}
	public := &rsa.PublicKey{N: n, E: int(e.Int64())}
	if !j.private() {
		return newPair(id, alg, public, nil)
	}
	if err := checkRSA(alg, public); err != nil {
		return Key{}, err
	}
	private, err := j.rsaPrivate(public)
	if err != nil {
		return Key{}, err
	}
	return newPair(id, alg, public, private)
}

// rsaPrivate wants d and both primes, and compares the rest, which follows from them.
func (j jwk) rsaPrivate(public *rsa.PublicKey) (*rsa.PrivateKey, error) {
	var parts [3]*big.Int
	for i, name := range []string{"d", "p", "q"} {
		var err error
		if parts[i], err = j.number(name); err != nil {
			return nil, err
		}
	}
	private := &rsa.PrivateKey{PublicKey: *public, D: parts[0], Primes: parts[1:]}
	private.Precompute()
	if _, multi := j["oth"]; multi || private.Validate() != nil {
		return nil, badKey("the parts of an RSA JWK do not match")
	}
	derived := map[string]*big.Int{
		"dp": private.Precomputed.Dp, "dq": private.Precomputed.Dq, "qi": private.Precomputed.Qinv,
	}
	for name, want := range derived {
		if _, present := j[name]; !present {
			continue
		}
		if got, err := j.number(name); err != nil || got.Cmp(want) != 0 {
			return nil, badKey("part %s of an RSA JWK does not match the others", name)
		}
	}
	return private, nil
}

// number reads an unsigned integer, of which RFC 7518 §2 has one form: without leading zeros.
func (j jwk) number(name string) (*big.Int, error) {
	b, err := j.bytes(name)
	if err != nil {
		return nil, err
	}
	if b[0] == 0 {
		return nil, badKey("JWK member %s begins with zeros", name)
	}
	return new(big.Int).SetBytes(b), nil
}

var jwkCurves = map[string]struct {
	curve elliptic.Curve
	alg   Algorithm
}{
	"P-256": {elliptic.P256(), ES256},
	"P-384": {elliptic.P384(), ES384},
	"P-521": {elliptic.P521(), ES512},
}

func (j jwk) ecdsa(id string) (Key, error) {
	name, err := j.text("crv")
	if err != nil {
		return Key{}, err
	}
	curve, known := jwkCurves[name]
	if !known {
		return Key{}, badKey("curve %.32q: %w", name, errForeign)
	}
	alg, err := j.algorithm(curve.alg)
	if err != nil {
		return Key{}, err
	}
	public, err := j.point(curve.curve)
	if err != nil || !j.private() {
		return newPairUnless(err, id, alg, public)
	}
	d, err := j.bytes("d")
	if err != nil {
		return Key{}, err
	}
	private, err := ecdsa.ParseRawPrivateKey(curve.curve, d)
	if err != nil || !private.PublicKey.Equal(public) {
		return Key{}, badKey("the private half of an EC JWK does not match the public one")
	}
	return newPair(id, alg, public, private)
}

func newPairUnless(err error, id string, alg Algorithm, public crypto.PublicKey) (Key, error) {
	if err != nil {
		return Key{}, err
	}
	return newPair(id, alg, public, nil)
}

// point reads x and y, each of the full length of the curve's coordinates (RFC 7518 §6.2.1.2).
func (j jwk) point(curve elliptic.Curve) (*ecdsa.PublicKey, error) {
	x, err := j.bytes("x")
	if err != nil {
		return nil, err
	}
	y, err := j.bytes("y")
	if err != nil {
		return nil, err
	}
	if size := (curve.Params().BitSize + 7) / 8; len(x) != size || len(y) != size {
		return nil, badKey("coordinates of %d and %d bytes on %s", len(x), len(y), curve.Params().Name)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(curve, slices.Concat([]byte{4}, x, y))
	if err != nil {
		return nil, badKey("not a point of %s", curve.Params().Name)
	}
	return public, nil
}

func (j jwk) ed25519(id string) (Key, error) {
	name, err := j.text("crv")
	if err != nil {
		return Key{}, err
	}
	if name != ed25519Alias {
		return Key{}, badKey("curve %.32q: %w", name, errForeign)
	}
	alg, err := j.algorithm(EdDSA)
	if err != nil {
		return Key{}, err
	}
	x, err := j.bytes("x")
	if err != nil || !j.private() {
		return newPairUnless(err, id, alg, ed25519.PublicKey(x))
	}
	d, err := j.bytes("d")
	if err != nil {
		return Key{}, err
	}
	if len(d) != ed25519.SeedSize {
		return Key{}, badKey("an Ed25519 seed of %d bytes", len(d))
	}
	private := ed25519.NewKeyFromSeed(d)
	if !bytes.Equal(private[ed25519.SeedSize:], x) {
		return Key{}, badKey("the private half of an OKP JWK does not match the public one")
	}
	return newPair(id, alg, ed25519.PublicKey(x), private)
}
