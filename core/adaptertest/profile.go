package adaptertest

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var profileClaims = []claim{
	{"user/ answers nine fields in their order", profileFields},
	{"a time has microseconds or none", profileTimes},
	{"the application's own fields come after them", profileHook},
	{"a hook's refusal is answered and its failure is not told", profileHookFails},
	{"of a stateless identity what is not claimed is null", profileStateless},
	{"nobody has no profile", profileOfNobody},
}

// CK-13.
func profileFields(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann, func(n *auth.NewUser) { n.FirstName, n.LastName, n.Staff = "Ännchen", `"T" <a&b>`, true })
	p := a.get("/auth/user/", a.login(ann).access)
	p.want(t, http.StatusOK,
		`{"id":`+u.ID+`,"first_name":"Ännchen","email":"ann@example.com","last_name":"\"T\" <a&b>",`+
			`"date_joined":"2026-01-01T00:00:00Z","last_login":null,"is_active":true,`+
			`"is_staff":true,"is_superuser":false}`)
	for name, want := range map[string]string{"Cache-Control": "no-store", "Allow": "GET, HEAD, OPTIONS"} {
		if got := p.header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func profileTimes(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Users.UpdateLastLogin = true })
	a.pass(120 * time.Millisecond)
	a.user(ann)
	a.pass(880 * time.Millisecond)
	p := a.get("/auth/user/", a.login(ann).access)
	if p.field("date_joined") != "2026-01-01T00:00:00.120000Z" ||
		p.field("last_login") != "2026-01-01T00:00:01Z" {
		t.Errorf("%s", p.text)
	}
}

func profileHook(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		s.Users.Profile = func(_ context.Context, u *auth.User) (map[string]any, error) {
			if u.PasswordHash != "" || u.Codes != nil {
				t.Error("the hook got secrets")
			}
			u.Email = "mallory@example.com" // a copy: nobody sees it
			return map[string]any{
				"plan": "free", "groups": map[string]any{"a": []int{1}}, "accessgroup": nil, "last_name": "overridden",
			}, nil
		}
	})
	u := a.user(ann, func(n *auth.NewUser) { n.LastName = "Smith" })
	access := a.login(ann).access
	for range 2 {
		a.get("/auth/user/", access).
			want(t, http.StatusOK, `{"id":`+u.ID+`,"first_name":"","email":"ann@example.com",`+
				`"last_name":"overridden","date_joined":"2026-01-01T00:00:00Z","last_login":null,`+
				`"is_active":true,"is_staff":false,`+
				`"is_superuser":false,"accessgroup":null,"groups":{"a":[1]},"plan":"free"}`)
	}
}

func profileHookFails(t *testing.T, h Harness) {
	hook := nothing
	a := h.app(t, func(s *auth.Settings) {
		s.Users.Profile = func(context.Context, *auth.User) (map[string]any, error) { return hook() }
	})
	a.user(ann)
	access := a.login(ann).access
	for _, c := range brokenHooks() {
		hook = c.hook
		a.get("/auth/user/", access).want(t, c.status, c.body)
	}
	hook = nothing
	a.get("/auth/user/", access).want(t, http.StatusOK, "")
}

func profileStateless(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		easy(s)
		s.Claims.Stateless = true
	})
	u := a.user(ann, func(n *auth.NewUser) { n.FirstName, n.Staff = "Ann", true })
	a.get("/auth/user/", a.login(ann).access).
		want(t, http.StatusOK, `{"id":`+u.ID+`,"first_name":null,"email":null,`+
			`"last_name":null,"date_joined":null,"last_login":null,"is_active":true,`+
			`"is_staff":false,"is_superuser":false}`)
	a.get("/auth/user/", a.foreign("access", "4711", object{"first_name": "", "email": nil, "is_staff": true})).
		want(t, http.StatusOK,
			`{"id":4711,"first_name":"","email":null,"last_name":null,"date_joined":null,"last_login":null,`+
				`"is_active":true,"is_staff":true,"is_superuser":false}`)
}

func profileOfNobody(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.get("/auth/user/", "").want(t, http.StatusUnauthorized, nobodyBody)
	p := a.get("/auth/user/", strings.Repeat("x", 20))
	p.want(t, http.StatusUnauthorized, refusedBody(invalidText))
	if got := p.header.Get("Allow"); got != "GET, HEAD, OPTIONS" {
		t.Errorf("Allow = %q", got)
	}
}
