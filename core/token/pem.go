package token

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
)

// ParsePEM reads an asymmetric key from the text of one PEM block: a private key in PKCS #1, PKCS
// #8 or SEC 1 form, a public one in PKIX or PKCS #1 form, or an X.509 certificate, of which only
// the key counts. RSA keys must have 2048 to 8192 bits, elliptic ones the curve of the algorithm.
// An empty id becomes the key's [Key.Thumbprint]. Errors are [ErrKey].
func ParsePEM(id string, alg Algorithm, text []byte) (Key, error) {
	if m, known := methods[alg]; !known || m.family == hmacFamily {
		return Key{}, badKey("algorithm %q is not for a PEM key", alg)
	}
	block, err := onlyBlock(text)
	if err != nil {
		return Key{}, err
	}
	parsed, err := parseBlock(block)
	if err != nil {
		return Key{}, err
	}
	if private, ok := parsed.(crypto.Signer); ok {
		return newPair(id, alg, private.Public(), private)
	}
	return newPair(id, alg, parsed, nil)
}

// onlyBlock returns the one block of the text, beside the parameters that openssl writes in front
// of elliptic keys.
func onlyBlock(text []byte) (*pem.Block, error) {
	var found *pem.Block
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "EC PARAMETERS" {
			continue
		}
		if found != nil {
			return nil, badKey("more than one PEM block")
		}
		found = block
	}
	if found == nil {
		return nil, badKey("no PEM block")
	}
	return found, nil
}

func parseBlock(block *pem.Block) (key any, err error) {
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	case "CERTIFICATE":
		var certificate *x509.Certificate
		if certificate, err = x509.ParseCertificate(block.Bytes); err == nil {
			key = certificate.PublicKey
		}
	default:
		return nil, badKey("a PEM block of type %.32q", block.Type)
	}
	if err != nil {
		// The parser's own words may quote the key.
		return nil, badKey("an unreadable or encrypted PEM block of type %.32q", block.Type)
	}
	return key, nil
}
