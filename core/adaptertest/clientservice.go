package adaptertest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
)

var clientServiceClaims = []claim{
	{"another constructor makes a client-service of an application, and nothing else changes", sameAsClient},
	{"a stale header does not disturb the endpoints that take tokens in the body", staleHeaders},
	{"what the auth-service refuses is refused in its words", refusedUpstream},
	{"logging out always succeeds", clientLogout},
}

// client serves a client-service of the auth-service at a URL, which configure may change.
func (h Harness) client(t *testing.T, url string, configure ...func(*auth.Settings, *remote.Settings)) *app {
	t.Helper()
	settings, upstream := auth.Settings{}, remote.Settings{URL: url, AllowInsecure: true}
	for _, c := range configure {
		c(&settings, &upstream)
	}
	h.Serve = h.serveClient
	if upstream.Mirror.Map != nil {
		h.Serve = h.unwatched // it refuses in words that nothing can describe
	}
	a := h.bare(t)
	a.challenge = "Bearer"
	a.observe(&settings)
	service, err := remote.New(settings, auth.In(a.store), upstream)
	if err != nil {
		t.Fatalf("remote.New() = %v", err)
	}
	a.service = service
	a.serve(nil)
	return a
}

// online puts an application behind an address, which it returns.
func (a *app) online() string {
	server := httptest.NewServer(a.handler)
	a.t.Cleanup(server.Close)
	return server.URL
}

// rights are what users may do, by address.
var rights = map[string]func(*auth.NewUser){
	ann:               func(*auth.NewUser) {},
	"ed@example.com":  func(n *auth.NewUser) { n.Roles = []string{"editor"} },
	"bea@example.com": func(n *auth.NewUser) { n.Permissions = []string{"posts.view", "posts.list"} },
	"sam@example.com": func(n *auth.NewUser) { n.Staff = true },
}

// tellRights lets user/ tell roles and permissions as well.
func tellRights(s *auth.Settings) {
	s.Users.Profile = func(_ context.Context, u *auth.User) (map[string]any, error) {
		return map[string]any{
			"roles": slices.Concat([]string{}, u.Roles), "permissions": slices.Concat([]string{}, u.Permissions),
		}, nil
	}
}

func mirrorRights(_ *auth.Settings, r *remote.Settings) {
	r.Mirror.Fields = []string{"email", "is_staff", "roles", "permissions"}
}

func sameAsClient(t *testing.T, h Harness) {
	own := h.app(t, tellRights)
	for email, grant := range rights {
		own.user(email, grant)
	}
	url := own.online()
	for _, mode := range []remote.Mode{remote.VerifyRemote, remote.VerifyLocal, remote.VerifyHybrid} {
		t.Run(string(mode), func(t *testing.T) { sameAnswers(t, own, h.client(t, url, mirrorRights, verifying(mode))) })
	}
}

// verifying sets how tokens are verified: here by the shared key.
func verifying(mode remote.Mode) func(*auth.Settings, *remote.Settings) {
	return func(s *auth.Settings, r *remote.Settings) {
		r.Verify = mode
		if mode != remote.VerifyRemote {
			s.Signing.Key, s.Signing.AllowSampleKey = signingKey, true
		}
		if mode == remote.VerifyHybrid {
			r.CacheTTL = time.Minute
		}
	}
}

func sameAnswers(t *testing.T, own, client *app) {
	t.Helper()
	for email := range rights {
		mine, others := own.login(email), client.login(email)
		for _, path := range append([]string{"/api/maybe"}, guardedPaths...) {
			hits := client.hit(path)
			want, got := own.get(path, mine.access), client.get(path, others.access)
			got.wantLike(t, path+" of "+email, want)
			if ran := client.hit(path) - hits; ran != 1 && got.status < 400 || ran != 0 && got.status >= 400 {
				t.Errorf("%s of %s: the handler ran %d times", path, email, ran)
			}
		}
	}
	sameEndings(t, own, client)
}

// wantLike compares an answer with that of a service of its own: what is told of a user, and
// refusals to the byte.
func (p reply) wantLike(t *testing.T, what string, want reply) {
	t.Helper()
	if p.status != want.status || p.status >= 400 && p.text != want.text {
		t.Errorf("%s: %d %s, want %d %s", what, p.status, p.text, want.status, want.text)
	}
	for _, name := range []string{"email", "roles", "permissions", "staff", "stateless"} {
		if got, wanted := p.said(name), want.said(name); got != wanted {
			t.Errorf("%s: %s = %s, want %s", what, name, got, wanted)
		}
	}
}

// said returns a member of the body as text; an empty list is as good as none.
func (p reply) said(name string) string {
	if list, ok := p.body[name].([]any); ok && len(list) == 0 {
		return fmt.Sprint(nil)
	}
	return fmt.Sprint(p.body[name])
}

