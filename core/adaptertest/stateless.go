package adaptertest

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

var statelessClaims = []claim{
	{"an identity can be made of claims", statelessIdentity},
	{"roles and permissions come from claims alone", statelessGuards},
	{"a claim of another type than its field is refused", statelessTypes},
	{"an inactive user is refused", statelessInactive},
	{"a session that ended is refused unless nobody asks", statelessSessions},
	{"hooks add claims and applications read them", hooksAddClaims},
	{"hooks add a subject, and claims to refresh tokens alone", hooksAddSubject},
	{"a hook's refusal is answered and its failure is not told", hooksFail},
	{"application data reaches the handler", extraData},
}

func stateless(s *auth.Settings) {
	easy(s)
	s.Claims.Stateless = true
	s.Claims.Access = []string{
		"email", "first_name", "is_staff", "roles", "permissions", "phone", "date_joined",
		"extra",
	}
}

func statelessIdentity(t *testing.T, h Harness) {
	a := h.app(t, stateless)
	u := a.user(ann, func(n *auth.NewUser) { n.Roles, n.Staff = []string{"editor", `a "quoted", one`}, true })
	access := a.login(ann).access
	a.store.fail("*")
	p := a.get("/api/me", access)
	if p.field("id") != u.ID || p.field("email") != ann || p.body["stateless"] != true ||
		p.body["staff"] != true {
		t.Errorf("%d %s", p.status, p.text)
	}
	if roles, _ := p.body["roles"].([]any); len(roles) != 2 || roles[1] != `a "quoted", one` {
		t.Errorf("roles = %v", p.body["roles"])
	}
	if p := a.get("/api/me", a.foreign("access", "4711", nil)); p.field("id") != "4711" ||
		p.field("email") != "" {
		t.Errorf("%d %s", p.status, p.text)
	}
	a.refusals("Bearer "+a.foreign("access", "1", object{"user_id": absent}), noUserClaimBody)
}

// PG-03.
func statelessGuards(t *testing.T, h Harness) {
	a := h.app(t, stateless)
	u := a.user(ann)
	access := a.login(ann).access
	a.get("/api/editor", access).want(t, http.StatusForbidden, forbiddenBody)
	a.update(u.ID,
		func(u *auth.User) { u.Roles, u.Permissions = []string{"editor"}, []string{"posts.list", "posts.view"} })
	a.get("/api/editor", access).want(t, http.StatusForbidden, forbiddenBody)
	access = a.login(ann).access
	for path, want := range map[string]int{"/api/editor": 200, "/api/posts": 200, "/api/staff": 403} {
		a.get(path, access).want(t, want, "")
	}
	a.get("/api/staff", a.foreign("access", "1", object{"is_staff": true})).want(t, http.StatusOK, "")
	a.get(a.guarded(auth.HasRole("")), a.foreign("access", "1", object{"roles": []string{""}})).
		want(t, http.StatusForbidden, undecidedBody)
	for _, claim := range []string{"role", "Roles", "ROLES", "groups", "scope"} {
		a.get("/api/editor", a.foreign("access", "1", object{claim: []string{"editor"}})).
			want(t, http.StatusForbidden, "")
	}
}

// PG-03.
func statelessTypes(t *testing.T, h Harness) {
	a := h.app(t, stateless)
	for claim, values := range map[string][]string{
		"roles": {
			`"editor"`, `{"editor":true}`, `[["editor"]]`, `"user,editor"`, `true`, `[1]`,
			`[{"name":"editor"}]`,
		},
		"permissions":   {`"posts.view"`, `{}`, `1`},
		"is_staff":      {`"true"`, `1`, `"yes"`, `[true]`, `{}`},
		"is_superuser":  {`"false"`, `0`},
		"is_active":     {`"true"`, `1`},
		"email":         {`5`, `true`, `["a"]`, `{}`},
		"phone":         {`5`},
		"date_joined":   {`5`, `"yesterday"`},
		"first_name":    {`{}`},
		"hash_password": {`5`},
	} {
		for _, value := range values {
			p := a.get("/api/maybe", a.foreign("access", "1", object{claim: raw(value)}))
			if p.status != http.StatusUnauthorized || p.body["code"] != "token_not_valid" {
				t.Errorf("%s = %s: %d %s", claim, value, p.status, p.text)
			}
		}
	}
	for claim, value := range map[string]string{
		"roles": `null`, "email": `null`, "extra": `[1]`, "is_staff": `false`,
	} {
		a.get("/api/me", a.foreign("access", "1", object{claim: raw(value)})).want(t, http.StatusOK, "")
	}
}

func statelessInactive(t *testing.T, h Harness) {
	a := h.app(t, stateless)
	a.refusals("Bearer "+a.foreign("access", "1", object{"is_active": false}), userInactiveBody)
}

func statelessSessions(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		stateless(s)
		s.Tokens.AccessOutlivesSession = false
	})
	u := a.user(ann)
	tokens := a.login(ann)
	a.post(logoutPath, object{"refresh": tokens.refresh}).want(t, http.StatusOK, loggedOutBody)
	a.refusals("Bearer "+tokens.access, refusedBody(revokedText))
	tokens = a.login(ann)
	a.update(u.ID, func(u *auth.User) { u.Roles = []string{"editor"} })
	a.refusals("Bearer "+tokens.access, refusedBody(revokedText))
	a.get("/api/editor", a.refreshed(tokens.refresh).access).want(t, http.StatusOK, "")
	a.refusals("Bearer "+a.foreign("access", "4711", nil), userNotFoundBody)
}

