// Package token mints and verifies JSON Web Tokens: signed (RFC 7515), compact, with the claims of
// the EasyJWT protocol.
//
// Most programs never see it: package auth mints and verifies with it. Use it directly in a service
// that only verifies tokens of another one, in a tool that looks into tokens, or for keys.
//
//	key, err := token.NewSecret("", token.HS256, random)
//	codec, err := token.New(token.Config{Sign: key, Issuer: "https://auth.example.com"})
//	raw, err := codec.Mint(&token.Claims{Kind: token.Access, ID: token.NewID(), …})
//	var claims token.Claims
//	err = codec.Verify(raw, time.Now(), &claims)
//
// # Keys
//
// [NewSecret] is for HS256, HS384 and HS512, one secret that signs and verifies. [ParsePEM] reads
// private and public keys for RS, PS, ES and EdDSA, [ParseJWK] and [ParseJWKSet] those of RFC 7517.
// A key knows its algorithm; one that is too short for it, or has another type, is refused with
// [ErrKey]. In [Config] one key signs and more verify: to rotate, sign with the new one and keep
// the old one until its last token has expired. Printing a [Key] shows its id and algorithm only.
//
// # Strict first
//
// The signature is checked before anything of the payload is read, every base64url text has one
// accepted spelling, algorithm and key come from the configuration and never from the token, and
// JSON with duplicate members, invalid UTF-8 or anything else that two parsers could understand
// differently is refused. And it is fast second: verifying an HMAC token costs little more than its
// HMAC.
//
// What is not asked here: whether a token is of the right [Kind], whether its session lives and
// whether its user may do something. That is for the caller; package auth does.
//
// # Claims
//
// [Claims] has the standard claims as fields; [Names] renames them on the wire. Others are minted
// from [Claims.Custom] and read by [Claims.Member], as JSON text.
//
// # Errors
//
// [Codec.Verify] returns [ErrInvalid], and [ErrExpired] where that is all that is wrong; or what a
// well signed token lacks, such as [ErrNoID]. Tell clients no more than that. What [New], the
// parsers of keys and [Codec.Mint] return wraps [ErrConfig], [ErrKey] or [ErrClaims] and says what to
// mend, without quoting a key.
//
// # Concurrency
//
// A [Codec] and a [Key] do not change after they are made and are safe for concurrent use. The
// clock is an argument.
package token