// sameEndings refreshes and logs out on both, with and without tokens that are good.
func sameEndings(t *testing.T, own, client *app) {
	t.Helper()
	mine, others := own.login(ann), client.login(ann)
	mine, others = own.refreshed(mine.refresh), client.refreshed(others.refresh)
	for _, c := range []func(a *app, p pair) reply{
		func(a *app, p pair) reply { return a.verify(p.access) },
		func(a *app, p pair) reply { return a.post(logoutPath, object{"refresh": p.refresh}) },
		func(a *app, p pair) reply { return a.refresh(p.refresh) },
		func(a *app, _ pair) reply { return a.refresh("x") },
		func(a *app, _ pair) reply { return a.verify("x") },
		func(a *app, _ pair) reply { return a.tryLogin(ann, "wrong") },
		func(a *app, _ pair) reply { return a.tryLogin("nobody@example.com", userPassword) },
		func(a *app, _ pair) reply { return a.post("/token/", object{"email": 5.5}) },
		func(a *app, _ pair) reply { return a.post("/token/refresh/", "[]") },
		func(a *app, _ pair) reply { return a.get("/api/me", "") },
		func(a *app, _ pair) reply {
			return a.post("/password-change/", object{"email": ann, "password": "wrong", "new_password": freshPassword})
		},
		func(a *app, _ pair) reply {
			return a.post("/password-change/", object{"email": ann, "password": userPassword, "new_password": "short"})
		},
	} {
		want, got := c(own, mine), c(client, others)
		if got.status != want.status || got.text != want.text {
			t.Errorf("%d %s, want %d %s", got.status, got.text, want.status, want.text)
		}
	}
}

func staleHeaders(t *testing.T, h Harness) {
	u := newUpstream(t)
	u.knows("good", profileOf(7, ann, nil))
	a := h.client(t, u.url)
	for _, stale := range []string{"Bearer stale", "Bearer", "Bearer a b", "bearer  x", "Bearer é"} {
		for endpoint, body := range map[string]object{
			"/token/":         {"email": ann, "password": userPassword},
			"/token/refresh/": {"refresh": "r.good"},
			"/token/verify/":  {"token": "good"},
			logoutPath:        {"refresh": "r.good"},
		} {
			before := u.count("/auth/token/verify/")
			a.post(endpoint, body, "Authorization", stale).want(t, http.StatusOK, "")
			if n := u.count("/auth/token/verify/") - before; n > 0 && endpoint != "/token/verify/" {
				t.Errorf("%q at %s: the auth-service was asked what it is", stale, endpoint)
			}
		}
	}
}

func refusedUpstream(t *testing.T, h Harness) {
	u := newUpstream(t)
	a := h.client(t, u.url)
	a.tryLogin(ann, userPassword).want(t, http.StatusUnauthorized, loginFailedBody)
	a.refresh("r.bad").want(t, http.StatusUnauthorized, invalidBody)
	a.verify("bad").want(t, http.StatusUnauthorized, invalidBody)
	a.get("/api/me", "bad").want(t, http.StatusUnauthorized, `{"detail":"`+invalidText+`"}`)
	a.get("/api/maybe", "bad").want(t, http.StatusUnauthorized, `{"detail":"`+invalidText+`"}`)
	u.does(answering429)
	for what, p := range map[string]reply{
		"login": a.tryLogin(ann, userPassword), "refresh": a.refresh("r"), "verify": a.verify("t"),
		"guard": a.get("/api/me", "t"), "optional login": a.get("/api/maybe", "t"),
	} {
		if p.status != http.StatusTooManyRequests || p.header.Get("Retry-After") != "30" ||
			p.text != `{"detail":"Slowly.","code":"throttled"}` {
			t.Errorf("%s: %d %s %v", what, p.status, p.text, p.header)
		}
	}
	if n := a.hit("/api/me") + a.hit("/api/maybe"); n != 0 {
		t.Errorf("handlers ran %d times", n)
	}
}

func answering429(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Retry-After", "30")
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = w.Write([]byte(`{"detail":"Slowly.","code":"throttled"}`))
}

func clientLogout(t *testing.T, h Harness) {
	u := newUpstream(t)
	a := h.client(t, u.url)
	for _, body := range []any{
		object{"refresh": "r"}, object{"refresh": ""}, object{"refresh": 5}, object{"refresh": nil}, object{}, "[1]", nil,
	} {
		a.post(logoutPath, body).want(t, http.StatusOK, loggedOutBody)
	}
	if n := u.count("/auth/token/blacklist/"); n == 0 {
		t.Error("the auth-service was not asked to end anything")
	}
	u.does(answering429)
	a.post(logoutPath, object{"refresh": "r"}).want(t, http.StatusOK, loggedOutBody)
}