// plan is data of an application's own.
type plan struct {
	Name  string
	Seats int
}

func hooksAddClaims(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		s.Claims.More = func(_ context.Context, u *auth.User, kind token.Kind) (map[string]any, error) {
			if u.PasswordHash != "" || u.Codes != nil {
				t.Error("the hook got secrets")
			}
			u.Roles = []string{"root"} // a copy: nobody sees it
			return map[string]any{"plan": plan{"free", 3}, "for": string(kind), "äöü": "<&>", "null": nil}, nil
		}
	})
	a.user(ann)
	tokens := a.login(ann)
	for kind, raw := range map[string]string{
		"access": tokens.access, "refresh": tokens.refresh, "sliding": a.slidingToken(),
	} {
		if c := claims(t, raw); c["for"] != kind || c["äöü"] != "<&>" || c["roles"] != nil {
			t.Errorf("%s: %v", kind, c)
		}
	}
	a.serve([]Route{{
		Method: http.MethodGet, Path: "/api/plan", Auth: true,
		Handle: func(_ *http.Request, id *auth.Identity) any { return planOf(t, id) },
	}})
	a.get("/api/plan", tokens.access).want(t, http.StatusOK, `{"Name":"free","Seats":3}`)
}

// planOf reads the plan of a token, and what it has not.
func planOf(t *testing.T, id *auth.Identity) plan {
	t.Helper()
	p, err := auth.ClaimAs[plan](id, "plan")
	if err != nil {
		t.Errorf("ClaimAs() = %v", err)
	}
	for _, name := range []string{"nothing", "null"} {
		if _, err := auth.ClaimAs[*plan](id, name); !errors.Is(err, auth.ErrNotFound) {
			t.Errorf("%s: a missing claim is %v", name, err)
		}
	}
	if _, err := auth.ClaimAs[int](id, "plan"); err == nil || errors.Is(err, auth.ErrNotFound) {
		t.Errorf("a claim of another type is %v", err)
	}
	return p
}

func hooksAddSubject(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		s.Claims.More = func(_ context.Context, u *auth.User, kind token.Kind) (map[string]any, error) {
			if kind == token.Refresh {
				return map[string]any{"sub": "user:" + u.ID, "purpose": "renewal"}, nil
			}
			return map[string]any{"sub": "user:" + u.ID}, nil
		}
	})
	u := a.user(ann)
	subject := `,"sub":"user:` + u.ID + `"}`
	tokens := a.login(ann)
	for range 2 {
		if p := payload(t, tokens.access); !strings.HasSuffix(p, subject) || strings.Contains(p, "purpose") {
			t.Errorf("access = %s", p)
		}
		if p := payload(t, tokens.refresh); !strings.HasSuffix(p, `,"purpose":"renewal"`+subject) {
			t.Errorf("refresh = %s", p)
		}
		a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
		tokens = a.refreshed(tokens.refresh)
	}
	sliding := a.slide(a.slidingToken()).field("token")
	if p := payload(t, sliding); !strings.HasSuffix(p, subject) {
		t.Errorf("sliding = %s", p)
	}
}

func hooksFail(t *testing.T, h Harness) {
	var hook members
	a := h.app(t, func(s *auth.Settings) {
		s.Claims.More = func(context.Context, *auth.User, token.Kind) (map[string]any, error) { return hook() }
	})
	a.hookFails(&hook, adds("exp", 1), adds("User_ID", 1))
}

// hookFails lets a hook that is asked at each login and refresh fail. Nobody loses a token by it.
func (a *app) hookFails(of *members, more ...members) {
	a.t.Helper()
	t, hook := a.t, nothing
	*of = func() (map[string]any, error) { return hook() }
	u := a.user(ann)
	foreign := a.foreign("refresh", u.ID, nil)
	for _, c := range brokenHooks(more...) {
		tokens, sliding, live := a.login(ann), a.slidingToken(), a.live(u.ID)
		hook = c.hook
		a.tryLogin(ann, userPassword).want(t, c.status, c.body)
		a.refresh(tokens.refresh).want(t, c.status, c.body)
		a.refresh(foreign).want(t, c.status, c.body)
		a.slide(sliding).want(t, c.status, c.body)
		a.tryLogin(ann, "wrong").want(t, http.StatusUnauthorized, loginFailedBody)
		if n := a.live(u.ID); n != live {
			t.Errorf("%d live sessions became %d: nobody has their tokens", live, n)
		}
		hook = nothing
		a.alive(tokens, true)
	}
	a.refresh(foreign).want(t, http.StatusOK, "")
}

func extraData(t *testing.T, h Harness) {
	for _, configure := range []func(*auth.Settings){nil, stateless} {
		a := h.app(t, configure)
		a.user(ann, func(n *auth.NewUser) { n.Extra = plan{"paid", 5} })
		a.user("bob@example.com")
		a.user("eve@example.com", func(n *auth.NewUser) { n.Extra = (*plan)(nil) })
		a.serve([]Route{{
			Method: http.MethodGet, Path: "/api/plan", Auth: true,
			Handle: func(_ *http.Request, id *auth.Identity) any {
				p, err := auth.ExtraAs[plan](id)
				if errors.Is(err, auth.ErrNotFound) {
					return "none"
				}
				return p
			},
		}})
		a.get("/api/plan", a.login(ann).access).want(t, http.StatusOK, `{"Name":"paid","Seats":5}`)
		a.get("/api/plan", a.login("bob@example.com").access).want(t, http.StatusOK, `"none"`)
		a.get("/api/plan", a.login("eve@example.com").access).want(t, http.StatusOK, `"none"`)
	}
}
