package env_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/authplug/authplug/core/env"
)

func TestFileHoldsTheValue(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	for content, want := range map[string]Kind{"a b": "a b", "key\n": "key", "key\r\n": "key", "key\n\n": "key\n"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		var got settings
		err := env.Load("X_", []string{"X_SIGNING_KEY=", "X_SIGNING_KEY_FILE=" + file}, &got)
		if err != nil || got.Key != want {
			t.Errorf("a file of %q gives %q, %v, want %q", content, got.Key, err, want)
		}
	}
}

func TestFileProblems(t *testing.T) {
	empty, blank := filepath.Join(t.TempDir(), "empty"), filepath.Join(t.TempDir(), "blank")
	for file, content := range map[string]string{empty: "\n", blank: " \r\n\n"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		environ []string
		want    string
	}{
		{[]string{"X_SIGNING_KEY_FILE=" + empty}, "X_SIGNING_KEY_FILE: the file is empty"},
		{[]string{"X_SIGNING_KEY_FILE=" + blank}, "X_SIGNING_KEY_FILE: the file is empty"},
		{
			[]string{"X_SIGNING_KEY_FILE=" + empty + "x"},
			"X_SIGNING_KEY_FILE: the file cannot be read: no such file or directory",
		},
		{
			[]string{"X_SIGNING_KEY_FILE=" + empty, "X_SIGNING_KEY=a"},
			"X_SIGNING_KEY: set together with X_SIGNING_KEY_FILE; set one of them",
		},
		{[]string{"X_NAME_FILE=" + empty}, "X_NAME_FILE: unknown; did you mean X_NAME?"},
	} {
		if err := env.Load("X_", c.environ, &settings{}); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %q", c.environ, err, c.want)
		}
	}
}
