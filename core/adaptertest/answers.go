package adaptertest

import (
	"context"
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var answerClaims = []claim{
	{"the application adds to the answers of tokens", answersHaveMore},
	{"what it adds is of the user as it is now", answersAreFresh},
	{"a refusal is answered, a failure not told, and nobody loses a token", answersFail},
	{"without anything to add the answer is the protocol's", answersWithNothing},
}

// answering adds to the answers of tokens.
func answering(hook func(u *auth.User) map[string]any) func(*auth.Settings) {
	return func(s *auth.Settings) {
		s.Users.TokenAnswer = func(_ context.Context, u *auth.User) (map[string]any, error) { return hook(u), nil }
	}
}

func answersHaveMore(t *testing.T, h Harness) {
	more := answering(func(u *auth.User) map[string]any {
		if u.PasswordHash != "" || u.Codes != nil {
			t.Error("the hook got secrets")
		}
		u.Roles = []string{"root"} // a copy: nobody sees it
		return map[string]any{"user": plan{u.Email, 3}, "detail": "<ä>", "accesses": 1}
	})
	const rest = `,"accesses":1,"detail":"<ä>","user":{"Name":"ann@example.com","Seats":3}}`
	for what, configure := range map[string]func(*auth.Settings){"strict": nil, "easy": easy} {
		a := h.app(t, func(s *auth.Settings) {
			if configure != nil {
				configure(s)
			}
			more(s)
		})
		u := a.user(ann)
		p := a.tryLogin(ann, userPassword)
		p.want(t, http.StatusOK, `{"refresh":"`+p.field("refresh")+`","access":"`+p.field("access")+`"`+rest)
		for _, refresh := range []string{p.field("refresh"), a.foreign("refresh", u.ID, nil)} {
			p := a.refresh(refresh)
			second := ""
			if what == "strict" {
				second = `,"refresh":"` + p.field("refresh") + `"`
			}
			p.want(t, http.StatusOK, `{"access":"`+p.field("access")+`"`+second+rest)
		}
		p = a.post("/token/sliding/", object{"email": ann, "password": userPassword})
		p.want(t, http.StatusOK, `{"token":"`+p.field("token")+`"`+rest)
		p = a.slide(p.field("token"))
		p.want(t, http.StatusOK, `{"token":"`+p.field("token")+`"`+rest)
		if me := a.get("/api/me", a.login(ann).access); me.body["roles"] != nil {
			t.Errorf("the hook changed the user: %s", me.text)
		}
	}
}

func answersAreFresh(t *testing.T, h Harness) {
	a := h.app(t, answering(func(u *auth.User) map[string]any { return map[string]any{"name": u.FirstName} }))
	u := a.user(ann)
	tokens := a.login(ann)
	a.update(u.ID, func(u *auth.User) { u.FirstName = "Ann" })
	if p := a.refresh(tokens.refresh); p.field("name") != "Ann" {
		t.Errorf("%d %s", p.status, p.text)
	}
}

func answersFail(t *testing.T, h Harness) {
	var hook members
	a := h.app(t, func(s *auth.Settings) {
		s.Users.TokenAnswer = func(context.Context, *auth.User) (map[string]any, error) { return hook() }
	})
	a.hookFails(&hook, adds("access", "x"), adds("refresh", "x"), adds("token", "x"), adds("Access", "x"))
}

func answersWithNothing(t *testing.T, h Harness) {
	a := h.app(t, answering(func(*auth.User) map[string]any { return nil }))
	a.user(ann)
	p := a.tryLogin(ann, userPassword)
	p.want(t, http.StatusOK, `{"refresh":"`+p.field("refresh")+`","access":"`+p.field("access")+`"}`)
}
