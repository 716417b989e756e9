package password_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/password"
)

func TestCommonPasswordsAreSortedAndSmall(t *testing.T) {
	words, bytes, err := password.CommonWords()
	if err != nil {
		t.Fatal(err)
	}
	if len(words) != 29772 {
		t.Errorf("%d words; the documentation says 29772", len(words))
	}
	if bytes > 512<<10 {
		t.Errorf("%d bytes, want at most 512 KiB", bytes)
	}
	for i, word := range words {
		if i > 0 && words[i-1] >= word {
			t.Errorf("%q comes before %q", words[i-1], word)
		}
		if len(word) < 3 || word != strings.TrimSpace(strings.ToLower(word)) {
			t.Errorf("%q is too short, not in lower case or has white space", word)
		}
	}
}

func TestEveryCommonPasswordIsFound(t *testing.T) {
	words, _, err := password.CommonWords()
	if err != nil {
		t.Fatal(err)
	}
	p := newPolicy(t, 0)
	for _, word := range words {
		if !slices.Contains(problems(t, p, " "+strings.ToUpper(word), password.Subject{}), tooCommon) {
			t.Errorf("%q is not found", word)
		}
	}
}

func TestCommonPasswordsKnowTheUsualOnes(t *testing.T) {
	p := newPolicy(t, 0)
	for pw, want := range map[string]bool{
		"password123": true, "password123456": true, "PASSWORD1234567": true, "123": true, "1qaz2wsx": true,
		"qwertyui": true, "trustno1": true, "iloveyou": true, "1234567890123": true, "zzzzzzzz": true,
		"letmein2026": true, "asdfghjkl": true, "87654321": true,
		"8472910563": false, "S3cure!P@ssw0rd": false, "correct horse battery": false, "user-pass": false,
		"Brand!New9x": false, "N3wP@ss!2026": false, "Old-Pass-2026!": false, "Adm1n!Pass2026": false,
		"": false, "\x00": false, "zzzzzzzzzzzzzzzzzzzzzzz": false, "pass\nword": false, "İloveyou": false,
	} {
		if got := slices.Contains(problems(t, p, pw, password.Subject{}), tooCommon); got != want {
			t.Errorf("%q is common: %v, want %v", pw, got, want)
		}
	}
}

func TestBrokenListIsAnError(t *testing.T) {
	for _, compressed := range []string{"", "not gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03cut"} {
		if password.DecodeWords([]byte(compressed)) == nil {
			t.Errorf("%q was read", compressed)
		}
	}
}
