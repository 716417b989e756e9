package main

import (
	"math"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authplug/authplug/core/token"
)

// minting is goal 6: a refresh and an access token of one session.
func minting(e effort) ([]row, error) {
	codec, err := newCodec()
	if err != nil {
		return nil, err
	}
	custom := []token.Member{
		{Name: "email", Value: []byte(`"` + email + `"`)},
		{Name: "first_name", Value: []byte(`"Ann"`)},
		{Name: "roles", Value: []byte(`["editor","staff"]`)},
	}
	ours := func() error {
		now := time.Now()
		claims := token.Claims{
			Kind: token.Refresh, ID: token.NewID(), User: "4711", Session: "Xy12abCD34efGH56", IssuedAt: now, ExpiresAt: now.Add(time.Hour),
		}
		if _, err := codec.Mint(&claims); err != nil {
			return err
		}
		claims.Kind, claims.ID, claims.Custom = token.Access, token.NewID(), custom
		_, err := codec.Mint(&claims)
		return err
	}
	costs, err := e.compare(ours, peerPair)
	if err != nil {
		return nil, err
	}
	return []row{{6, "mint a pair; peer golang-jwt with struct claims", []figure{
		ratio("%.2f× peer", costs[0].nanos/costs[1].nanos, 1, 0.4),
		count("%.1f allocs a token", math.Round(costs[0].allocs)/2, costs[1].allocs/2, 6),
	}}}, nil
}

// peerPair mints the pair with golang-jwt. The ids are ours: it has none of its own.
func peerPair() error {
	now := time.Now()
	claims := peerClaims{Kind: "refresh", User: 4711, Session: "Xy12abCD34efGH56"}
	claims.ID, claims.Issuer, claims.Audience = token.NewID(), issuer, jwt.ClaimStrings{audience}
	claims.IssuedAt, claims.ExpiresAt = jwt.NewNumericDate(now), jwt.NewNumericDate(now.Add(time.Hour))
	if _, err := jwt.NewWithClaims(jwt.SigningMethodHS256, &claims).SignedString(key); err != nil {
		return err
	}
	claims.Kind, claims.ID = "access", token.NewID()
	claims.Email, claims.Name, claims.Roles = email, "Ann", []string{"editor", "staff"}
	_, err := jwt.NewWithClaims(jwt.SigningMethodHS256, &claims).SignedString(key)
	return err
}
