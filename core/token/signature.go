package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"math/big"
)

// verify checks a signature segment.
func (k *ringKey) verify(signed, signature string) bool {
	if k.macs != nil {
		return k.macs.verify(signed, signature)
	}
	given := make([]byte, decodedLen(len(signature)))
	if _, ok := decode(given, signature); !ok {
		return false
	}
	switch public := k.key.m.public.(type) {
	case *rsa.PublicKey:
		return k.verifyRSA(public, []byte(signed), given)
	case *ecdsa.PublicKey:
		return k.verifyECDSA(public, []byte(signed), given)
	case ed25519.PublicKey:
		return ed25519.Verify(public, []byte(signed), given)
	default:
		return false
	}
}

func (k *ringKey) verifyRSA(public *rsa.PublicKey, signed, signature []byte) bool {
	digest := k.digest(signed)
	if k.method.family == pssFamily {
		return rsa.VerifyPSS(public, k.method.hash, digest, signature, k.pssOptions()) == nil
	}
	return rsa.VerifyPKCS1v15(public, k.method.hash, digest, signature) == nil
}

// verifyECDSA reads a signature as RFC 7518 §3.4 has it: two numbers of the length of the curve's
// order.
func (k *ringKey) verifyECDSA(public *ecdsa.PublicKey, signed, signature []byte) bool {
	size := k.coordinateSize()
	if len(signature) != 2*size {
		return false
	}
	r, s := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
	return ecdsa.Verify(public, k.digest(signed), r, s)
}

// appendSignature appends the raw signature of signed.
func (k *ringKey) appendSignature(dst, signed []byte) ([]byte, error) {
	if k.macs != nil {
		return k.macs.append(dst, signed), nil
	}
	if private, ok := k.key.m.hidden.signer.(*ecdsa.PrivateKey); ok {
		return k.appendECDSA(dst, private, signed)
	}
	message, options := signed, crypto.SignerOpts(k.method.hash)
	switch k.method.family {
	case pkcs1Family:
		message = k.digest(signed)
	case pssFamily:
		message, options = k.digest(signed), k.pssOptions()
	default: // EdDSA hashes by itself.
	}
	signature, err := k.key.m.hidden.signer.Sign(rand.Reader, message, options)
	return append(dst, signature...), err
}

func (k *ringKey) appendECDSA(dst []byte, private *ecdsa.PrivateKey, signed []byte) ([]byte, error) {
	r, s, err := ecdsa.Sign(rand.Reader, private, k.digest(signed))
	if err != nil {
		return nil, err
	}
	size := k.coordinateSize()
	signature := make([]byte, 2*size)
	r.FillBytes(signature[:size])
	s.FillBytes(signature[size:])
	return append(dst, signature...), nil
}

func (k *ringKey) digest(signed []byte) []byte {
	h := k.method.hash.New()
	_, _ = h.Write(signed)
	return h.Sum(nil)
}

// signatureSize is the length of a raw signature.
func (k *ringKey) signatureSize() int {
	switch public := k.key.m.public.(type) {
	case *rsa.PublicKey:
		return public.Size()
	case *ecdsa.PublicKey:
		return 2 * k.coordinateSize()
	case ed25519.PublicKey:
		return ed25519.SignatureSize
	default:
		return k.method.hash.Size()
	}
}

func (k *ringKey) coordinateSize() int { return (k.method.curve.Params().BitSize + 7) / 8 }

// pssOptions fixes the length of the salt to that of the hash (RFC 7518 §3.5), for signing and
// verifying.
func (k *ringKey) pssOptions() *rsa.PSSOptions {
	return &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: k.method.hash}
}
