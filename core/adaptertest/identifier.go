package adaptertest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var identifierClaims = []claim{
	{"a person can log in with another identifier", identifierLogsIn},
	{"problems are told by the field's name", identifierProblems},
	{"an identifier that names nobody is a wrong password", identifierOfNobody},
	{"an identifier that names nobody takes the same work", identifierTakesTheSameWork},
	{"an application that cannot look up is an outage", identifierOutage},
	{"an application has two seconds to look up", identifierDeadline},
}

// names are an application's own logins: what somebody types, and whose key it is.
type names map[string]auth.UserKey

func (n names) find(_ context.Context, identifier string) (auth.UserKey, error) {
	key, ok := n[identifier]
	switch {
	case identifier == "outage":
		return auth.UserKey{}, errOutage
	case !ok:
		return auth.UserKey{}, fmt.Errorf("names: %w", auth.ErrNotFound)
	}
	return key, nil
}

// named is an application whose users have names.
func (h Harness) named(t *testing.T) (*app, *auth.User) {
	t.Helper()
	n := names{}
	a := h.app(t, func(s *auth.Settings) { s.Users.LoginField, s.Users.FindLogin = "username", n.find })
	u := a.user(ann)
	n["ann"], n["Ännchen"] = auth.UserKey{ID: u.ID}, auth.UserKey{UUID: u.UUID}
	n["post"] = auth.UserKey{Email: " ANN@Example.com "}
	n["gone"], n["empty"] = auth.UserKey{ID: "4711"}, auth.UserKey{}
	n["nowhere"] = auth.UserKey{Issuer: "https://id.example.com"}
	remote := a.row(u.ID)
	remote.RemoteID = "r-7"
	if err := a.store.UpdateUser(context.Background(), remote); err != nil {
		t.Fatal(err)
	}
	n["no address"] = auth.UserKey{Email: "ann", RemoteID: "r-7"}
	n["inactive"] = auth.UserKey{ID: a.user("bob@example.com", func(n *auth.NewUser) { n.Inactive = true }).ID}
	return a, u
}

// namesOfNobody are identifiers of an application with names that cannot log in.
var namesOfNobody = []string{"unknown", "gone", "empty", "nowhere", "no address", "inactive", "ANN", ann}

func namedLogin(name, password string) object { return object{"username": name, "password": password} }

func identifierLogsIn(t *testing.T, h Harness) {
	a, u := h.named(t)
	for _, name := range []string{"ann", "Ännchen", "post", "  ann\t"} {
		for _, path := range []string{"/token/", "/token/sliding/"} {
			a.post(path, namedLogin(name, userPassword)).want(t, http.StatusOK, "")
		}
	}
	if n := a.live(u.ID); n != 8 {
		t.Errorf("%d live sessions, want 8", n)
	}
	change := namedLogin("Ännchen", userPassword)
	change["new_password"] = freshPassword
	a.post("/password-change/", change).want(t, http.StatusOK, "{}")
	a.post("/token/", namedLogin("ann", userPassword)).want(t, http.StatusUnauthorized, loginFailedBody)
	a.post("/token/", namedLogin("ann", freshPassword)).want(t, http.StatusOK, "")
}

func identifierProblems(t *testing.T, h Harness) {
	a, _ := h.named(t)
	const required = `["This field is required."]`
	both := `{"username":` + required + `,"password":` + required + `}`
	for _, path := range []string{"/token/", "/token/sliding/"} {
		a.post(path, "{}").want(t, http.StatusBadRequest, both)
		a.post(path, object{"email": ann, "password": userPassword}).
			want(t, http.StatusBadRequest, fieldBody("username", "This field is required."))
		a.post(path, namedLogin(" ", userPassword)).
			want(t, http.StatusBadRequest, fieldBody("username", "This field may not be blank."))
	}
	a.post("/password-change/", "{}").want(t, http.StatusBadRequest,
		`{"password":`+required+`,"new_password":`+required+`,"username":`+required+`}`)
	a.post("/create-user/", "{}").want(t, http.StatusBadRequest, `{"email":`+required+`,"password":`+required+`}`)
}

func identifierOfNobody(t *testing.T, h Harness) {
	a, _ := h.named(t)
	for _, name := range namesOfNobody {
		a.post("/token/", namedLogin(name, userPassword)).want(t, http.StatusUnauthorized, loginFailedBody)
		change := namedLogin(name, userPassword)
		change["new_password"] = freshPassword
		a.post("/password-change/", change).want(t, http.StatusBadRequest, credentialsBody)
	}
}

func identifierTakesTheSameWork(t *testing.T, h Harness) {
	a, _ := h.named(t)
	a.store.calls()
	for _, name := range append([]string{"ann"}, namesOfNobody...) {
		before := a.service.PasswordStats().Computed
		a.post("/token/", namedLogin(name, "wrong")).want(t, http.StatusUnauthorized, loginFailedBody)
		hashes, calls := a.service.PasswordStats().Computed-before, a.store.calls()
		if hashes != 1 || !maps.Equal(calls, map[string]int{"User": 1}) {
			t.Errorf("%s: %d hashes, %v", name, hashes, calls)
		}
	}
}

func identifierOutage(t *testing.T, h Harness) {
	a, _ := h.named(t)
	for _, path := range []string{"/token/", "/token/sliding/", "/password-change/"} {
		body := namedLogin("outage", userPassword)
		body["new_password"] = freshPassword
		a.post(path, body).want(t, http.StatusServiceUnavailable, unavailableBody)
	}
	if n := a.count(auth.EventLoginFailed); n != 0 {
		t.Errorf("%d logins failed, want none", n)
	}
}

func identifierDeadline(t *testing.T, h Harness) {
	var ends []time.Time
	a := h.app(t, func(s *auth.Settings) {
		s.Users.FindLogin = func(ctx context.Context, identifier string) (auth.UserKey, error) {
			end, _ := ctx.Deadline()
			ends = append(ends, end)
			return auth.UserKey{Email: identifier}, nil
		}
	})
	a.user(ann)
	a.login(ann)
	a.slidingToken()
	a.changePassword(ann, userPassword, freshPassword).want(t, http.StatusOK, "{}")
	_, err := a.service.Login(context.Background(), auth.Credentials{Identifier: ann, Password: freshPassword}, auth.Client{})
	if err != nil {
		t.Error(err)
	}
	if len(ends) != 4 {
		t.Errorf("FindLogin was asked %d times, want 4", len(ends))
	}
	for _, end := range ends {
		if left := time.Until(end); end.IsZero() || left > 2*time.Second {
			t.Errorf("FindLogin has until %v", end)
		}
	}
}
