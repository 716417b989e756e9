package adaptertest

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
)

var clientAnswerClaims = []claim{
	{"each endpoint of a client-service hands on what the auth-service answers", clientSuccesses},
	{"a refusal by the auth-service without words is told in the protocol's", clientWordlessRefusals},
	{"a body and a method are looked at before the auth-service is asked", clientBadRequests},
	{"user/ refuses as guards do", clientProfileRefusals},
	{"where nobody is asked, a refresh refuses who is refused by now", clientRenewals},
	{"a stateless client-service calls users as the auth-service does", clientStateless},
	{"each endpoint of a client-service tells an outage from a fault", clientFailures},
}

// clientPosts are good requests to a client-service whose auth-service knows the token t.
func clientPosts() map[string]object {
	login := object{"email": ann, "password": userPassword}
	return map[string]object{
		"/token/": login, "/token/sliding/": login, "/token/refresh/": {"refresh": "r.t"},
		"/token/verify/": {"token": "t"}, "/token/sliding/refresh/": {"token": "t"}, logoutPath: {"refresh": "r.t"},
		"/password-change/": {"email": ann, "password": userPassword, "new_password": "x"},
	}
}

// asAnn answers every question with one body, and who somebody is with a profile.
func asAnn(t *testing.T, body string) http.HandlerFunc {
	profile := encoded(t, profileOf(7, ann, nil))
	return func(w http.ResponseWriter, r *http.Request) {
		text := body
		if r.Method == http.MethodGet {
			text = profile
		}
		answersWith(http.StatusOK, "application/json", text)(w, r)
	}
}

func clientSuccesses(t *testing.T, h Harness) {
	a, u, _ := h.met(t)
	for endpoint, body := range clientPosts() {
		a.post(endpoint, body).want(t, http.StatusOK, "")
	}
	if p := a.get("/auth/user/", "t"); p.field("email") != ann {
		t.Errorf("user/: %d %s", p.status, p.text)
	}
	for body, endpoints := range map[string][]string{
		`{"refresh":"r","access":"a","plan":"free"}`: {"/token/"},
		`{"access":"a","refresh":"r","plan":null}`:   {"/token/refresh/"},
		`{"token":"s","plan":["free"]}`:              {"/token/", "/token/sliding/", "/token/sliding/refresh/"},
	} {
		u.does(asAnn(t, body))
		for _, endpoint := range endpoints {
			a.post(endpoint, clientPosts()[endpoint]).want(t, http.StatusOK, body)
		}
	}
}

const wordlessBody = `{"detail":"Authentication service returned an error."}`

func clientWordlessRefusals(t *testing.T, h Harness) {
	a, u, _ := h.met(t)
	incorrect := `{"detail":"Incorrect authentication credentials."}`
	for _, status := range []int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests,
	} {
		wordless := func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "30")
			answersWith(status, "application/json", `["No."]`)(w, r)
		}
		u.does(wordless)
		for endpoint, body := range clientPosts() {
			if endpoint != logoutPath {
				a.post(endpoint, body).want(t, status, wordlessBody)
			}
		}
		ofBearer := http.StatusUnauthorized
		if status == http.StatusTooManyRequests {
			ofBearer, incorrect = status, wordlessBody
		}
		a.get("/auth/user/", "t").want(t, ofBearer, incorrect)
		u.does(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				wordless(w, r)
				return
			}
			answersWith(http.StatusOK, "application/json", "{}")(w, r)
		})
		a.get("/auth/user/", "t").want(t, ofBearer, wordlessBody)
	}
}

func clientBadRequests(t *testing.T, h Harness) {
	u := newUpstream(t)
	a := h.client(t, u.url)
	for endpoint := range clientPosts() {
		a.send(http.MethodPut, a.path(endpoint), nil).want(t, http.StatusMethodNotAllowed, "")
		a.post(endpoint, "{}", "Content-Type", "text/plain").want(t, http.StatusUnsupportedMediaType, "")
		a.post(endpoint, strings.Repeat(" ", 16385)).want(t, http.StatusRequestEntityTooLarge, tooLargeBody)
		a.post(endpoint, "{").want(t, http.StatusBadRequest, "")
	}
	a.post("/user/", nil).want(t, http.StatusMethodNotAllowed, "")
	for _, scope := range []auth.Scope{auth.ScopeOthers, auth.ScopeAll} {
		p := a.post(logoutPath, object{"refresh": "r", "scope": scope})
		if p.status != http.StatusBadRequest || p.field("code") != "invalid_scope" {
			t.Errorf("scope %s: %d %s", scope, p.status, p.text)
		}
	}
	a.post(logoutPath, object{"scope": "none"}).want(t, http.StatusBadRequest, "")
	a.refresh("é").want(t, http.StatusUnauthorized, invalidBody)
	a.verify("é").want(t, http.StatusUnauthorized, invalidBody)
	a.post("/token/sliding/refresh/", object{"token": "é"}).want(t, http.StatusUnauthorized, invalidBody)
	if n := u.count(); n != 0 {
		t.Errorf("the auth-service was asked %d times", n)
	}
}

