package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
)

var clientMirrorClaims = []claim{
	{"twenty first requests of one stranger make one user", oneStranger},
	{"a user is written when the profile has changed, and not otherwise", mirrorsWhatChanged},
	{"privileges are taken where they are mapped by name, and nowhere else", suddenPrivileges},
	{"who is deactivated here stays so", localDeactivation},
	{"whom the auth-service calls inactive is refused", remotelyInactive},
	{"an account that was not mirrored is never adopted", neverAdopted},
	{"an address moves to the user who has it now", addressMoves},
	{"another id is another user", changedID},
	{"the application's own hook adds to a user, refuses it and fails", mirrorHooks},
	{"a profile that cannot be used changes nothing and is no refusal", unusableProfiles},
}

const conflictBody = `{"detail":"This account cannot be linked.","code":"account_conflict"}`

// mirrored returns the row of a mirrored user, or nil.
func (a *app) mirrored(issuer, remoteID string) *auth.User {
	a.t.Helper()
	u, err := a.store.Store.User(context.Background(), auth.UserKey{Issuer: issuer, RemoteID: remoteID})
	if err != nil && !errors.Is(err, auth.ErrNotFound) {
		a.t.Fatal(err)
	}
	return u
}

// met is a client-service that has met a user, and the user's row.
func (h Harness) met(t *testing.T, configure ...func(*auth.Settings, *remote.Settings)) (*app, *upstream, *auth.User) {
	t.Helper()
	u := newUpstream(t)
	u.knows("t", profileOf(7, ann, nil))
	a := h.client(t, u.url, configure...)
	a.get("/api/me", "t").want(t, http.StatusOK, "")
	row := a.mirrored(u.url, "7")
	if row == nil {
		t.Fatal("the user was not mirrored")
	}
	return a, u, row
}

// mapping copies what only the application knows.
func mapping(hook func(u *auth.User) error) func(*auth.Settings, *remote.Settings) {
	return func(_ *auth.Settings, r *remote.Settings) {
		r.Mirror.Map = func(_ context.Context, _ *remote.Profile, u *auth.User) error { return hook(u) }
	}
}

func oneStranger(t *testing.T, h Harness) {
	const n = 20
	u := newUpstream(t)
	for i := range n {
		u.knows(fmt.Sprint("t", i), profileOf(7, ann, nil)) // equal questions would be one
	}
	a := h.client(t, u.url)
	a.store.meet("User", n)
	ids := map[string]int{}
	for _, p := range together(n, func(i int) reply { return a.get("/api/me", fmt.Sprint("t", i)) }) {
		p.want(t, http.StatusOK, "")
		ids[p.field("id")]++
	}
	a.store.heal()
	row := a.mirrored(u.url, "7")
	if row == nil || ids[row.ID] != n {
		t.Errorf("the handlers saw users %v, the row is %v", ids, row)
	}
	if made := a.count(auth.EventUserMirrored); made != 1 {
		t.Errorf("%d users were made, want one", made)
	}
}

func mirrorsWhatChanged(t *testing.T, h Harness) {
	a, u, row := h.met(t)
	if row.Email != ann || row.FirstName != "Test" || row.LastName != "User" || row.PasswordHash != "" || !row.Active {
		t.Errorf("the row is %v", row)
	}
	a.store.calls()
	for range 3 {
		a.get("/api/me", "t").want(t, http.StatusOK, "")
	}
	if calls := a.store.calls(); calls["CreateUser"]+calls["UpdateUser"] != 0 {
		t.Errorf("the user was written again: %v", calls)
	}
	u.knows("t", profileOf(7, "new@example.com", object{"first_name": "Anna", "last_name": absent}))
	if p := a.get("/api/me", "t"); p.field("email") != "new@example.com" || p.field("id") != row.ID {
		t.Errorf("%d %s", p.status, p.text)
	}
	if now := a.row(row.ID); now.Email != "new@example.com" || now.FirstName != "Anna" || now.LastName != "User" {
		t.Errorf("the row is %v", now)
	}
}

