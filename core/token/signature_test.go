package token_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/token"
)

// JW-12, vectors 281 to 286, for any key.
func TestSaltOfPSSHasTheLengthOfTheHash(t *testing.T) {
	key, _, _ := keysFor(t, token.PS256, "a")
	c := newCodec(t, token.Config{Sign: key})
	private, _ := pairs()["rsa"].private.(*rsa.PrivateKey)
	raw := mint(t, `{"alg":"PS256"}`, goodPayload, "PS256", private)
	signed := raw[:strings.LastIndexByte(raw, '.')]
	digest := sha256.Sum256([]byte(signed))
	// To SignPSS a length of 0 is the greatest possible one.
	for salt, want := range map[int]error{
		0: token.ErrInvalid, 20: token.ErrInvalid, 31: token.ErrInvalid, 32: nil, 33: token.ErrInvalid,
	} {
		options := &rsa.PSSOptions{SaltLength: salt}
		signature, err := rsa.SignPSS(rand.Reader, private, crypto.SHA256, digest[:], options)
		noError(t, err)
		checkVerify(t, c, signed+"."+base64.RawURLEncoding.EncodeToString(signature), want)
	}
}

func TestECDSASignaturesHaveOneLength(t *testing.T) {
	key, _, _ := keysFor(t, token.ES256, "a")
	c := newCodec(t, token.Config{Sign: key})
	raw := mint(t, `{"alg":"ES256"}`, goodPayload, "ES256", pairs()["P-256"].private)
	at := strings.LastIndexByte(raw, '.') + 1
	signature, err := base64.RawURLEncoding.DecodeString(raw[at:])
	noError(t, err)
	digest := sha256.Sum256([]byte(raw[:at-1]))
	der, err := pairs()["P-256"].private.Sign(rand.Reader, digest[:], crypto.SHA256)
	noError(t, err)
	half := make([]byte, 32)
	for name, bad := range map[string][]byte{
		"DER": der, "all zero": make([]byte, 64), "zero r": append(half, signature[32:]...), "short": signature[:63],
		"zero s": append(bytes.Clone(signature[:32]), half...), "led by zeros": append([]byte{0, 0}, signature...),
		"zero between":  bytes.Join([][]byte{signature[:32], {0}, signature[32:]}, nil),
		"padded halves": bytes.Join([][]byte{{0}, signature[:32], {0}, signature[32:]}, nil),
	} {
		t.Run(name, func(t *testing.T) {
			checkVerify(t, c, raw[:at]+base64.RawURLEncoding.EncodeToString(bad), token.ErrInvalid)
		})
	}
	checkVerify(t, c, raw, nil)
}

// A signature that ends in zeros has no shorter spelling and none with other spare bits.
func TestZerosAtTheEndOfASignatureAreCompared(t *testing.T) {
	hs := mintHS(t, `{"token_type":"access","exp":1767225900,"jti":"38165"}`)
	key, private, _ := keysFor(t, token.EdDSA, "a")
	ed, tries := "", 0
	for ; !strings.HasSuffix(ed, "AA"); tries++ { // Of sixteen signatures one ends in a zero byte.
		ed = mint(t, `{"alg":"EdDSA"}`, goodPayload+strings.Repeat(" ", tries), "EdDSA", private)
	}
	for _, test := range []struct {
		codec *token.Codec
		raw   string
		other []string
	}{
		{hsCodec(t, token.Config{}), hs, []string{"", "A", "AA", "AAB", "AAC", "AAD", "AAAA", "AAAAA"}},
		{newCodec(t, token.Config{Sign: key}), ed, []string{"", "A", "AB", "AC", "AE", "AI", "AAA", "AAAA"}},
	} {
		checkVerify(t, test.codec, test.raw, nil)
		end := map[bool]string{true: "AAA", false: "AA"}[test.raw == hs]
		for _, other := range test.other {
			t.Run(other, func(t *testing.T) {
				checkVerify(t, test.codec, strings.TrimSuffix(test.raw, end)+other, token.ErrInvalid)
			})
		}
		if !strings.HasSuffix(test.raw, end) {
			t.Errorf("%s does not end in zeros", test.raw)
		}
	}
}
