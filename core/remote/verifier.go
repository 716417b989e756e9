package remote

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// verifier verifies tokens here: by the keys of the settings, or by those that the auth-service
// publishes.
type verifier struct {
	now       func() time.Time
	signing   auth.Signing
	codec     *token.Codec   // of keys that stay; nil: published decide
	published *publishedKeys // nil where codec is set
}

// newVerifier wants settings with the defaults filled in. Where they hold no keys, jwks fetches
// those that the auth-service publishes; it must end by itself. The error joins problems of the
// settings.
func newVerifier(s auth.Settings, jwks func(context.Context) ([]token.Key, error), now func() time.Time) (*verifier, error) {
	codec, err := auth.NewVerifyingCodec(s, nil)
	if err != nil {
		return nil, err
	}
	v := &verifier{now: now, signing: s.Signing, codec: codec}
	if codec == nil {
		v.published = &publishedKeys{fetch: jwks, now: now, codec: func(keys []token.Key) (*token.Codec, error) {
			return auth.NewVerifyingCodec(s, keys)
		}}
	}
	return v, nil
}

// verify fills into with what a good token says. A bad one is an error of package token; a token
// that cannot be verified because keys cannot be had is an [auth.Error] with status 503.
func (v *verifier) verify(ctx context.Context, raw string, into *token.Claims) error {
	*into = token.Claims{}
	raw, err := v.signing.Decrypt(raw)
	if err != nil {
		return err
	}
	if v.codec != nil {
		return v.codec.Verify(raw, v.now(), into)
	}
	set, err := v.published.current(ctx)
	if err != nil {
		return err
	}
	fault := set.codec.Verify(raw, v.now(), into)
	if fault == nil || !errors.Is(fault, token.ErrNoKey) {
		return fault
	}
	newer, err := v.published.newer(ctx, set)
	if err != nil {
		return err
	}
	if newer == set {
		return fault
	}
	return newer.codec.Verify(raw, v.now(), into)
}

const (
	maxToken  = 8192    // bytes
	maxMoment = 1 << 53 // seconds, as in package token
)

// expiry reads the exp of a token without verifying it, ok being false for anything odd. It may
// shorten what is believed of a token, never lengthen it.
func expiry(raw string) (exp time.Time, ok bool) {
	parts := strings.Split(raw, ".")
	if len(raw) > maxToken || len(parts) != 3 {
		return time.Time{}, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return time.Time{}, false
	}
	// A map, because fields of a struct would take Exp for exp.
	var claims map[string]json.RawMessage
	var seconds float64
	if json.Unmarshal(payload, &claims) != nil || json.Unmarshal(claims["exp"], &seconds) != nil {
		return time.Time{}, false
	}
	if seconds < 0 || seconds > maxMoment || string(claims["exp"]) == "null" {
		return time.Time{}, false
	}
	return time.Unix(int64(math.Floor(seconds)), 0), true
}
