package token_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authplug/authplug/core/token"
)

// remembering returns a codec that remembers verified tokens, and a token of it that lives an hour.
func remembering(t *testing.T, tokens int) (*token.Codec, string, time.Time) {
	t.Helper()
	codec, err := token.New(token.Config{Sign: mustKey(t, token.EdDSA), Remember: tokens})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_700_000_000, 0)
	return codec, mintFor(t, codec, "7", now), now
}

func mustKey(t *testing.T, alg token.Algorithm) token.Key {
	t.Helper()
	key, err := token.GenerateKey(alg)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func mintFor(t *testing.T, codec *token.Codec, user string, now time.Time) string {
	t.Helper()
	raw, err := codec.Mint(&token.Claims{Kind: token.Access, ID: token.NewID(), User: user, IssuedAt: now, ExpiresAt: now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestARememberedTokenIsJudgedEachTime(t *testing.T) {
	codec, raw, now := remembering(t, 64)
	var claims token.Claims
	for range 3 {
		if err := codec.Verify(raw, now, &claims); err != nil || claims.User != "7" {
			t.Fatalf("Verify() = %v, user %q", err, claims.User)
		}
	}
	if err := codec.Verify(raw, now.Add(time.Hour), &claims); !errors.Is(err, token.ErrExpired) {
		t.Errorf("after its end: %v", err)
	}
	if err := codec.Verify(raw, now.Add(-time.Minute), &claims); !errors.Is(err, token.ErrInvalid) {
		t.Errorf("before it was issued: %v", err)
	}
}

func TestNothingButTheRememberedTokenIsBelieved(t *testing.T) {
	codec, raw, now := remembering(t, 1) // all tokens meet in one place
	var claims token.Claims
	if err := codec.Verify(raw, now, &claims); err != nil {
		t.Fatal(err)
	}
	dot := strings.LastIndexByte(raw, '.')
	for i := range len(raw) {
		changed := raw[:i] + string(raw[i]^1) + raw[i+1:]
		if err := codec.Verify(changed, now, &claims); err == nil {
			t.Fatalf("byte %d may be another one", i)
		}
	}
	for _, odd := range []string{raw + "A", raw[:len(raw)-1], raw[:dot], raw[:dot+1], raw + ".", "." + raw} {
		for range 2 { // a refusal is not remembered as something good
			if err := codec.Verify(odd, now, &claims); err == nil {
				t.Errorf("%q is good", odd)
			}
		}
	}
	other, _, _ := remembering(t, 1)
	if err := other.Verify(raw, now, &claims); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("another codec: %v, want ErrNoKey", err)
	}
}

func TestRememberingIsBoundedAndShared(t *testing.T) {
	codec, raw, now := remembering(t, 8)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var claims token.Claims
			for range 50 {
				if err := codec.Verify(mintFor(t, codec, "8", now), now, &claims); err != nil {
					t.Errorf("Verify() = %v", err)
				}
				if err := codec.Verify(raw, now, &claims); err != nil || claims.User != "7" {
					t.Errorf("Verify() = %v, user %q", err, claims.User)
				}
			}
		})
	}
	all.Wait()
	if _, err := token.New(token.Config{Sign: mustKey(t, token.HS256), Remember: -1}); !errors.Is(err, token.ErrConfig) {
		t.Errorf("New() = %v, want ErrConfig", err)
	}
}
