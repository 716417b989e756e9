package adaptertest

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/password"
	"github.com/authplug/authplug/core/token"
)

// failing are the logins that fail, by what is wrong with them.
func (a *app) failing() map[string][2]string {
	a.user(ann)
	a.user("inactive@example.com", func(n *auth.NewUser) { n.Inactive = true })
	for name, stored := range map[string]string{
		"none": "", "unusable": "!unusable", "garbage": "garbage", "cut": "$argon2id$v=19$m=19456",
		"costly": "$argon2id$v=19$m=4294967295,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
	} {
		a.keepHash(a.user(name+"@example.com").ID, stored)
	}
	old := hashed(a.t, password.PBKDF2, userPassword)
	a.keepHash(a.user("old@example.com").ID, old)
	a.keepHash(a.user("old.inactive@example.com", func(n *auth.NewUser) { n.Inactive = true }).ID, old)
	a.mirror("mirrored@example.com", "")
	a.mirror("odd.mirrored@example.com", old)
	return map[string][2]string{
		"wrong password":                     {ann, "not " + userPassword},
		"longer password":                    {ann, userPassword + "x"},
		"other case":                         {ann, strings.ToUpper(userPassword)},
		"very long password":                 {ann, strings.Repeat(userPassword, 300)},
		"unknown":                            {"bob@example.com", userPassword},
		"inactive":                           {"inactive@example.com", userPassword},
		"inactive and wrong":                 {"inactive@example.com", "wrong"},
		"without a password":                 {"none@example.com", userPassword},
		"unusable password":                  {"unusable@example.com", userPassword},
		"garbage for a hash":                 {"garbage@example.com", "garbage"},
		"half a hash":                        {"cut@example.com", userPassword},
		"a hash that would cost all memory":  {"costly@example.com", userPassword},
		"another form of hash":               {"old@example.com", "wrong"},
		"another form of hash, inactive":     {"old.inactive@example.com", userPassword},
		"mirrored":                           {"mirrored@example.com", userPassword},
		"mirrored, with a password":          {"odd.mirrored@example.com", userPassword},
		"no address":                         {"ann", userPassword},
		"no address at all":                  {"@", userPassword},
		"an address with a line feed":        {"ann@example.com\r\nBcc: bob@example.com", userPassword},
		"two addresses":                      {"ann@example.com,bob@example.com", userPassword},
		"a wildcard":                         {"%@example.com", userPassword},
		"an address of 10,000 characters":    {strings.Repeat("a", 10000) + "@example.com", userPassword},
		"SQL":                                {"' OR '1'='1", userPassword},
		"an address that only looks like it": {"аnn@example.com", userPassword},
	}
}

// mirror adds a user of another service, whose passwords are judged there.
func (a *app) mirror(email, hash string) {
	a.t.Helper()
	u := &auth.User{
		UUID: token.NewID(), Issuer: "https://id.example.com", RemoteID: email, Email: email, Active: true, PasswordHash: auth.Secret(hash),
	}
	if err := a.store.Store.CreateUser(context.Background(), u); err != nil {
		a.t.Fatal(err)
	}
}

// RG-01.
func failuresLookAlike(t *testing.T, h Harness) {
	a := h.app(t, nil)
	logins := a.failing()
	model := a.tryLogin(ann, "wrong").header
	for what, l := range logins {
		p := a.tryLogin(l[0], l[1])
		if p.status != http.StatusUnauthorized || p.text != loginFailedBody {
			t.Errorf("%s: %d %s", what, p.status, p.text)
		}
		if !maps.EqualFunc(p.header, model,
			func(x, y []string) bool { return strings.Join(x, ",") == strings.Join(y, ",") }) {
			t.Errorf("%s: headers %v, want %v", what, p.header, model)
		}
	}
	if n := a.count(auth.EventLoginFailed); n != len(logins)+1 {
		t.Errorf("%d failures told of %d", n, len(logins)+1)
	}
	a.login(ann)
}

// RG-01, RG-02. What a login that is refused only after its password costs is the same as well.
func failuresTakeTheSameWork(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Users.MayLogin, s.Users.UpdateLastLogin = notBob, true })
	logins := a.failing()
	a.user("bobby@example.com")
	a.keepHash(a.user("bobo@example.com").ID, hashed(t, password.PBKDF2, userPassword))
	logins["may not log in"] = [2]string{"bobby@example.com", userPassword}
	logins["may not log in, another form of hash"] = [2]string{"bobo@example.com", userPassword}
	a.store.calls()
	for what, l := range logins {
		for _, endpoint := range []string{"/token/", "/token/sliding/"} {
			before := a.service.PasswordStats().Computed
			a.post(endpoint, object{"email": l[0], "password": l[1]}).want(t, http.StatusUnauthorized, loginFailedBody)
			n, calls := a.service.PasswordStats().Computed-before, a.store.calls()
			if n != 1 || !maps.Equal(calls, map[string]int{"User": 1}) {
				t.Errorf("%s: %d hashes, %v", what, n, calls)
			}
		}
	}
}
