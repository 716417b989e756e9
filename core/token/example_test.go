package token_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/authplug/authplug/core/token"
)

// A codec with one secret, as a single service needs it.
func exampleCodec() *token.Codec {
	key, err := token.NewSecret("", token.HS256, []byte("32 random bytes, from a file or so"))
	if err != nil {
		panic(err)
	}
	codec, err := token.New(token.Config{Sign: key, Issuer: "https://auth.example.com"})
	if err != nil {
		panic(err)
	}
	return codec
}

func ExampleCodec_Mint() {
	codec := exampleCodec()
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	raw, err := codec.Mint(&token.Claims{
		Kind:      token.Access,
		ID:        "8fbc42d1c0de4a0f9d3c5a4b3c2d1e0f", // normally token.NewID()
		User:      "2",
		IssuedAt:  now,
		ExpiresAt: now.Add(5 * time.Minute),
		Custom:    []token.Member{{Name: "roles", Value: []byte(`["editor"]`)}},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(raw[:36])
	// Output: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9
}

func ExampleCodec_Verify() {
	codec := exampleCodec()
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	raw, err := codec.Mint(&token.Claims{
		Kind: token.Access, ID: token.NewID(), User: "2", IssuedAt: now, ExpiresAt: now.Add(5 * time.Minute),
		Custom: []token.Member{{Name: "roles", Value: []byte(`["editor"]`)}},
	})
	if err != nil {
		panic(err)
	}

	var claims token.Claims
	if err := codec.Verify(raw, now, &claims); err != nil {
		panic(err)
	}
	roles, _ := claims.Member("roles")
	fmt.Println(claims.Kind == token.Access, claims.User, roles)

	err = codec.Verify(raw, now.Add(time.Hour), &claims)
	fmt.Println(errors.Is(err, token.ErrExpired), errors.Is(err, token.ErrInvalid))
	// Output:
	// true 2 ["editor"]
	// true true
}

func ExampleKey_JWK() {
	key, err := token.ParseJWK([]byte(`{"kty":"OKP","crv":"Ed25519","alg":"EdDSA",` +
		`"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`))
	if err != nil {
		panic(err)
	}
	public, err := key.JWK()
	if err != nil {
		panic(err)
	}
	fmt.Println(key)
	fmt.Println(string(public[:41]))
	// Output:
	// [key kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k EdDSA]
	// {"alg":"EdDSA","crv":"Ed25519","kid":"kPr
}

// A new key signs, the old one still verifies what it has signed.
func ExampleNew_rotation() {
	old, err := token.NewSecret("2025", token.HS256, []byte("the old 32 random bytes, from a file"))
	if err != nil {
		panic(err)
	}
	fresh, err := token.NewSecret("2026", token.HS256, []byte("the new 32 random bytes, from a file"))
	if err != nil {
		panic(err)
	}
	before, err := token.New(token.Config{Sign: old})
	if err != nil {
		panic(err)
	}
	after, err := token.New(token.Config{Sign: fresh, Verify: []token.Key{old}})
	if err != nil {
		panic(err)
	}

	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	raw, err := before.Mint(&token.Claims{
		Kind: token.Access, ID: token.NewID(), User: "2", IssuedAt: now, ExpiresAt: now.Add(5 * time.Minute),
	})
	if err != nil {
		panic(err)
	}
	var claims token.Claims
	fmt.Println(after.Verify(raw, now, &claims), claims.User)
	// Output: <nil> 2
}
