package adaptertest

import (
	"encoding/base64"
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// routes are the application's own, one for each way to guard.
func routes() []Route {
	whoami := func(_ *http.Request, id *auth.Identity) any {
		if id == nil {
			return map[string]any{"email": nil}
		}
		return map[string]any{"email": id.User.Email}
	}
	return []Route{
		{Method: http.MethodGet, Path: "/api/maybe", Handle: whoami},
		{Method: http.MethodGet, Path: "/api/me", Auth: true, Handle: whoami},
		{Method: http.MethodGet, Path: "/api/editor", Role: []string{"editor", "chief"}, Handle: whoami},
		{
			Method: http.MethodGet, Path: "/api/posts", Permissions: []string{"posts.view", "posts.list"},
			Handle: whoami,
		},
		{Method: http.MethodGet, Path: "/api/staff", Guards: []auth.Guard{auth.Staff}, Handle: whoami},
	}
}

func unbase64(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
