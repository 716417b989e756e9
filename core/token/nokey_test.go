package token_test

import (
	"errors"
	"testing"

	"github.com/authplug/authplug/core/token"
)

// TestErrNoKeyIsForTokensThatMayNeedAnotherKey tells tokens that a new key may have signed from
// those that no key will make good.
func TestErrNoKeyIsForTokensThatMayNeedAnotherKey(t *testing.T) {
	known, private, _ := keysFor(t, token.RS256, "a")
	other := pairs()["rsa2"].private
	c := newCodec(t, token.Config{Verify: []token.Key{known}})
	for name, try := range map[string]struct {
		header, alg string
		key         any
		noKey       bool
	}{
		"named":                    {`{"alg":"RS256","kid":"a"}`, "RS256", private, false},
		"unnamed":                  {`{"alg":"RS256"}`, "RS256", private, false},
		"named, of another key":    {`{"alg":"RS256","kid":"a"}`, "RS256", other, false},
		"as minted, of another":    {`{"alg":"RS256","kid":"a","typ":"JWT"}`, "RS256", other, false},
		"unnamed, of another key":  {`{"alg":"RS256"}`, "RS256", other, true},
		"as others mint, likewise": {`{"alg":"RS256","typ":"JWT"}`, "RS256", other, true},
		"unknown name":             {`{"alg":"RS256","kid":"b"}`, "RS256", private, true},
		"another algorithm":        {`{"alg":"PS256","kid":"a"}`, "PS256", private, true},
		"another kind of key":      {headHS256, "HS256", k1[:], true},
	} {
		var cl token.Claims
		err := c.Verify(mint(t, try.header, goodPayload, try.alg, try.key), t0, &cl)
		if errors.Is(err, token.ErrNoKey) != try.noKey || err != nil && !errors.Is(err, token.ErrInvalid) {
			t.Errorf("%s: %v, want that no key fits: %v", name, err, try.noKey)
		}
	}
}
