package auth_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/password"
	"github.com/authplug/authplug/core/token"
)

// ring returns two keys that contain the tests' own.
func ring(t *testing.T) []token.Key {
	t.Helper()
	keys := make([]token.Key, 0, 2)
	for _, id := range []string{"first", "second"} {
		k, err := token.NewSecret(id, token.HS256, []byte(testKey+id))
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, k)
	}
	return keys
}

func TestAServiceDoesNotShowItsKey(t *testing.T) {
	of := auth.Settings{Signing: auth.Signing{Keys: ring(t)}}
	for what, settings := range map[string]auth.Settings{"key": good(), "ring": of} {
		s, err := auth.New(settings, auth.In(noStore{}))
		if err != nil {
			t.Fatal(err)
		}
		if kept := s.Settings().Signing; kept.Key != "" || kept.VerifyingKey != "" {
			t.Errorf("%s: the settings have a key", what)
		}
		for what, v := range map[string]any{
			what + ", pointer": s, what + ", value": *s, what + ", settings": s.Settings(),
		} {
			checkHidden(t, what, v)
		}
	}
}

// checkHidden fails if fmt shows the tests' key in a value.
func checkHidden(t *testing.T, what string, v any) {
	t.Helper()
	key := []byte(testKey)
	forms := []string{
		testKey, hex.EncodeToString(key), strings.Trim(fmt.Sprintf("%d", key), "[]"),
		strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", key), "[]byte{"), "}"),
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		text := strings.ToLower(fmt.Sprintf(verb, v))
		for _, form := range forms {
			if strings.Contains(text, strings.ToLower(form)) {
				t.Errorf("%s: %s shows the key as %.20s…", what, verb, form)
			}
		}
	}
}

func TestTheCallersSlicesAreCopied(t *testing.T) {
	settings := auth.Settings{
		Signing: auth.Signing{
			Keys: ring(t), Audience: []string{"one", "two"},
		},
		Claims:    auth.ClaimSettings{Access: []string{"email"}},
		Tokens:    auth.TokenSettings{Accept: []token.Kind{token.Access}},
		Passwords: auth.PasswordSettings{Rules: make([]password.Rule, 0, 1)},

		Authenticators: []auth.Authenticator{&auth.Service{}},
	}
	s, err := auth.New(settings, auth.In(noStore{}))
	if err != nil {
		t.Fatal(err)
	}
	settings.Signing.Keys[0], settings.Signing.Audience[0] = settings.Signing.Keys[1], "changed"
	settings.Claims.Access[0], settings.Tokens.Accept[0] = "roles", token.Sliding
	settings.Authenticators[0] = nil
	kept := s.Settings()
	if kept.Authenticators[0] == nil {
		t.Error("the service runs without the authenticator that the caller removed")
	}
	if kept.Signing.Audience[0] != "one" || kept.Claims.Access[0] != "email" || kept.Tokens.Accept[0] != token.Access {
		t.Errorf("the service runs with what the caller changed: %+v", kept)
	}
	if len(kept.Signing.Keys) > 0 && kept.Signing.Keys[0].ID() != "first" {
		t.Errorf("the first key is %q", kept.Signing.Keys[0].ID())
	}
}
