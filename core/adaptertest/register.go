package adaptertest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var registerClaims = []claim{
	{"a registration answers what was stored", registerAnswers},
	{"whoever registered can log in", registerThenLogin},
	{"all problems are told at once", registerProblems},
	{"an address has to be one", registerAddresses},
	{"what only an administrator may set is ignored", registerIgnoresPrivileges},
	{"an address in another spelling is taken", registerDuplicates},
	{"of 40 at once in two spellings one wins", registerHasOneWinner},
	{"fields have their limits", registerLimits},
	{"a password is judged by the rules", registerPasswords},
	{"a stale authorization header does not matter", registerIgnoresTheHeader},
	{"text stays what it is", registerKeepsText},
}

func (a *app) register(body any, header ...string) reply {
	a.t.Helper()
	return a.post("/create-user/", body, header...)
}

func registerAnswers(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.register(object{"email": "  Ann@Example.COM ", "password": userPassword}).want(t, http.StatusCreated,
		`{"id":1,"email":"ann@example.com","first_name":"","last_name":"","phone":null}`)
	a.register(object{
		"email": "bob@example.com", "password": userPassword, "first_name": " Bob ", "last_name": "", "phone": "+44 20",
	}).want(t, http.StatusCreated,
		`{"id":2,"email":"bob@example.com","first_name":"Bob","last_name":"","phone":"+44 20"}`)
	a.register(object{"email": "eve@example.com", "password": userPassword, "phone": nil}).
		want(t, http.StatusCreated, "")
	p := a.register(object{"email": "joe@example.com", "password": userPassword, "phone": ""})
	p.want(t, http.StatusCreated, `{"id":4,"email":"joe@example.com","first_name":"","last_name":"","phone":""}`)
	u := a.row("2")
	if !u.Active || u.Staff || u.Superuser || !u.DateJoined.Equal(start) || !u.LastLogin.IsZero() ||
		len(u.UUID) != 36 {
		t.Errorf("stored %+v", u)
	}
	if n := a.count(auth.EventRegistered); n != 4 {
		t.Errorf("%d events, want 4", n)
	}
}

func registerThenLogin(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.register("email=ann%40example.com&password=correct+horse+battery+staple",
		"Content-Type", "application/x-www-form-urlencoded").want(t, http.StatusCreated, "")
	a.get("/api/me", a.login("ANN@example.com").access).want(t, http.StatusOK, "")
}

func registerProblems(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	long := strings.Repeat("x", 151)
	a.register(object{
		"email": "Ann@example.com", "password": "123", "first_name": long, "last_name": nil,
		"phone": long,
	}).
		want(t, http.StatusBadRequest,
			`{"email":["This email already exists."],"password":["This password is too short. `+
				`It must contain at least 8 characters.","This password is too common.",`+
				`"This password is entirely numeric."],`+
				`"first_name":["Ensure this field has no more than 150 characters."],`+
				`"last_name":["This field may not be null."],`+
				`"phone":["Ensure this field has no more than 15 characters."]}`)
	a.register(object{"email": "x", "first_name": true}).want(t, http.StatusBadRequest,
		`{"email":["Enter a valid email address."],"password":["This field is required."],`+
			`"first_name":["Not a valid string."]}`)
	a.register(object{"email": "", "password": ""}).want(t, http.StatusBadRequest,
		`{"email":["This field may not be blank."],"password":["This field may not be blank."]}`)
}

// RG-07.
func registerAddresses(t *testing.T, h Harness) {
	a := h.app(t, nil)
	before := a.service.PasswordStats().Computed
	for _, address := range []string{
		"a", "a@", "@x.com", "a@x", "a@x.com\r\nBcc: b@y.com", "a@x.com,b@y.com", "a@x.com b@y.com", "<a@x.com>",
		`"a b"@x.com`, "a@b@x.com", "a@-x.com", "a..b@x.com", ".a@x.com", "a@x..com", "a@x_y.com", "ä@x.com",
		"a\tb@x.com",
		strings.Repeat("a", 65) + "@x.com", "a@" + strings.Repeat("x", 250) + ".com", "a@x.com.",
		"a@" + strings.Repeat("xxx.", 63) + "com", "mailto:a@x.com<", "a@x\u2028.com", "a@[1.2.3]",
	} {
		p := a.register(object{"email": address, "password": userPassword})
		if p.status != http.StatusBadRequest || p.text != fieldBody("email", "Enter a valid email address.") {
			t.Errorf("%.40q: %d %s", address, p.status, p.text)
		}
	}
	if n, rows := a.service.PasswordStats().Computed-before, a.state(nil); n != 0 || rows != "" {
		t.Errorf("%d hashes for nothing, and these users: %s", n, rows)
	}
	a.register(object{"email": "a\x00@x.com", "password": userPassword}).
		want(t, http.StatusBadRequest, fieldBody("email", "Null characters are not allowed."))
}

