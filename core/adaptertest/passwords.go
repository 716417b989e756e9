package adaptertest

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var passwordClaims = []claim{
	{"a change replaces the password", changeReplaces},
	{"the old password is judged before the new one", changeJudgesTheOldFirst},
	{"whoever cannot log in cannot change a password", changeRefuses},
	{"every refusal takes the same work", changeTakesTheSameWork},
	{"a body changes nothing but the password", changeIgnoresPrivileges},
	{"the new password is judged by the rules", changeJudgesTheNew},
	{"of 20 at once one wins", changeHasOneWinner},
	{"a change ends every token of the user and nobody else's", changeEndsEverything},
	{"a failed change ends nothing", changeThatFailsEndsNothing},
}

func (a *app) changePassword(email, old, fresh string) reply {
	a.t.Helper()
	return a.post("/password-change/", object{"email": email, "password": old, "new_password": fresh})
}

const freshPassword = "another good password"

// judged are passwords and what is wrong with them.
var judged = map[string]string{
	"sho rt7":            `["This password is too short. It must contain at least 8 characters."]`,
	"🎉🎈🎁🎂🎄🎃🎀":            `["This password is too short. It must contain at least 8 characters."]`,
	"12345678":           `["This password is too common.","This password is entirely numeric."]`,
	"90817263540918":     `["This password is entirely numeric."]`,
	"٩٠٨١٧٢٦٣٥٤٠٩":       `["This password is entirely numeric."]`,
	"PassWord123":        `["This password is too common."]`,
	"annabel@example.co": `["The password is too similar to the email address."]`,
	"ANNABELE":           `["The password is too similar to the email address."]`,
}

// unobjectionable are passwords that nothing is wrong with.
var unobjectionable = []string{
	"        ", "éééééééé", "🎉🎈🎁🎂🎄🎃🎀🎊", "aaaaaaaaaaaaaaaaaaaaqz", "correcthorsebattery",
	strings.Repeat("long ", 200),
	strings.Repeat("1234567x", 8), strings.Repeat("1234567x", 16), "敏捷的棕色狐狸跳过", strings.Repeat("é", 1024),
	"\u00a0\u00a0\u00a0\u00a0\t\t\t\t", "p\u00e4ssw\u00f6rter", "' OR '1'='1",
}

// PW-01, PW-02.
func registerPasswords(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for plain, problems := range judged {
		a.register(object{"email": "annabel@example.com", "password": plain}).
			want(t, http.StatusBadRequest, `{"password":`+problems+`}`)
	}
	for i, plain := range unobjectionable {
		email := fmt.Sprintf("user%d@example.com", i)
		a.register(object{"email": email, "password": plain}).want(t, http.StatusCreated, "")
		a.tryLogin(email, plain).want(t, http.StatusOK, "")
		a.tryLogin(email, plain+" ").want(t, http.StatusUnauthorized, loginFailedBody)
	}
	hashes := a.service.PasswordStats().Computed
	a.register(object{"email": ann, "password": ann}).
		want(t, http.StatusBadRequest, fieldBody("password", "The password is too similar to the email address."))
	a.register(object{"email": ann, "password": "abcdefgh\x00x"}).
		want(t, http.StatusBadRequest, fieldBody("password", "Null characters are not allowed."))
	for _, long := range []string{strings.Repeat("x y", 500), strings.Repeat("é", 1025)} {
		a.register(object{"email": ann, "password": long}).
			want(t, http.StatusBadRequest, fieldBody("password", "Ensure this field has no more than 1024 characters."))
	}
	if n := a.service.PasswordStats().Computed - hashes; n != 0 {
		t.Errorf("%d hashes of passwords that were refused", n)
	}
}

func changeReplaces(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	a.changePassword(" ANN@example.com ", userPassword, "  fresh and spaced  ").want(t, http.StatusOK, "{}")
	a.tryLogin(ann, userPassword).want(t, http.StatusUnauthorized, loginFailedBody)
	a.tryLogin(ann, "fresh and spaced").want(t, http.StatusUnauthorized, loginFailedBody)
	a.tryLogin(ann, "  fresh and spaced  ").want(t, http.StatusOK, "")
	a.changePassword(ann, "  fresh and spaced  ", "  fresh and spaced  ").want(t, http.StatusOK, "{}")
	if u := a.row(u.ID); u.Epochs != (auth.Epochs{Access: 2, Refresh: 2}) {
		t.Errorf("epochs = %+v", u.Epochs)
	}
	if n := a.count(auth.EventPasswordChanged); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
	a.send(http.MethodPut, "/auth/password-change/", "{}").want(t, http.StatusMethodNotAllowed, "")
}

func changeJudgesTheOldFirst(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	a.changePassword(ann, "wrong", "123").want(t, http.StatusBadRequest, credentialsBody)
	a.changePassword(ann, userPassword, "123").
		want(t, http.StatusBadRequest, `{"new_password":["This password is too short. `+
			`It must contain at least 8 characters.","This password is too common.",`+
			`"This password is entirely numeric."]}`)
	a.post("/password-change/", object{"email": ann, "password": "wrong"}).
		want(t, http.StatusBadRequest, fieldBody("new_password", "This field is required."))
	if n := a.count(auth.EventPasswordChangeFailed); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}

