package adaptertest

import (
	"fmt"
	"net/http"
	"testing"
)

var isolationClaims = []claim{
	{"64 users at once never see each other", usersAreIsolated},
	{"two services in one program share nothing", servicesAreIsolated},
}

// CN-03.
func usersAreIsolated(t *testing.T, h Harness) {
	a := h.app(t, nil)
	const users, rounds = 64, 10
	access := make([]string, users)
	for i := range users {
		email := fmt.Sprintf("user%d@example.com", i)
		a.user(email)
		access[i] = a.login(email).access
	}
	together(users, func(i int) int {
		for range rounds {
			a.isOnly(fmt.Sprintf("user%d@example.com", i), access[i])
		}
		return 0
	})
}

// isOnly checks that routes see one user, and nobody where nobody asks.
func (a *app) isOnly(email, access string) {
	for _, path := range []string{"/api/me", "/api/maybe", "/auth/user/"} {
		if p := a.get(path, access); p.field("email") != email {
			a.t.Errorf("%s is answered %d %s", email, p.status, p.text)
		}
	}
	if p := a.get("/api/maybe", ""); p.body["id"] != nil {
		a.t.Errorf("nobody is answered %s", p.text)
	}
	if p := a.get("/api/staff", access); p.status != http.StatusForbidden {
		a.t.Errorf("%s passes for staff", email)
	}
}

func servicesAreIsolated(t *testing.T, h Harness) {
	a, b := h.app(t, nil), h.app(t, nil)
	a.user("bob@example.com")
	a.user(ann)
	b.user(ann)
	tokens := a.login(ann)
	b.refresh(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
	b.refusals("Bearer "+tokens.access, refusedBody(revokedText))
	b.alive(b.login(ann), true)
	a.alive(tokens, true)
}
