package auth_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

func TestAVerifyingCodecMintsNothing(t *testing.T) {
	secret := auth.Secret("a secret for verifying, of more than 32 bytes")
	codec, err := auth.NewVerifyingCodec(auth.Settings{Signing: auth.Signing{Key: secret}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	cl := token.Claims{Kind: token.Access, ID: token.NewID(), User: "1", ExpiresAt: time.Now().Add(time.Hour)}
	if raw, err := codec.Mint(&cl); err == nil {
		t.Errorf("it mints %d bytes", len(raw))
	}
}

func TestAVerifyingCodecWaitsForPublishedKeys(t *testing.T) {
	settings := auth.Settings{Signing: auth.Signing{Algorithm: token.RS256}}
	if codec, err := auth.NewVerifyingCodec(settings, nil); codec != nil || err != nil {
		t.Errorf("without keys: %v, %v, want neither", codec, err)
	}
}

func TestAVerifyingCodecTellsEveryProblem(t *testing.T) {
	_, err := auth.NewVerifyingCodec(auth.Settings{
		Signing: auth.Signing{Leeway: time.Hour, Audience: []string{""}},
		Claims:  auth.ClaimSettings{UserID: "exp"},
	}, nil)
	var fields []string
	joined, _ := err.(interface{ Unwrap() []error })
	for _, e := range joined.Unwrap() {
		var p *auth.Problem
		if errors.As(e, &p) {
			fields = append(fields, p.FieldPath())
		}
	}
	slices.Sort(fields)
	want := []string{"Claims.UserID", "Signing.Audience", "Signing.Key", "Signing.Leeway"}
	if !slices.Equal(fields, want) {
		t.Errorf("problems of %v, want %v: %v", fields, want, err)
	}
}
