package token

import (
	"errors"
	"fmt"
)

// What [Codec.Verify] and [Codec.CheckRefresh] answer. Match with errors.Is: most errors carry a
// detail.
var (
	// ErrInvalid is every token that is not one: bad format, algorithm, key or signature, a claim of a
	// wrong shape, a wrong issuer or audience, a moment that has passed or is not there yet.
	ErrInvalid = errors.New("token is invalid or expired")
	// ErrExpired is an [ErrInvalid] too: a good signature and good registered claims, but exp has
	// passed.
	ErrExpired = invalid("expired")
	// ErrNoKey is an [ErrInvalid] too: no key fits. There is none of the id or for the algorithm that
	// the token names, or the token names no key, and none of those for its algorithm has signed it.
	// Whoever verifies with keys that change may look for new ones.
	ErrNoKey = invalid("no key fits")
	// ErrNoExpiry is a well signed token without an exp claim.
	ErrNoExpiry = errors.New("token has no exp claim")
	// ErrNoID is a well signed token without an id.
	ErrNoID = errors.New("token has no id")
	// ErrNoKind is a well signed token that does not say its kind.
	ErrNoKind = errors.New("token has no type")
	// ErrNoRefreshExpiry is a token that cannot be refreshed by itself, which only a sliding token
	// can.
	ErrNoRefreshExpiry = errors.New("token has no refresh_exp claim")
	// ErrRefreshExpired is a sliding token that may no longer be refreshed.
	ErrRefreshExpired = errors.New("token's refresh_exp claim has expired")
)

// What making keys, codecs and tokens answers. Each is wrapped in an error that says what is wrong,
// never in one that shows key material.
var (
	// ErrKey is a key that cannot be used, or a missing one.
	ErrKey = errors.New("bad key")
	// ErrConfig is a [Config] that [New] refuses.
	ErrConfig = errors.New("bad configuration")
	// ErrClaims is a set of claims that [Codec.Mint] refuses.
	ErrClaims = errors.New("bad claims")
)

// The details are made once, so that refusing a token allocates nothing.
var (
	errTooLong   = invalid("longer than 8192 bytes")
	errFormat    = invalid("not three base64url segments")
	errHeader    = invalid("bad header")
	errCritical  = invalid("header has crit")
	errSignature = invalid("bad signature")
	errJSON      = invalid("payload is not strict JSON")
	errMoment    = invalid("a time is not a number from 0 to 2^53")
	errNotYet    = invalid("not valid yet")
	errIssuer    = invalid("wrong issuer")
	errAudience  = invalid("wrong audience")
	errKind      = invalid("type is not a non-empty string")
	errID        = invalid("id is not a string of 1 to 255 characters")
	errUser      = invalid("bad user id")
	errSession   = invalid("session is not a string of 1 to 255 characters")
	errEpoch     = invalid("epoch is not an integer from 0 to 2^53")
	errRevoke    = invalid("revocation claim is not a string of 1 to 255 characters")
)

func invalid(detail string) error { return fmt.Errorf("%w: %s", ErrInvalid, detail) }

func badKey(format string, a ...any) error {
	return fmt.Errorf("token: %w: %w", ErrKey, fmt.Errorf(format, a...))
}

func badConfig(format string, a ...any) error {
	return fmt.Errorf("token: %w: %w", ErrConfig, fmt.Errorf(format, a...))
}

func badClaims(format string, a ...any) error {
	return fmt.Errorf("token: %w: %w", ErrClaims, fmt.Errorf(format, a...))
}
