package auth

import (
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"
)

func FuzzPlainListReadsWhatJSONReads(f *testing.F) {
	for _, seed := range []string{`["a","b"]`, `["a", "b"]`, `[""]`, `[]`, `["a",1,"b"]`, `["a\"","b"]`, `["a",["b"]]`, `[" "]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if !utf8.ValidString(raw) || !json.Valid([]byte(raw)) {
			return
		}
		list, ok := plainList(raw)
		if !ok {
			return
		}
		var want []string
		if err := json.Unmarshal([]byte(raw), &want); err != nil || !slices.Equal(list, want) {
			t.Errorf("plainList(%s) = %q; JSON says %q, %v", raw, list, want, err)
		}
	})
}
