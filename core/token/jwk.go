package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
)

const useSignature = "sig"

// publicJWK is a public key in the form of RFC 7517, its members in alphabetical order.
type publicJWK struct {
	Algorithm Algorithm `json:"alg"`
	Curve     string    `json:"crv,omitempty"`
	Exponent  string    `json:"e,omitempty"`
	ID        string    `json:"kid"`
	Type      string    `json:"kty"`
	Modulus   string    `json:"n,omitempty"`
	Use       string    `json:"use"`
	X         string    `json:"x,omitempty"`
	Y         string    `json:"y,omitempty"`
}

// JWK returns the public half as a JWK (RFC 7517), with alg, kid and use. A secret has none: that
// is [ErrKey].
func (k Key) JWK() ([]byte, error) {
	if k.m == nil || k.m.public == nil {
		return nil, badKey("%v has no public half", k)
	}
	return json.Marshal(k.m.jwk)
}

func newPublicJWK(key crypto.PublicKey) (publicJWK, error) {
	encode := base64.RawURLEncoding.EncodeToString
	switch key := key.(type) {
	case *rsa.PublicKey:
		e := big.NewInt(int64(key.E))
		return publicJWK{Type: "RSA", Modulus: encode(key.N.Bytes()), Exponent: encode(e.Bytes())}, nil
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		if err != nil {
			return publicJWK{}, badKey("not a point of its curve: %w", err)
		}
		x, y := point[1:1+len(point)/2], point[1+len(point)/2:]
		return publicJWK{Type: "EC", Curve: key.Params().Name, X: encode(x), Y: encode(y)}, nil
	case ed25519.PublicKey:
		return publicJWK{Type: "OKP", Curve: ed25519Alias, X: encode(key)}, nil
	default:
		return publicJWK{}, badKey("a key of type %T: %w", key, errForeign)
	}
}

// thumbprint hashes the members that make up the key, in the one form of RFC 7638 §3 and RFC 8037
// §2.
func (j publicJWK) thumbprint() string {
	var text string
	switch j.Type {
	case "RSA":
		text = fmt.Sprintf(`{"e":%q,"kty":"RSA","n":%q}`, j.Exponent, j.Modulus)
	case "EC":
		text = fmt.Sprintf(`{"crv":%q,"kty":"EC","x":%q,"y":%q}`, j.Curve, j.X, j.Y)
	default:
		text = fmt.Sprintf(`{"crv":%q,"kty":"OKP","x":%q}`, j.Curve, j.X)
	}
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
