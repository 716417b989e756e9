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
			a.isOnly(fmt.Sprintf("user%d@example.com", i), access[i], true)
		}
		return 0
	})
	for i := range users {
		a.isOnly(fmt.Sprintf("user%d@example.com", i), access[i], false)
	}
}

// isOnly checks that routes see one user, and nobody where nobody asks. A machine that is busy may
// keep a store waiting for too long.
func (a *app) isOnly(email, access string, busy bool) {
	unknown := func(p reply) bool { return busy && p.status == http.StatusServiceUnavailable }
	for _, path := range []string{"/api/me", "/api/maybe", "/auth/user/"} {
		if p := a.get(path, access); p.field("email") != email && !unknown(p) {
			a.t.Errorf("%s is answered %d %s", email, p.status, p.text)
		}
	}
	if p := a.get("/api/maybe", ""); p.body["id"] != nil {
		a.t.Errorf("nobody is answered %s", p.text)
	}
	if p := a.get("/api/staff", access); p.status != http.StatusForbidden && !unknown(p) {
		a.t.Errorf("%s at /api/staff: %d", email, p.status)
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
