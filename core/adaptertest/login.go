package adaptertest

import (
	"net/http"
	"testing"
)

func testLogin(t *testing.T, h Harness) {
	a := newApp(t, h, nil)
	a.user("ann@example.com")
	tokens := a.login("ann@example.com")

	p := a.get("/api/me", tokens.access)
	p.want(t, http.StatusOK, "")
	if got := p.field("email"); got != "ann@example.com" {
		t.Errorf("email = %q", got)
	}
	a.get("/api/me", "").want(t, http.StatusUnauthorized, `{"detail":"Authentication credentials were not provided."}`)
}
