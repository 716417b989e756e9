package adaptertest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var guardClaims = []claim{
	{"nobody is asked to log in and somebody is refused", guardsRefuse},
	{"any role and every permission are enough", guardsAdmit},
	{"names are exact", guardNames},
	{"a guard that cannot decide denies", brokenGuards},
	{"a guard whose client has gone denies", guardsOfTheGone},
	{"no spelling of a path gets around a guard", pathsAroundGuards},
	{"an error of the application's own is answered", ownRefusals},
	{"a refusal never looks like a success", refusalsAreNone},
	{"a denied request has one answer and no handler", denialStopsTheChain},
	{"optional login takes nobody and refuses a bad token", optionalLogin},
	{"an inner guard does not authenticate again", guardsAuthenticateOnce},
}

const undecidedBody = `{"detail":"` + forbiddenText + `","code":"not_permitted"}`

// guarded adds a route behind guards and returns its path.
func (a *app) guarded(guards ...auth.Guard) string {
	a.serve([]Route{{Method: http.MethodGet, Path: "/api/own", Guards: guards, Handle: a.whoami}})
	return "/api/own"
}

// PG-08.
func guardsRefuse(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	access := a.login(ann).access
	denials := 0
	for _, path := range []string{"/api/editor", "/api/posts", "/api/staff"} {
		a.get(path, "").want(t, http.StatusUnauthorized, nobodyBody)
		a.get(path, access).want(t, http.StatusForbidden, forbiddenBody)
		if denials++; a.count(auth.EventDenied) != denials {
			t.Errorf("%d denials told of %d", a.count(auth.EventDenied), denials)
		}
		if a.hit(path) != 0 {
			t.Errorf("%s: the handler ran", path)
		}
	}
}

func guardsAdmit(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	for _, c := range []struct {
		change func(*auth.User)
		open   string
	}{
		{func(u *auth.User) { u.Roles = []string{"editor"} }, "/api/editor"},
		{func(u *auth.User) { u.Roles = []string{"x", "chief"} }, "/api/editor"},
		{func(u *auth.User) { u.Permissions = []string{"posts.view"} }, ""},
		{func(u *auth.User) { u.Permissions = []string{"posts.list", "posts.view"} }, "/api/posts"},
		{func(u *auth.User) { u.Staff = true }, "/api/staff"},
		{func(u *auth.User) { u.Superuser = true }, ""},
	} {
		a.update(u.ID, func(u *auth.User) {
			u.Roles, u.Permissions, u.Staff, u.Superuser = nil, nil, false, false
			c.change(u)
		})
		access := a.login(ann).access
		for _, path := range []string{"/api/editor", "/api/posts", "/api/staff"} {
			want := http.StatusForbidden
			if path == c.open {
				want = http.StatusOK
			}
			a.get(path, access).want(t, want, "")
		}
	}
}

// PG-03.
func guardNames(t *testing.T, h Harness) {
	a := h.app(t, nil)
	names := []string{
		"Editor", "editor ", " editor", "editors", "super-editor", "ed\u2060itor", "еditor", "*", "editor,chief",
		"EDITOR",
		"posts", "posts.*", "posts.view.all", "Posts.View", "posts.view ", "posts.", "%", "admin",
	}
	a.user(ann, func(n *auth.NewUser) { n.Roles, n.Permissions = names, names })
	access := a.login(ann).access
	a.get("/api/editor", access).want(t, http.StatusForbidden, forbiddenBody)
	a.get("/api/posts", access).want(t, http.StatusForbidden, forbiddenBody)
	for _, name := range names {
		a.get(a.guarded(auth.HasRole(name), auth.HasPermission(name)), access).want(t, http.StatusOK, "")
	}
}

func ownRefusals(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	unpaid := auth.NewError(http.StatusPaymentRequired, "unpaid", "Pay first.").WithHeader("X-Price", "5")
	guard := func(context.Context, *auth.Identity) error { return errors.Join(errOutage, unpaid) }
	p := a.get(a.guarded(guard), a.login(ann).access)
	p.want(t, http.StatusPaymentRequired, `{"detail":"Pay first.","code":"unpaid"}`)
	if p.header.Get("X-Price") != "5" {
		t.Errorf("headers = %v", p.header)
	}
}