func clientProfileRefusals(t *testing.T, h Harness) {
	a, u, row := h.met(t)
	const path = "/auth/user/"
	a.get(path, "").want(t, http.StatusUnauthorized, nobodyBody)
	a.withHeader(path, "Bearer").want(t, http.StatusUnauthorized, noTokenBody)
	a.withHeader(path, "Bearer t t").want(t, http.StatusUnauthorized, twoTokensBody)
	a.get(path, "é").want(t, http.StatusUnauthorized, opaqueBody)
	a.update(row.ID, deactivate)
	a.get(path, "t").want(t, http.StatusUnauthorized, userInactiveBody)
	a.user("boss@example.com")
	u.knows("t", profileOf(8, "boss@example.com", nil))
	a.get(path, "t").want(t, http.StatusForbidden, conflictBody)
	a.post("/token/sliding/", object{"email": "boss@example.com", "password": userPassword}).
		want(t, http.StatusForbidden, conflictBody)
	for _, mode := range []remote.Mode{remote.VerifyLocal, remote.VerifyHybrid} {
		a := h.client(t, u.url, verifying(mode))
		a.get(path, "t").want(t, http.StatusUnauthorized, invalidBody)
		a.get(path, a.foreign("refresh", "7", nil)).want(t, http.StatusUnauthorized, wrongKindBody)
		a.get(path, a.foreign("access", "7", object{"user_id": absent})).want(t, http.StatusUnauthorized, noUserClaimBody)
		a.get(path, a.foreign("access", "7", nil)).want(t, http.StatusUnauthorized, "") // the auth-service knows nobody
	}
}

func clientRenewals(t *testing.T, h Harness) {
	u := newUpstream(t)
	a := h.client(t, u.url, verifying(remote.VerifyLocal))
	a.user("boss@example.com")
	access := a.foreign("access", "7", nil)
	renew := func(profile object, status int, body string) {
		t.Helper()
		u.knows(access, profile)
		a.refresh("r."+access).want(t, status, body)
		a.post("/token/sliding/refresh/", object{"token": access}).want(t, status, body)
	}
	renew(profileOf(7, ann, nil), http.StatusOK, "")
	renew(profileOf(7, ann, object{"is_active": false}), http.StatusUnauthorized, noAccountBody)
	renew(profileOf(7, "boss@example.com", nil), http.StatusForbidden, conflictBody)
	renew(profileOf(7, ann, object{"email": 5}), http.StatusOK, "") // no word about her
	if p := a.get("/auth/user/", access); p.field("email") != ann {
		t.Errorf("user/: %d %s", p.status, p.text)
	}
}

func clientStateless(t *testing.T, h Harness) {
	u := newUpstream(t)
	u.knows("t", profileOf(0, ann, object{"id": "u-7", "last_name": absent}))
	stateless := func(s *auth.Settings, _ *remote.Settings) { s.Claims.Stateless = true }
	a := h.client(t, u.url, stateless)
	if p := a.get("/auth/user/", "t"); p.field("id") != "u-7" || p.field("email") != ann {
		t.Errorf("%d %s", p.status, p.text)
	}
	a.tryLogin(ann, userPassword).want(t, http.StatusOK, "")
	a = h.client(t, u.url, stateless, verifying(remote.VerifyLocal))
	a.get("/auth/user/", a.foreign("access", "7", nil)).want(t, http.StatusOK, "")
	a.get("/auth/user/", a.foreign("access", "7", object{"is_active": false})).
		want(t, http.StatusUnauthorized, userInactiveBody)
}

func clientFailures(t *testing.T, h Harness) {
	broken := false
	a, u, _ := h.met(t, func(s *auth.Settings, _ *remote.Settings) {
		s.Users.MayLogin = func(context.Context, *auth.User) error {
			if broken {
				panic(errOutage)
			}
			return auth.ErrForbidden
		}
		s.Users.Profile = func(context.Context, *auth.User) (map[string]any, error) { return nil, errOutage }
	})
	a.get("/auth/user/", "t").want(t, http.StatusInternalServerError, internalBody)
	logins := []string{"/token/", "/token/sliding/"}
	for _, answered := range []struct {
		status int
		body   string
	}{{http.StatusUnauthorized, loginFailedBody}, {http.StatusInternalServerError, internalBody}} {
		a.posts(logins).want(t, answered.status, answered.body)
		broken = true
	}
	a.store.fail("*")
	a.posts(logins).want(t, http.StatusServiceUnavailable, unavailableBody)
	a.get("/auth/user/", "t").want(t, http.StatusServiceUnavailable, unavailableBody)
	a.store.heal()
	u.knows("t", profileOf(7, ann, object{"last_name": 5}))
	a.posts(logins).want(t, http.StatusServiceUnavailable, unusableBody)
	a.get("/auth/user/", "t").want(t, http.StatusServiceUnavailable, unusableBody)
	u.does(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	endpoints := slices.Collect(maps.Keys(clientPosts()))
	endpoints = slices.DeleteFunc(endpoints, func(endpoint string) bool { return endpoint == logoutPath })
	a.posts(endpoints).want(t, http.StatusServiceUnavailable,
		`{"detail":"Authentication Service Connection Error.","code":"auth_service_unavailable"}`)
}

// replies are answers that should be the same.
type replies []reply

func (all replies) want(t *testing.T, status int, body string) {
	t.Helper()
	for _, p := range all {
		p.want(t, status, body)
	}
}

// posts sends good requests to some endpoints of a client-service.
func (a *app) posts(endpoints []string) replies {
	a.t.Helper()
	var all replies
	for _, endpoint := range endpoints {
		all = append(all, a.post(endpoint, clientPosts()[endpoint]))
	}
	return all
}