func suddenPrivileges(t *testing.T, h Harness) {
	a, u, row := h.met(t)
	everything := object{
		"is_staff": true, "is_superuser": true, "roles": []string{"editor"},
		"permissions": []string{"posts.view", "posts.list"},
	}
	u.knows("t", profileOf(7, ann, everything))
	for _, path := range []string{"/api/editor", "/api/posts", "/api/staff"} {
		a.get(path, "t").want(t, http.StatusForbidden, forbiddenBody)
	}
	if now := a.row(row.ID); now.Staff || now.Superuser || now.Roles != nil || now.Permissions != nil {
		t.Errorf("privileges were taken: %v", now)
	}
	mapped := h.client(t, u.url, mirrorRights)
	for _, path := range []string{"/api/editor", "/api/posts", "/api/staff"} {
		mapped.get(path, "t").want(t, http.StatusOK, "")
	}
	if now := mapped.mirrored(u.url, "7"); now.Superuser {
		t.Error("a privilege was taken that is not mapped")
	}
}

// Not even the application's own hook activates a user.
func localDeactivation(t *testing.T, h Harness) {
	a, u, row := h.met(t, mapping(func(u *auth.User) error {
		u.Active, u.PasswordHash = true, "x"
		return nil
	}))
	a.update(row.ID, deactivate)
	for _, email := range []string{ann, "new@example.com"} {
		u.knows("t", profileOf(7, email, nil))
		for _, path := range append([]string{"/api/maybe"}, guardedPaths...) {
			a.get(path, "t").want(t, http.StatusUnauthorized, userInactiveBody)
		}
		a.tryLogin(email, userPassword).want(t, http.StatusUnauthorized, loginFailedBody)
	}
	if now := a.row(row.ID); now.Active || now.PasswordHash != "" {
		t.Errorf("the user was activated, or has a password: %v", now)
	}
	a.update(row.ID, func(u *auth.User) { u.Active = true })
	a.get("/api/me", "t").want(t, http.StatusOK, "")
}

func remotelyInactive(t *testing.T, h Harness) {
	a, u, row := h.met(t)
	u.knows("t", profileOf(7, ann, object{"is_active": false}))
	a.get("/api/me", "t").want(t, http.StatusUnauthorized, userInactiveBody)
	a.get("/api/maybe", "t").want(t, http.StatusUnauthorized, userInactiveBody)
	a.tryLogin(ann, userPassword).want(t, http.StatusUnauthorized, loginFailedBody)
	u.knows("stranger", profileOf(8, "b@example.com", object{"is_active": false}))
	a.get("/api/me", "stranger").want(t, http.StatusUnauthorized, userInactiveBody)
	if a.hit("/api/me") != 1 {
		t.Error("the handler ran")
	}
	u.knows("t", profileOf(7, ann, nil))
	if p := a.get("/api/me", "t"); p.field("id") != row.ID {
		t.Errorf("active again: %d %s", p.status, p.text)
	}
}

// The take-over by an address: whoever registers the address of the client-service's superuser at
// the auth-service would be the superuser.
func neverAdopted(t *testing.T, h Harness) {
	u := newUpstream(t)
	a := h.client(t, u.url, mirrorRights)
	boss := a.user("boss@example.com", func(n *auth.NewUser) { n.Superuser, n.Staff = true, true })
	for _, email := range []string{"boss@example.com", "BOSS@Example.com", " boss@example.com "} {
		u.knows("t", profileOf(7, email, object{"is_superuser": true}))
		for _, path := range append([]string{"/api/maybe"}, guardedPaths...) {
			a.get(path, "t").want(t, http.StatusForbidden, conflictBody)
		}
		a.tryLogin(email, userPassword).want(t, http.StatusForbidden, conflictBody)
	}
	a.tryLogin("boss@example.com", "another password").want(t, http.StatusUnauthorized, loginFailedBody)
	if now := a.row(boss.ID); encoded(t, now) != encoded(t, boss) || now.Version != boss.Version || now.Issuer != "" {
		t.Errorf("the local account has changed: %v", now)
	}
	if a.mirrored(u.url, "7") != nil || a.hit("/api/me") != 0 {
		t.Error("a user was made, or a handler ran")
	}
	u.knows("t", profileOf(7, "harmless@example.com", nil))
	a.get("/api/me", "t").want(t, http.StatusOK, "")
	u.knows("t", profileOf(7, "boss@example.com", nil))
	a.get("/api/me", "t").want(t, http.StatusForbidden, conflictBody)
}