// RG-10.
func registerIgnoresPrivileges(t *testing.T, h Harness) {
	a := h.app(t, nil)
	v := a.user("victim@example.com")
	a.register(object{
		"email": ann, "password": userPassword, "id": 1, "uuid": v.UUID, "pk": 1, "version": 99, "is_active": false,
		"active":   false,
		"is_staff": true, "staff": true, "is_superuser": true, "superuser": true, "role": "admin",
		"roles":       []string{"admin"},
		"permissions": []string{"x"}, "groups": []int{1}, "epoch": 7, "epochs": object{"Access": 7},
		"email_verified": true,
		"date_joined":    "2000-01-01T00:00:00Z", "last_login": "2000-01-01T00:00:00Z", "password_hash": "x",
		"PasswordHash": "x",
		"location":     "London", "extra": object{"plan": "paid"}, "issuer": "x", "remote_id": "x",
		"Roles": []string{"admin"},
	}).
		want(t, http.StatusCreated,
			`{"id":2,"email":"ann@example.com","first_name":"","last_name":"","phone":null}`)
	u := a.row("2")
	if u.UUID == v.UUID || u.Version == 99 || !u.Active || u.Staff || u.Superuser ||
		len(u.Roles)+len(u.Permissions) != 0 ||
		u.Epochs != (auth.Epochs{}) || !u.DateJoined.Equal(start) || !u.LastLogin.IsZero() || u.Location != nil ||
		u.Extra != nil || u.Issuer != "" || u.RemoteID != "" {
		t.Errorf("stored %+v", u)
	}
	a.login(ann)
}

func registerDuplicates(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.register(object{"email": "Ann@Bücher.example", "password": userPassword}).want(t, http.StatusCreated, "")
	hash := a.row("1").PasswordHash
	for _, spelling := range []string{
		"ann@bücher.example", "ANN@BÜCHER.EXAMPLE", "ann@xn--bcher-kva.example", "Ann@XN--BCHER-KVA.example",
		" ann@bücher.example ", "ann@bu\u0308cher.example",
	} {
		a.register(object{"email": spelling, "password": "another good password"}).
			want(t, http.StatusBadRequest, emailTakenBody)
	}
	if u := a.row("1"); u.PasswordHash != hash || u.Version != 1 {
		t.Errorf("a refused registration changed the row: %+v", u)
	}
	a.login("ann@bücher.example")
}

// RG-11.
func registerHasOneWinner(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.store.meet("User", 40)
	replies := together(40, func(i int) reply {
		return a.register(object{
			"email":    []string{ann, "ANN@Example.com"}[i%2],
			"password": fmt.Sprintf("%s %d", userPassword, i),
		})
	})
	if n := statuses(replies); n[http.StatusCreated] != 1 || n[http.StatusBadRequest] != 39 {
		t.Errorf("statuses = %v, want one winner", n)
	}
	for i, p := range replies {
		if p.status == http.StatusBadRequest && p.text != emailTakenBody {
			t.Errorf("%s", p.text)
		}
		status := a.tryLogin(ann, fmt.Sprintf("%s %d", userPassword, i)).status
		if (p.status == http.StatusCreated) != (status == http.StatusOK) {
			t.Errorf("registration %d was answered %d, its login %d", i, p.status, status)
		}
	}
	lister, ok := a.store.Store.(auth.UserLister)
	if !ok {
		return
	}
	if users, err := lister.Users(context.Background(), "", 10); err != nil || len(users) != 1 {
		t.Errorf("%d rows, %v", len(users), err)
	}
}

func registerLimits(t *testing.T, h Harness) {
	a := h.app(t, nil)
	longest := strings.Repeat("é", 150)
	p := a.register(object{
		"email": ann, "password": userPassword, "first_name": longest, "last_name": longest,
		"phone": strings.Repeat("0", 15),
	})
	p.want(t, http.StatusCreated, "")
	if p.field("first_name") != longest {
		t.Errorf("first name = %q", p.field("first_name"))
	}
	for field, value := range map[string]string{
		"first_name": longest + "é", "last_name": longest + "é", "phone": strings.Repeat("0", 16),
	} {
		limit := len([]rune(value)) - 1
		a.register(object{"email": "b@example.com", "password": userPassword, field: value}).
			want(t, http.StatusBadRequest,
				fieldBody(field, fmt.Sprintf("Ensure this field has no more than %d characters.", limit)))
	}
	a.register(object{"email": "b@example.com", "password": userPassword, "first_name": "a\x00b"}).
		want(t, http.StatusBadRequest, fieldBody("first_name", "Null characters are not allowed."))
}

func registerIgnoresTheHeader(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for i, header := range []string{"Bearer", "Bearer garbage", "Bearer a b c", "Basic YTpi"} {
		a.register(object{"email": fmt.Sprintf("user%d@example.com", i), "password": userPassword}, "Authorization",
			header).
			want(t, http.StatusCreated, "")
	}
}

func registerKeepsText(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for i, name := range []string{
		"Robert'); DROP TABLE auth_users;--", `"><script>alert(1)</script>&`, "日本語 🎉", "\u202e\ufeff", `\u0041\`,
		"a\u2028b", "%_",
	} {
		email := fmt.Sprintf("user%d@example.com", i)
		p := a.register(object{"email": email, "password": "90-xjq-817-kvw", "first_name": name})
		p.want(t, http.StatusCreated, "")
		access := a.tryLogin(email, "90-xjq-817-kvw").field("access")
		if got := a.get("/auth/user/", access).field("first_name"); got != p.field("first_name") ||
			got != strings.TrimSpace(name) {
			t.Errorf("%q became %q and %q", name, p.field("first_name"), got)
		}
	}
}
