package adaptertest

import (
	"net/http"
	"net/url"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/pages"
	"github.com/authplug/authplug/core/remote"
)

var clientPageClaims = []claim{
	{"people log in, and out, at a client-service", clientPageLogin},
	{"people change their password there, and reset it at the auth-service", clientPagePasswords},
	{"a login ends when the auth-service says so", clientPageEnds},
	{"an outage is a page, and nobody is logged out by it", clientPageOutage},
}

const resetURL = "https://auth.example.com/auth/password-reset/"

// pagedClient serves a client-service with pages.
func (h Harness) pagedClient(t *testing.T, upstream string) *app {
	t.Helper()
	p, err := pages.New(pages.Settings{ResetURL: resetURL})
	if err != nil {
		t.Fatal(err)
	}
	a := h.client(t, upstream, clientInCookies(auth.CookiesOne), func(s *auth.Settings, _ *remote.Settings) { s.Pages = p })
	a.serve([]Route{{Method: http.MethodGet, Path: "/api/page", Login: true, Handle: a.whoami}})
	return a
}

func clientPageLogin(t *testing.T, h Harness) {
	own := h.app(t, nil)
	u := own.user(ann)
	a := h.pagedClient(t, own.online())
	b := a.browser()
	b.visit("/api/page").leads(t, "/auth/login/?next=%2Fapi%2Fpage")
	page := b.visit("/auth/login/?next=%2Fapi%2Fpage")
	page.shows(t, http.StatusOK, resetPath)
	b.submit("/auth/login/", page, url.Values{"email": {ann}, "password": {"wrong"}}).shows(t, http.StatusUnauthorized, "do not fit together")
	b.logIn(ann, "/api/page").leads(t, "/api/page")
	if p := b.visit("/api/page"); p.field("email") != ann {
		t.Errorf("%d %s", p.status, p.text)
	}
	b.submit("/auth/logout/", b.visit("/auth/logout/"), nil).leads(t, "/auth/login/")
	if own.live(u.ID) != 0 || b.cookie("access") != "" {
		t.Error("somebody is still logged in")
	}
	for _, path := range []string{"/auth/register/", "/auth/devices/"} {
		b.visit(path).want(t, http.StatusNotFound, "")
	}
}

const resetPath = `href="/auth/password-reset/`

func clientPagePasswords(t *testing.T, h Harness) {
	own := h.app(t, nil)
	u := own.user(ann)
	a := h.pagedClient(t, own.online())
	b := a.browser()
	p := b.visit("/auth/password-reset/?next=https://evil.example/")
	p.leads(t, resetURL)
	b.visit("/auth/password-change/done/").shows(t, http.StatusOK, "was changed")
	b.visit("/auth/password-change/").leads(t, "/auth/login/?next=%2Fauth%2Fpassword-change%2F")
	b.logIn(ann, "/auth/password-change/").leads(t, "/auth/password-change/")
	page := b.visit("/auth/password-change/")
	change := func(old, fresh, again string) reply {
		return b.submit("/auth/password-change/", page, url.Values{"old_password": {old}, "new_password1": {fresh}, "new_password2": {again}})
	}
	change("wrong", freshPassword, freshPassword).shows(t, http.StatusBadRequest, "not your current password")
	change(userPassword, freshPassword, "x").shows(t, http.StatusBadRequest, "do not match")
	change(userPassword, "short", "short").shows(t, http.StatusBadRequest, "too short")
	change(userPassword, freshPassword, freshPassword).leads(t, "/auth/password-change/done/")
	if own.row(u.ID).Epochs.Refresh == 0 || b.cookie("refresh") != "" {
		t.Error("the sessions live")
	}
	b.visit("/api/page").leads(t, "/auth/login/?next=%2Fapi%2Fpage")
}

func clientPageEnds(t *testing.T, h Harness) {
	own := h.app(t, nil)
	u := own.user(ann)
	a := h.pagedClient(t, own.online())
	b := a.browser()
	b.logIn(ann, "/api/page").leads(t, "/api/page")
	b.visit("/api/page").want(t, http.StatusOK, "")
	if err := own.service.EndSessions(t.Context(), auth.UserKey{ID: u.ID}); err != nil {
		t.Fatal(err)
	}
	b.visit("/api/page").leads(t, "/auth/login/?next=%2Fapi%2Fpage")
	b.visit("/auth/login/?next=%2Fapi%2Fpage").shows(t, http.StatusOK, `type="password"`)
}

func clientPageOutage(t *testing.T, h Harness) {
	up := newUpstream(t)
	up.knows("good", profileOf(7, ann, nil))
	a := h.pagedClient(t, up.url)
	b := a.browser()
	b.logIn(ann, "").leads(t, "/")
	up.does(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	b.visit("/api/page").shows(t, http.StatusServiceUnavailable, "cannot be reached")
	b.get("/api/page").shows(t, http.StatusServiceUnavailable, "auth_service_unavailable")
	if b.cookie("access") == "" || b.cookie("refresh") == "" {
		t.Error("an outage took the cookies")
	}
	inCookies := h.browserApp(t, auth.CookiesOne)
	inCookies.user(ann)
	misled := h.pagedClient(t, inCookies.online())
	misled.browser().logIn(ann, "").shows(t, http.StatusServiceUnavailable, "cannot be reached")
	if misled.count(auth.EventUnavailable) == 0 {
		t.Error("operators are told nothing")
	}
	other := a.browser()
	other.logIn(ann, "").shows(t, http.StatusServiceUnavailable, "cannot be reached")
}
