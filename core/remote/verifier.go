package remote

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// verifier verifies tokens here: by the keys of the settings, or by those that the auth-service
// publishes.
type verifier struct {
	now       func() time.Time
	settings  auth.Settings               // without keys
	given     atomic.Pointer[token.Codec] // of the settings' keys; nil: published decide
	published *publishedKeys              // nil where there are given ones
}

// errNoKeys says that there are no keys to replace.
var errNoKeys = auth.ErrInternal.Because(errors.New("remote: no tokens are verified here by keys of the settings"))

// replace verifies by other keys from now on.
func (v *verifier) replace(keys []token.Key) error {
	if v == nil || v.given.Load() == nil {
		return errNoKeys
	}
	s := v.settings
	s.Signing.Keys = keys
	codec, err := auth.NewVerifyingCodec(s, nil)
	if err == nil && codec == nil {
		err = errNoKeys
	}
	if err != nil {
		return err
	}
	v.given.Store(codec)
	return nil
}

// newVerifier wants settings with the defaults filled in. Where they hold no keys, jwks fetches
// those that the auth-service publishes; it must end by itself. The error joins problems of the
// settings.
func newVerifier(s auth.Settings, jwks func(context.Context) ([]token.Key, error), now func() time.Time) (*verifier, error) {
	codec, err := auth.NewVerifyingCodec(s, nil)
	if err != nil {
		return nil, err
	}
	s.Signing.Key, s.Signing.VerifyingKey, s.Signing.Keys = "", "", nil
	v := &verifier{now: now, settings: s}
	v.given.Store(codec)
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
	raw, err := v.settings.Signing.Decrypt(raw)
	if err != nil {
		return err
	}
	if given := v.given.Load(); given != nil {
		return given.Verify(raw, v.now(), into)
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