func refusalsAreNone(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	access := a.login(ann).access
	for what, refusal := range map[string]*auth.Error{
		"the zero value":    {},
		"no status":         auth.NewError(0, "no", "No."),
		"a success":         auth.NewError(http.StatusOK, "no", "No."),
		"an odd success":    auth.NewError(299, "no", "No."),
		"an interim status": auth.NewError(http.StatusContinue, "no", "No."),
		"no HTTP status":    auth.NewError(600, "no", "No."),
	} {
		path := a.guarded(func(context.Context, *auth.Identity) error { return refusal })
		if p := a.get(path, access); p.status != http.StatusInternalServerError || p.text != internalBody {
			t.Errorf("%s: %d %s", what, p.status, p.text)
		}
	}
	var none *auth.Error
	a.get(a.guarded(func(context.Context, *auth.Identity) error { return none }), access).
		want(t, http.StatusForbidden, undecidedBody)
	if n := a.hit("/api/own"); n != 0 {
		t.Errorf("the handler ran %d times", n)
	}
}

// PG-01, PG-02.
func denialStopsTheChain(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	access := a.login(ann).access
	asked := 0
	never := func(context.Context, *auth.Identity) error {
		asked++
		return nil
	}
	path := a.guarded(auth.HasRole("nobody has it"), never, never)
	a.get(path, "").want(t, http.StatusUnauthorized, nobodyBody)
	a.get(path, "garbage").want(t, http.StatusUnauthorized, refusedBody(invalidText))
	a.get(path, access).want(t, http.StatusForbidden, forbiddenBody)
	a.store.fail("*")
	a.get(path, access).want(t, http.StatusServiceUnavailable, unavailableBody)
	a.store.heal()
	a.update(u.ID, deactivate)
	a.get(path, access).want(t, http.StatusUnauthorized, userInactiveBody)
	if asked != 0 || a.hit(path) != 0 {
		t.Errorf("%d guards were asked and %d handlers ran after a refusal", asked, a.hit(path))
	}
}

// PG-08, TC-01.
func optionalLogin(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	tokens := a.login(ann)
	a.get("/api/maybe", "").want(t, http.StatusOK, `{"id":null}`)
	if p := a.get("/api/maybe", tokens.access); p.field("email") != ann {
		t.Errorf("%d %s", p.status, p.text)
	}
	a.store.calls()
	a.get("/api/maybe", "").want(t, http.StatusOK, "")
	if calls := a.store.calls(); len(calls) != 0 {
		t.Errorf("nobody costs %v", calls)
	}
	hits := a.hit("/api/maybe")
	a.get("/api/maybe", tokens.refresh).want(t, http.StatusUnauthorized, refusedBody(wrongKindText))
	a.get("/api/maybe", "garbage").want(t, http.StatusUnauthorized, refusedBody(invalidText))
	a.store.fail("*")
	a.get("/api/maybe", tokens.access).want(t, http.StatusServiceUnavailable, unavailableBody)
	if a.hit("/api/maybe") != hits {
		t.Error("the handler ran")
	}
	a.get("/api/maybe", "").want(t, http.StatusOK, `{"id":null}`)
}

func guardsAuthenticateOnce(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	access := a.login(ann).access
	inner := a.handler
	a.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, err := a.service.Admit(r, auth.Authenticated)
		if err != nil {
			a.service.Answer(r, err).Write(w)
			return
		}
		inner.ServeHTTP(w, r)
	})
	a.store.calls()
	if p := a.get("/api/me", access); p.field("email") != ann {
		t.Errorf("%d %s", p.status, p.text)
	}
	calls := a.store.calls()
	if calls["User"] != 1 || calls["Session"] != 1 {
		t.Errorf("calls = %v, want one user and one session", calls)
	}
	a.get("/auth/user/", access).want(t, http.StatusOK, "")
	if again := a.store.calls(); !slices.Equal([]int{again["User"], again["Session"]}, []int{1, 1}) {
		t.Errorf("calls = %v, want one user and one session", again)
	}
}
