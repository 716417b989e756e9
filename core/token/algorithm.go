package token

import (
	"crypto"
	"crypto/elliptic"
	_ "crypto/sha256" // for crypto.Hash
	_ "crypto/sha512" // for crypto.Hash
)

// Algorithm is the name of a signature algorithm of RFC 7518 §3 or RFC 8037, exactly as registered.
type Algorithm string

// The algorithms. There is no "none".
const (
	HS256 Algorithm = "HS256"
	HS384 Algorithm = "HS384"
	HS512 Algorithm = "HS512"
	RS256 Algorithm = "RS256"
	RS384 Algorithm = "RS384"
	RS512 Algorithm = "RS512"
	PS256 Algorithm = "PS256"
	PS384 Algorithm = "PS384"
	PS512 Algorithm = "PS512"
	ES256 Algorithm = "ES256"
	ES384 Algorithm = "ES384"
	ES512 Algorithm = "ES512"
	EdDSA Algorithm = "EdDSA" // Ed25519 only
)

// ed25519Alias is the name that RFC 9864 gives to EdDSA with Ed25519. It is understood, never
// written.
const ed25519Alias = "Ed25519"

type family uint8

const (
	hmacFamily family = iota + 1
	pkcs1Family
	pssFamily
	ecdsaFamily
	ed25519Family
)

// method is what an algorithm is made of.
type method struct {
	family family
	hash   crypto.Hash
	curve  elliptic.Curve // of ECDSA
}

var methods = map[Algorithm]method{
	HS256: {family: hmacFamily, hash: crypto.SHA256},
	HS384: {family: hmacFamily, hash: crypto.SHA384},
	HS512: {family: hmacFamily, hash: crypto.SHA512},
	RS256: {family: pkcs1Family, hash: crypto.SHA256},
	RS384: {family: pkcs1Family, hash: crypto.SHA384},
	RS512: {family: pkcs1Family, hash: crypto.SHA512},
	PS256: {family: pssFamily, hash: crypto.SHA256},
	PS384: {family: pssFamily, hash: crypto.SHA384},
	PS512: {family: pssFamily, hash: crypto.SHA512},
	ES256: {family: ecdsaFamily, hash: crypto.SHA256, curve: elliptic.P256()},
	ES384: {family: ecdsaFamily, hash: crypto.SHA384, curve: elliptic.P384()},
	ES512: {family: ecdsaFamily, hash: crypto.SHA512, curve: elliptic.P521()},
	EdDSA: {family: ed25519Family},
}

// Symmetric tells whether one secret both signs and verifies, which is so for HS256, HS384 and
// HS512.
func (a Algorithm) Symmetric() bool { return methods[a].family == hmacFamily }

// algorithm reads a name as it stands in a token or a JWK.
func algorithm(name string) Algorithm {
	if name == ed25519Alias {
		return EdDSA
	}
	return Algorithm(name)
}