// PW-07, RG-01.
func changeRefuses(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for what, l := range a.failing() {
		p := a.changePassword(l[0], l[1], freshPassword)
		if p.status != http.StatusBadRequest || p.text != credentialsBody {
			t.Errorf("%s: %d %s", what, p.status, p.text)
		}
	}
	a.login(ann)
	a.tryLogin(ann, freshPassword).want(t, http.StatusUnauthorized, loginFailedBody)
	key := auth.UserKey{Issuer: "https://id.example.com", RemoteID: "mirrored@example.com"}
	if u, err := a.store.Store.User(context.Background(), key); err != nil || u.PasswordHash != "" {
		t.Errorf("a mirrored user has got a password: %v, %v", u, err)
	}
}

// RG-10, PW-07.
func changeIgnoresPrivileges(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u, v := a.user(ann), a.user("bob@example.com")
	before, other := a.row(u.ID), a.row(v.ID)
	a.post("/password-change/", object{
		"email": ann, "password": userPassword, "new_password": freshPassword, "id": v.ID, "user_id": v.ID, "user": "bob@example.com",
		"is_staff": true, "is_superuser": true, "roles": []string{"admin"}, "permissions": []string{"x"}, "first_name": "Eve",
		"is_active": false, "epoch": 99, "password_hash": "x", "uuid": v.UUID,
	}).want(t, http.StatusOK, "{}")
	after := a.row(u.ID)
	if after.PasswordHash == before.PasswordHash {
		t.Error("the password stayed")
	}
	before.PasswordHash, before.Epochs, before.Version = after.PasswordHash, auth.Epochs{Access: 1, Refresh: 1}, after.Version
	if !reflect.DeepEqual(after, before) {
		t.Errorf("more than the password changed: %+v, want %+v", after, before)
	}
	if now := a.row(v.ID); !reflect.DeepEqual(now, other) {
		t.Errorf("another user changed: %+v", now)
	}
}

// RG-02, PW-07.
func changeTakesTheSameWork(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for what, l := range a.failing() {
		a.store.calls()
		before := a.service.PasswordStats().Computed
		a.changePassword(l[0], l[1], freshPassword)
		calls := a.store.calls()
		if n := a.service.PasswordStats().Computed - before; n != 1 || len(calls) != 1 || calls["User"] != 1 {
			t.Errorf("%s: %d hashes, %v", what, n, calls)
		}
	}
}

func changeJudgesTheNew(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user("annabel@example.com",
		func(n *auth.NewUser) { n.FirstName, n.LastName = "Maximilian", "Mustermann" })
	hash := a.row(u.ID).PasswordHash
	for plain, problems := range judged {
		a.changePassword("annabel@example.com", userPassword, plain).
			want(t, http.StatusBadRequest, `{"new_password":`+problems+`}`)
	}
	for plain, what := range map[string]string{"maximilian1": "first name", "MUSTERMANN": "last name"} {
		a.changePassword("annabel@example.com", userPassword, plain).
			want(t, http.StatusBadRequest, fieldBody("new_password", "The password is too similar to the "+what+"."))
	}
	if a.row(u.ID).PasswordHash != hash {
		t.Error("a refused password was stored")
	}
}

// PW-07.
func changeHasOneWinner(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	a.store.meet("User", 20)
	replies := together(20,
		func(i int) reply { return a.changePassword(ann, userPassword, fmt.Sprintf("%s %d", freshPassword, i)) })
	if n := statuses(replies); n[http.StatusOK] != 1 || n[http.StatusBadRequest] != 19 {
		t.Errorf("statuses = %v, want one winner", n)
	}
	for i, p := range replies {
		status := a.tryLogin(ann, fmt.Sprintf("%s %d", freshPassword, i)).status
		if p.status != status && (p.text != credentialsBody || status != http.StatusUnauthorized) {
			t.Errorf("change %d was answered %d %s, its login %d", i, p.status, p.text, status)
		}
	}
}

// RV-02, PW-07.
func changeEndsEverything(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	a.user("bob@example.com")
	mine := []pair{a.login(ann), a.login(ann), a.login(ann)}
	mine[2] = a.refreshed(mine[2].refresh)
	bob := a.login("bob@example.com")
	a.changePassword(ann, userPassword, freshPassword).want(t, http.StatusOK, "{}")
	for _, tokens := range mine {
		a.refusals("Bearer "+tokens.access, refusedBody(revokedText))
		a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
		a.verify(tokens.access).want(t, http.StatusUnauthorized, revokedBody)
		a.verify(tokens.refresh).want(t, http.StatusUnauthorized, revokedBody)
	}
	a.alive(bob, true)
	p := a.tryLogin(ann, freshPassword)
	p.want(t, http.StatusOK, "")
	a.alive(p.pair(), true)
	if row := a.row(u.ID); row.Epochs.Refresh != 1 {
		t.Errorf("epochs = %+v", row.Epochs)
	}
}

// RV-05.
func changeThatFailsEndsNothing(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	tokens := a.login(ann)
	a.changePassword(ann, "wrong", freshPassword).want(t, http.StatusBadRequest, "")
	a.changePassword(ann, userPassword, "123").want(t, http.StatusBadRequest, "")
	a.store.fail("UpdateUser")
	a.changePassword(ann, userPassword, freshPassword).want(t, http.StatusServiceUnavailable, unavailableBody)
	a.store.heal()
	a.login(ann)
	a.alive(tokens, true)
}
