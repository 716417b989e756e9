package main

import (
	"math"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authplug/authplug/core/token"
)

// peerClaims are the claims of the tokens as somebody declares them who wants golang-jwt to be
// fast.
type peerClaims struct {
	Kind    string   `json:"token_type"`
	User    int      `json:"user_id"`
	Session string   `json:"sid"`
	Email   string   `json:"email,omitempty"`
	Name    string   `json:"first_name,omitempty"`
	Roles   []string `json:"roles,omitempty"`
	jwt.RegisteredClaims
}

// newParser returns a parser that checks what ours checks.
func newParser() *jwt.Parser {
	return jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithIssuer(issuer),
		jwt.WithAudience(audience), jwt.WithExpirationRequired(), jwt.WithIssuedAt())
}

func jwtKey(*jwt.Token) (any, error) { return key, nil }

// verifying is goal 1: a token with the list of roles, all rules on.
func verifying(e effort) ([]row, error) {
	_, s, err := subjects()
	if err != nil {
		return nil, err
	}
	codec, err := newCodec()
	if err != nil {
		return nil, err
	}
	parser := newParser()
	ours := func() error {
		var claims token.Claims
		return codec.Verify(s.access, time.Now(), &claims)
	}
	peer := func() error {
		_, err := parser.ParseWithClaims(s.access, &peerClaims{}, jwtKey)
		return err
	}
	costs, err := e.compare(rawVerify(s.access), ours, peer)
	if err != nil {
		return nil, err
	}
	raw := costs[0].nanos
	return []row{{1, "verify HS256, all rules on; peer golang-jwt with struct claims", []figure{
		ratio("%.2f× RAW", costs[1].nanos/raw, costs[2].nanos/raw, 1.6),
		count("%.0f allocs", math.Round(costs[1].allocs), costs[2].allocs, 3),
	}}}, nil
}