func addressMoves(t *testing.T, h Harness) {
	a, u, first := h.met(t)
	u.knows("second", profileOf(8, ann, nil)) // an address given up and taken anew
	p := a.get("/api/me", "second")
	p.want(t, http.StatusOK, "")
	if p.field("email") != ann || p.field("id") == first.ID {
		t.Errorf("%s", p.text)
	}
	if now := a.row(first.ID); now.Email != "" || now.RemoteID != "7" || !now.Active {
		t.Errorf("who had the address before: %v", now)
	}
	u.knows("t", profileOf(7, "moved@example.com", nil))
	if p := a.get("/api/me", "t"); p.field("id") != first.ID || p.field("email") != "moved@example.com" {
		t.Errorf("%d %s", p.status, p.text)
	}
	u.knows("t", profileOf(7, ann, nil))
	u.knows("second", profileOf(8, "moved@example.com", nil)) // both exchange their addresses
	a.get("/api/me", "t").want(t, http.StatusOK, "")
	a.get("/api/me", "second").want(t, http.StatusOK, "")
	if a.mirrored(u.url, "7").Email != ann || a.mirrored(u.url, "8").Email != "moved@example.com" {
		t.Error("the addresses were not exchanged")
	}
}

func changedID(t *testing.T, h Harness) {
	a, u, first := h.met(t, mirrorRights)
	a.update(first.ID, func(u *auth.User) { u.Location = new(string) })
	u.knows("t", profileOf(9, ann, nil))
	p := a.get("/api/me", "t")
	p.want(t, http.StatusOK, "")
	if p.field("id") == first.ID || a.mirrored(u.url, "9").Location != nil {
		t.Errorf("another id got the row of the first: %s", p.text)
	}
	u.knows("t", profileOf(0, ann, object{"id": "9"}))
	if again := a.get("/api/me", "t"); again.field("id") != p.field("id") {
		t.Errorf("an id is the same as a number and as a text: %d %s", again.status, again.text)
	}
}

func mirrorHooks(t *testing.T, h Harness) {
	u := newUpstream(t)
	u.knows("t", profileOf(7, ann, nil))
	hook := func(u *auth.User) error {
		u.Roles, u.Extra = []string{"editor"}, raw(`{"plan": "free"}`)
		return nil
	}
	a := h.client(t, u.url, mapping(func(u *auth.User) error { return hook(u) }))
	a.get("/api/editor", "t").want(t, http.StatusOK, "")
	row := a.mirrored(u.url, "7")
	if string(row.Extra) != `{"plan":"free"}` {
		t.Errorf("the row is %v", row)
	}
	for what, c := range map[string]struct {
		hook   func(*auth.User) error
		status int
		body   string
	}{
		"refuses": {
			func(*auth.User) error { return auth.NewError(http.StatusForbidden, "unpaid", "Pay first.") },
			http.StatusForbidden, `{"detail":"Pay first.","code":"unpaid"}`,
		},
		"fails":  {func(*auth.User) error { return errOutage }, http.StatusServiceUnavailable, unusableBody},
		"panics": {func(*auth.User) error { panic(errOutage) }, http.StatusServiceUnavailable, unavailableBody},
		"writes no JSON": {
			func(u *auth.User) error { u.Extra = raw(`{`); return nil }, http.StatusServiceUnavailable, "",
		},
	} {
		hook = c.hook
		for _, path := range []string{"/api/maybe", "/api/editor", "/auth/user/"} {
			if p := a.get(path, "t"); p.status != c.status || c.body != "" && p.text != c.body {
				t.Errorf("a hook that %s on %s: %d %s", what, path, p.status, p.text)
			}
		}
	}
	if now := a.row(row.ID); now.Version != row.Version || a.hit("/api/maybe") != 0 || a.hit("/api/editor") != 1 {
		t.Errorf("the row is %v, or a handler ran", now)
	}
}

const unusableBody = `{"detail":"Authentication service returned an invalid user response.","code":"auth_service_unavailable"}`

func unusableProfiles(t *testing.T, h Harness) {
	a, u, row := h.met(t)
	for what, change := range map[string]object{
		"no e-mail": {"email": absent}, "null e-mail": {"email": nil}, "odd e-mail": {"email": "nope"},
		"no id": {"id": absent}, "null id": {"id": nil}, "a list as id": {"id": []int{7}}, "a fraction as id": {"id": 7.5},
		"null name": {"first_name": nil}, "long name": {"last_name": fmt.Sprintf("%0151d", 0)},
		"odd activity": {"is_active": "maybe"}, "null activity": {"is_active": nil},
	} {
		u.knows("t", profileOf(7, ann, change))
		p := a.get("/api/me", "t")
		if p.status != http.StatusServiceUnavailable || p.text != unusableBody {
			t.Errorf("%s: %d %s", what, p.status, p.text)
		}
	}
	if now := a.row(row.ID); now.Version != row.Version || a.hit("/api/me") != 1 {
		t.Errorf("the row is %v, and the handler ran %d times", now, a.hit("/api/me"))
	}
}
