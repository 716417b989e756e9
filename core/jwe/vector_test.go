package jwe_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/authplug/authplug/core/jwe"
)

// JW-14. No vector of the file is of the one form that is accepted: each must be refused, whatever
// the file says of it, also where its key is ours.
func TestWycheproof(t *testing.T) {
	raw, err := os.ReadFile("../../../shared/data/wycheproof/json_web_encryption_test.json")
	if err != nil && os.Getenv("AUTHPLUG_REQUIRE_DATA") == "" {
		t.Skipf("without the vectors: %v", err)
	}
	var file struct {
		Groups []struct {
			Private struct {
				Secret string `json:"k"`
			} `json:"private"`
			Tests []struct {
				ID    int    `json:"tcId"`
				Token string `json:"jwe"`
			} `json:"tests"`
		} `json:"testGroups"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	refused, ours := 0, 0
	for _, group := range file.Groups {
		e, err := jwe.New(group.Private.Secret)
		if err != nil {
			e = newEncryption(t, keyOne)
		} else {
			ours++
		}
		for _, test := range group.Tests {
			if got, err := e.Decrypt(test.Token); err != jwe.ErrToken || got != "" { //nolint:errorlint // Each fault is the same value.
				t.Errorf("%d: %q, %v", test.ID, got, err)
			}
			refused++
		}
	}
	if refused != 139 || ours == 0 {
		t.Errorf("%d vectors, %d groups with a key of 32 bytes", refused, ours)
	}
}

func FuzzDecrypt(f *testing.F) {
	e := newEncryption(f, keyOne)
	f.Add(encrypted(f, e, signed))
	f.Add(signed)
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := e.Decrypt(raw)
		if err != nil && (got != "" || !errors.Is(err, jwe.ErrToken)) {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
	})
}
