package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
)

// generatedRSA is the size of new RSA keys, in bits: what every verifier takes. Who needs more takes
// another algorithm.
const generatedRSA = 2048

// GenerateKey makes a fresh key for an algorithm. The id of a pair is its RFC 7638 thumbprint, that
// of a secret is random. An unknown algorithm is [ErrKey].
func GenerateKey(alg Algorithm) (Key, error) {
	var private crypto.Signer
	var err error
	switch m := methods[alg]; {
	case m.family == hmacFamily && alg.Symmetric():
		secret := make([]byte, m.hash.Size())
		_, _ = rand.Read(secret) // It never fails: it ends the program instead.
		return NewSecret(NewID(), alg, secret)
	case m.family == pkcs1Family, m.family == pssFamily:
		private, err = rsa.GenerateKey(rand.Reader, generatedRSA)
	case alg == ES256:
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case alg == ES384:
		private, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case alg == ES512:
		private, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case alg == EdDSA:
		_, private, err = ed25519.GenerateKey(rand.Reader)
	default:
		return Key{}, badKey("algorithm %.32q is not known", alg)
	}
	if err != nil {
		return Key{}, badKey("%w", err)
	}
	return newPair("", alg, private.Public(), private)
}

// privateJWK is a key that signs in the form of RFC 7517, its members in alphabetical order.
type privateJWK struct {
	Algorithm Algorithm `json:"alg"`
	Curve     string    `json:"crv,omitempty"`
	D         string    `json:"d,omitempty"`
	DP        string    `json:"dp,omitempty"`
	DQ        string    `json:"dq,omitempty"`
	Exponent  string    `json:"e,omitempty"`
	Secret    string    `json:"k,omitempty"`
	ID        string    `json:"kid"`
	Type      string    `json:"kty"`
	Modulus   string    `json:"n,omitempty"`
	P         string    `json:"p,omitempty"`
	Q         string    `json:"q,omitempty"`
	QI        string    `json:"qi,omitempty"`
	Use       string    `json:"use"`
	X         string    `json:"x,omitempty"`
	Y         string    `json:"y,omitempty"`
}

// PrivateJWK returns a key that signs as a JWK (RFC 7517, RFC 8037) with its secret parts, in the
// form that [ParseJWKSet] reads: it is for files that nobody else can read. A public key has none:
// that is [ErrKey].
func (k Key) PrivateJWK() ([]byte, error) {
	if !k.CanSign() {
		return nil, badKey("%v has no private half", k)
	}
	if k.m.hidden.secret != nil {
		return json.Marshal(privateJWK{
			Algorithm: k.m.alg, ID: k.m.id, Type: "oct", Use: useSignature, Secret: encodeBytes(k.m.hidden.secret),
		})
	}
	public := k.m.jwk
	j := privateJWK{
		Algorithm: public.Algorithm, Curve: public.Curve, Exponent: public.Exponent, ID: public.ID,
		Type: public.Type, Modulus: public.Modulus, Use: public.Use, X: public.X, Y: public.Y,
	}
	if err := j.add(k.m.hidden.signer); err != nil {
		return nil, err
	}
	return json.Marshal(j) //nolint:gosec // It is for who asks for the secret parts.
}

// add adds the secret parts.
func (j *privateJWK) add(private crypto.Signer) error {
	switch private := private.(type) {
	case ed25519.PrivateKey:
		j.D = encodeBytes(private.Seed())
	case *ecdsa.PrivateKey:
		d, err := private.Bytes()
		if err != nil {
			return badKey("%w", err)
		}
		j.D = encodeBytes(d)
	case *rsa.PrivateKey:
		private.Precompute()
		j.D, j.P, j.Q = encodeNumber(private.D), encodeNumber(private.Primes[0]), encodeNumber(private.Primes[1])
		c := &private.Precomputed
		j.DP, j.DQ, j.QI = encodeNumber(c.Dp), encodeNumber(c.Dq), encodeNumber(c.Qinv)
	default:
		return badKey("a key of type %T: %w", private, errForeign)
	}
	return nil
}

func encodeBytes(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func encodeNumber(n *big.Int) string { return encodeBytes(n.Bytes()) }
