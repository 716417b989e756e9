package web_test

import (
	"testing"

	"github.com/authplug/authplug/core/internal/web"
)

func TestIsPlainPath(t *testing.T) {
	for path, want := range map[string]bool{
		"/": true, "/auth": true, "/auth/": true, "/a/B-._~9/c": true, "/..a/b..": true,
		"": false, "auth": false, "//": false, "/a//b": false, "/a/./b": false, "/..": false, "/a/../": false,
		"/a b": false, "/a%20b": false, "/a?b": false, "/a#b": false, "/a:b": false, "/ä": false, "/\u212a": false, "/a@": false, "/[": false,
	} {
		if got := web.IsPlainPath(path); got != want {
			t.Errorf("IsPlainPath(%q) = %v, want %v", path, got, want)
		}
	}
}
