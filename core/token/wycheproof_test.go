package token_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/token"
)

// wycheproof is a file of test vectors of Project Wycheproof, for signatures or for keys.
type wycheproof struct {
	Groups []struct {
		Comment string          `json:"comment"`
		Public  json.RawMessage `json:"public"`
		Private json.RawMessage `json:"private"`
		Tests   []struct {
			ID      int             `json:"tcId"`
			Comment string          `json:"comment"`
			Token   json.RawMessage `json:"jws"`
			Result  string          `json:"result"`
		} `json:"tests"`
	} `json:"testGroups"`
}

const (
	emptyPayload   = "a JWT has a payload"
	otherAlgorithm = "the key is for another algorithm than the token"
	sameAsValid    = "the same bytes as 357, which is valid"
	illegalLetter  = "holds an illegal question mark"
)

// Where we answer otherwise than the files, and why. Only what is the same bytes as a valid vector,
// and a ring whose keys have ids and one algorithm each, is accepted against them.
var (
	signatureDeviations = map[int]string{
		259: emptyPayload, 264: emptyPayload, 268: emptyPayload, 272: emptyPayload, 320: emptyPayload,
		325: emptyPayload, 346: otherAlgorithm, 347: otherAlgorithm, 350: otherAlgorithm, 351: otherAlgorithm,
		367: sameAsValid, 370: sameAsValid, 372: illegalLetter, 373: illegalLetter,
	}
	keyDeviations = map[int]string{
		1: "a secret beside an elliptic key: each has its id and its algorithm, so that nothing is ambiguous",
	}
)

// JW-12.
func TestWycheproof(t *testing.T) {
	accepted, refused := runWycheproof(t, "json_web_signature_test.json", wycheproofKey, signatureDeviations)
	if accepted != 36 || refused != 365 {
		t.Errorf("accepted %d and refused %d", accepted, refused)
	}
}

// C-05 and JW-12: weak, mismatched and misused keys are refused themselves, not only what they
// signed.
func TestWycheproofKeys(t *testing.T) {
	accepted, refused := runWycheproof(t, "json_web_key_test.json", wycheproofSet, keyDeviations)
	if accepted != 6 || refused != 20 {
		t.Errorf("accepted %d and refused %d", accepted, refused)
	}
	var file wycheproof
	noError(t, json.Unmarshal(readData(t, "wycheproof/json_web_key_test.json"), &file))
	good := map[int]bool{1: true, 2: true, 5: true, 13: true, 14: true, 15: true}
	for _, group := range file.Groups {
		for what, raw := range map[string]json.RawMessage{"public": group.Public, "private": group.Private} {
			first := group.Tests[0].ID
			if _, err := token.ParseJWKSet(raw); raw != nil && (err == nil) != good[first] {
				t.Errorf("%d (%s, %s): ParseJWKSet = %v", first, group.Comment, what, err)
			}
		}
	}
}

// runWycheproof gives each group's key to load, which returns nil for one that is refused.
func runWycheproof(
	t *testing.T, name string, load func(t *testing.T, raw json.RawMessage) *token.Codec, deviations map[int]string,
) (accepted, refused int) {
	t.Helper()
	var file wycheproof
	noError(t, json.Unmarshal(readData(t, "wycheproof/"+name), &file))
	seen := map[int]bool{}
	for _, group := range file.Groups {
		key := group.Public
		if key == nil {
			key = group.Private
		}
		c := load(t, key)
		for _, test := range group.Tests {
			seen[test.ID] = true
			good := opens(c, test.Token)
			if good {
				accepted++
			} else {
				refused++
			}
			if deviations[test.ID] == "" != (good == (test.Result == "valid")) {
				t.Errorf("%d (%s): accepted %v, the file says %s", test.ID, test.Comment, good, test.Result)
			}
		}
	}
	for id, why := range deviations {
		if !seen[id] {
			t.Errorf("the file has no vector %d (%s)", id, why)
		}
	}
	return accepted, refused
}

// opens tells whether a vector is a string, and a token that the codec accepts as far as its
// signature goes.
func opens(c *token.Codec, vector json.RawMessage) bool {
	var raw string
	if json.Unmarshal(vector, &raw) != nil || c == nil {
		return false
	}
	_, err := c.Open(raw)
	return err == nil
}

func wycheproofKey(t *testing.T, raw json.RawMessage) *token.Codec {
	t.Helper()
	key, err := token.ParseJWK(raw)
	if strings.Contains(string(raw), `"k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"`) {
		key, err = token.WeakSecret("hs256-key", token.HS256, make([]byte, 32)), nil
	}
	if err != nil {
		t.Log(err)
		return nil
	}
	return newCodec(t, token.Config{Verify: []token.Key{key}})
}

func wycheproofSet(t *testing.T, raw json.RawMessage) *token.Codec {
	t.Helper()
	keys, err := token.ParseJWKSet(raw)
	if err != nil {
		t.Log(err)
		return nil
	}
	return newCodec(t, token.Config{Verify: keys})
}
