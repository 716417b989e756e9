package main

import (
	"math"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authplug/authplug/core/token"
)

// remembering is goal 13: a token with an asymmetric signature that has been seen before, against
// RAW of an HMAC token with the same claims.
func remembering(e effort) ([]row, error) {
	plain, _, err := subjects()
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, alg := range []token.Algorithm{token.EdDSA, token.ES256, token.RS256} {
		r, err := e.rememberingOf(alg, plain.access)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func (e effort) rememberingOf(alg token.Algorithm, hmac string) (row, error) {
	signed, codec, public, err := resigned(alg, hmac)
	if err != nil {
		return row{}, err
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{string(alg)}), jwt.WithIssuer(issuer),
		jwt.WithAudience(audience), jwt.WithExpirationRequired(), jwt.WithIssuedAt())
	ours := func() error {
		var claims token.Claims
		return codec.Verify(signed, time.Now(), &claims)
	}
	peer := func() error {
		_, err := parser.ParseWithClaims(signed, &peerClaims{}, func(*jwt.Token) (any, error) { return public, nil })
		return err
	}
	costs, err := e.compare(rawVerify(hmac), ours, peer)
	if err != nil {
		return row{}, err
	}
	raw := costs[0].nanos
	return row{13, "verify " + string(alg) + ", seen before; RAW is of HS256, peer golang-jwt", []figure{
		ratio("%.2f× RAW", costs[1].nanos/raw, costs[2].nanos/raw, 2),
		count("%.0f allocs", math.Round(costs[1].allocs), costs[2].allocs, 3),
	}}, nil
}

// resigned returns a token with the claims of an HMAC one, what verifies it, and the public key.
func resigned(alg token.Algorithm, hmac string) (signed string, codec *token.Codec, public any, err error) {
	secret, err := newCodec()
	if err != nil {
		return "", nil, nil, err
	}
	var claims token.Claims
	if err := secret.Verify(hmac, time.Now(), &claims); err != nil {
		return "", nil, nil, err
	}
	pair, err := token.GenerateKey(alg)
	if err != nil {
		return "", nil, nil, err
	}
	codec, err = token.New(token.Config{Sign: pair, Issuer: issuer, Audience: []string{audience}, Remember: 1024})
	if err != nil {
		return "", nil, nil, err
	}
	for name, value := range claims.CustomMembers() {
		claims.Custom = append(claims.Custom, token.Member{Name: name, Value: []byte(value)})
	}
	if signed, err = codec.Mint(&claims); err != nil {
		return "", nil, nil, err
	}
	public, err = publicKey(pair)
	return signed, codec, public, err
}
