package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"

	"github.com/authplug/authplug/core/token"
)

// publicKey returns the public half of a key as golang-jwt wants it, out of its JWK.
func publicKey(k token.Key) (any, error) {
	raw, err := k.JWK()
	if err != nil {
		return nil, err
	}
	var j struct{ Kty, N, E, X, Y string }
	if err := json.Unmarshal(raw, &j); err != nil {
		return nil, err
	}
	bytes := func(text string) []byte { b, _ := base64.RawURLEncoding.DecodeString(text); return b }
	number := func(text string) *big.Int { return new(big.Int).SetBytes(bytes(text)) }
	switch j.Kty {
	case "RSA":
		return &rsa.PublicKey{N: number(j.N), E: int(number(j.E).Int64())}, nil
	case "EC":
		return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, bytes(j.X)...), bytes(j.Y)...))
	default:
		return ed25519.PublicKey(bytes(j.X)), nil
	}
}
