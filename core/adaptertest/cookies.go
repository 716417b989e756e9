package adaptertest

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var cookieClaims = []claim{
	{"a login sets cookies, and each goes where it should", loginSetsCookies},
	{"a token that is in a cookie is not in the body", cookiesNotInBody},
	{"the access cookie authenticates, a header comes before it", cookieAuthenticates},
	{"a refresh reads its cookie and replaces it", refreshByCookie},
	{"a dead refresh cookie is cleared, a dead access cookie is nobody's", deadCookies},
	{"a logout takes away what was set, whatever tokens there are", logoutClears},
	{"a cookie that is there twice is nobody's", ambiguousCookies},
	{"a cookie that is there twice keeps no session alive", ambiguousLogout},
	{"a token in the cookie of another is no token", crossedCookies},
	{"a token that no browser would keep makes no session", oversizedCookies},
	{"a login looks at no cookie, and ends the session that the browser had", loginOverCookies},
	{"scripts read what they may of the access token", infoCookie},
	{"sliding tokens travel in the access cookie", slidingCookie},
	{"a browser is known again as a device", browserIsDevice},
	{"cookies end with the browser where they should", cookiesEndEarly},
}

// CK-01.
func loginSetsCookies(t *testing.T, h Harness) {
	const life, weeks = "; Max-Age=300", "; Max-Age=86400"
	secure, strict := "; HttpOnly; Secure; SameSite=Lax", "; HttpOnly; Secure; SameSite=Strict"
	domain := func(s *auth.Settings) { s.Cookies.Domain = "example.com" }
	insecure := func(s *auth.Settings) { s.PublicURL, s.Cookies.Insecure = "http://127.0.0.1:8000", true }
	for what, c := range map[string]struct {
		mode      string
		configure func(*auth.Settings)
		want      map[string]string
	}{
		"one": {auth.CookiesOne, func(*auth.Settings) {}, map[string]string{
			"__Host-access": "; Path=/" + life + secure, "__Secure-refresh": "; Path=/auth/" + weeks + strict,
			"__Host-csrf": "; Path=/; Secure; SameSite=Lax", "__Host-device": "; Path=/; Max-Age=34560000" + secure,
		}},
		"two": {auth.CookiesTwo, func(*auth.Settings) {}, map[string]string{
			"__Host-access": "; Path=/" + life + secure, "__Host-access-info": "; Path=/" + life + "; Secure; SameSite=Lax",
			"__Secure-refresh": "; Path=/auth/" + weeks + strict,
		}},
		"refresh": {auth.CookiesRefresh, func(*auth.Settings) {}, map[string]string{
			"__Secure-refresh": "; Path=/auth/" + weeks + strict, "__Host-access": "",
		}},
		"shared": {auth.CookiesTwo, domain, map[string]string{
			"__Secure-access":      "; Path=/; Domain=example.com" + life + secure,
			"__Secure-access-info": "; Path=/; Domain=example.com" + life + "; Secure; SameSite=Lax",
			"__Secure-refresh":     "; Path=/auth/" + weeks + strict, "__Host-csrf": "; Path=/; Secure; SameSite=Lax",
		}},
		"insecure": {auth.CookiesOne, insecure, map[string]string{
			"access": "; Path=/" + life + "; HttpOnly; SameSite=Lax", "refresh": "; Path=/auth/" + weeks + "; HttpOnly; SameSite=Strict",
			"csrf": "; Path=/; SameSite=Lax",
		}},
		"none": {auth.CookiesOne, func(s *auth.Settings) { s.Cookies.SameSite = "none" }, map[string]string{
			"__Host-access": "; Path=/" + life + "; HttpOnly; Secure; SameSite=None", "__Host-csrf": "; Path=/; Secure; SameSite=None",
		}},
		"own names": {auth.CookiesOne, func(s *auth.Settings) {
			s.Cookies.AccessName, s.Cookies.RefreshName, s.Cookies.RefreshPath = "sid", "rid", "/"
		}, map[string]string{"sid": "; Path=/" + life + secure, "rid": "; Path=/" + weeks + strict}},
	} {
		a := h.browserApp(t, c.mode, c.configure)
		a.user(ann)
		set := a.browser().enter(ann).set()
		for name, want := range c.want {
			got := ""
			if set[name] != nil {
				_, got, _ = strings.Cut(set[name].Raw, ";")
				got = ";" + got
			}
			if got != want && (want != "" || set[name] != nil) {
				t.Errorf("%s: %s%s, want %s", what, name, got, want)
			}
		}
	}
}

func cookiesNotInBody(t *testing.T, h Harness) {
	for mode, c := range map[string]struct{ login, refresh []string }{
		auth.CookiesOne:     {[]string{"detail"}, []string{"detail"}},
		auth.CookiesTwo:     {[]string{"detail"}, []string{"detail"}},
		auth.CookiesRefresh: {[]string{"access"}, []string{"access"}},
	} {
		a := h.browserApp(t, mode, answering(func(*auth.User) map[string]any { return map[string]any{"hi": 1} }))
		a.user(ann)
		b := a.browser()
		for i, p := range []reply{b.enter(ann), b.post("/token/refresh/", nil)} {
			names := [][]string{c.login, c.refresh}[i]
			p.want(t, http.StatusOK, "")
			if len(p.body) != 2 || p.body[names[0]] == nil || p.body["hi"] == nil {
				t.Errorf("%s: %s", mode, p.text)
			}
			if said := p.field("detail"); mode != auth.CookiesRefresh && said != []string{"Successfully logged in.", "Token refreshed."}[i] {
				t.Errorf("%s: %q", mode, said)
			}
		}
	}
}

// CK-11.
func cookieAuthenticates(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne)
	u := a.user(ann)
	other := a.user("bob@example.com")
	b := a.entered(ann)
	if p := b.get("/api/me"); p.field("id") != u.ID {
		t.Errorf("%d %s", p.status, p.text)
	}
	bobs := a.foreign("access", other.ID, object{"epoch": 0})
	if p := b.get("/api/me", "Authorization", "Bearer "+bobs); p.field("id") != other.ID {
		t.Errorf("with a header: %d %s", p.status, p.text)
	}
	if p := b.sendPlainly(http.MethodPost, "/api/touch", object{}, "Authorization", "Bearer "+bobs); p.field("id") != other.ID {
		t.Errorf("with a header and without a CSRF token: %d %s", p.status, p.text)
	}
	for _, header := range []string{"Bearer garbage", "Bearer", "Basic YTpi", "Bearer a b", "Bearer " + bobs + "x"} {
		for _, path := range []string{"/api/me", "/api/posts"} {
			b.get(path, "Authorization", header).want(t, http.StatusUnauthorized, "")
		}
	}
	r := b.request(http.MethodGet, publicURL+"/api/me", nil)
	r.Header["Authorization"] = []string{"Bearer " + bobs, "Bearer " + bobs}
	r.AddCookie(&http.Cookie{Name: "__Host-access", Value: b.cookie("access")})
	a.do(r).want(t, http.StatusUnauthorized, badHeaderBody)

	refresh := h.browserApp(t, auth.CookiesRefresh)
	refresh.user(ann)
	c := refresh.browser()
	access := c.enter(ann).field("access")
	c.plant("__Host-access", access)
	c.get("/api/me").want(t, http.StatusUnauthorized, nobodyBody) // there is no such cookie
	c.get("/api/me", "Authorization", "Bearer "+access).want(t, http.StatusOK, "")
}

func refreshByCookie(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne)
	u := a.user(ann)
	b := a.entered(ann)
	access, refresh, csrf := b.cookie("access"), b.cookie("refresh"), b.cookie("csrf")
	a.pass(10 * time.Minute)
	b.get("/api/me").want(t, http.StatusUnauthorized, refusedBody(invalidText))
	b.post("/token/refresh/", nil).want(t, http.StatusOK, `{"detail":"Token refreshed."}`)
	if b.cookie("access") == access || b.cookie("refresh") == refresh || b.cookie("csrf") != csrf {
		t.Error("a refresh replaces the tokens, and no CSRF token of the same session")
	}
	b.get("/api/me").want(t, http.StatusOK, "")
	b.post("/token/refresh/", object{"refresh": refresh}).want(t, http.StatusOK, "") // bodies are not looked at
	if a.live(u.ID) != 1 {
		t.Error("a body ended the session")
	}
	for _, name := range []string{"refresh", "blacklist", "slide"} {
		nobody := a.browser()
		nobody.get(nobody.path("/csrf/"))
		unsafely[name](nobody).want(t, http.StatusUnauthorized, noRefreshBody)
	}

	easyApp := h.browserApp(t, auth.CookiesOne, func(s *auth.Settings) { s.Tokens.ReuseRefresh = true })
	easyApp.user(ann)
	p := easyApp.entered(ann).post("/token/refresh/", nil)
	if set := p.set(); set["__Secure-refresh"] != nil || set["__Host-access"] == nil {
		t.Errorf("without rotation: %v", p.header["Set-Cookie"])
	}
}

// CK-02.
func deadCookies(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesTwo)
	u := a.user(ann)
	b := a.entered(ann)
	stolen := b.cookie("refresh")
	b.post("/token/refresh/", nil).want(t, http.StatusOK, "")
	b.plant("__Secure-refresh", stolen)
	p := b.post("/token/refresh/", nil)
	p.want(t, http.StatusUnauthorized, revokedBody)
	p.clears(t, "__Secure-refresh", "__Host-access", "__Host-access-info")
	if b.cookie("refresh") != "" || a.live(u.ID) != 0 {
		t.Error("the cookie is still there")
	}

	b = a.entered(ann)
	a.pass(6 * time.Minute)
	p = b.get("/api/maybe")
	p.want(t, http.StatusOK, "")
	if p.body["id"] != nil || len(p.set()) > 0 {
		t.Errorf("a dead cookie is %s, and sets %v", p.text, p.header["Set-Cookie"])
	}
	b.get("/api/me").want(t, http.StatusUnauthorized, refusedBody(invalidText))
	b.send(http.MethodPost, "/api/touch", nil).want(t, http.StatusUnauthorized, refusedBody(invalidText))
	if b.cookie("refresh") == "" {
		t.Error("a dead access cookie cost the refresh cookie")
	}
	b.post("/token/refresh/", nil).want(t, http.StatusOK, "")
	a.store.fail("Session")
	b.get("/api/maybe").want(t, http.StatusServiceUnavailable, unavailableBody)
	p = b.post("/token/refresh/", nil)
	p.want(t, http.StatusServiceUnavailable, unavailableBody)
	if len(p.set()) > 0 {
		t.Error("an outage took the cookies")
	}
}

// clears reports an error unless an answer removes these cookies, as a browser needs it.
func (p reply) clears(t *testing.T, names ...string) {
	t.Helper()
	set := p.set()
	for _, name := range names {
		c := set[name]
		if c == nil || c.Value != "" || c.MaxAge >= 0 || c.Expires.Year() != 1970 || !c.Secure {
			t.Errorf("%s is not cleared: %v", name, p.header["Set-Cookie"])
			continue
		}
		if path := map[bool]string{true: "/auth/", false: "/"}[name == "__Secure-refresh"]; c.Path != path {
			t.Errorf("%s is cleared at %s", name, c.Path)
		}
	}
}

func logoutClears(t *testing.T, h Harness) {
	all := []string{"__Secure-refresh", "__Host-access", "__Host-access-info", "__Host-csrf"}
	for what, without := range map[string][]string{
		"both": nil, "refresh alone": {"access"}, "access alone": {"refresh"}, "neither": {"access", "refresh"},
	} {
		a := h.browserApp(t, auth.CookiesTwo)
		u := a.user(ann)
		b := a.entered(ann)
		if slices.Contains(without, "access") {
			b.plant("__Host-access", "")
		}
		if slices.Contains(without, "refresh") {
			b.plant("__Secure-refresh", "")
		}
		if len(without) == 2 {
			b.get(b.path("/csrf/"))
		}
		for range 2 {
			p := b.post(logoutPath, nil)
			p.want(t, http.StatusOK, loggedOutBody)
			p.clears(t, all...)
			b.get(b.path("/csrf/"))
		}
		if n := a.live(u.ID); n != map[bool]int{true: 1, false: 0}[len(without) == 2] {
			t.Errorf("%s: %d sessions live", what, n)
		}
	}
	a := h.browserApp(t, auth.CookiesTwo)
	a.user(ann)
	b := a.entered(ann)
	if p := b.post(logoutPath, object{"scope": "others"}); len(p.set()) > 0 || b.get("/api/me").status != http.StatusOK {
		t.Error("ending the others took this one")
	}
	b.post(logoutPath, object{"scope": "all"}).clears(t, all...)

	keeping := h.browserApp(t, auth.CookiesOne, func(s *auth.Settings) { s.Cookies.KeepAccess = true })
	keeping.user(ann)
	p := keeping.entered(ann).post(logoutPath, nil)
	if p.set()["__Host-access"] != nil {
		t.Error("the access cookie was to stay")
	}
	p.clears(t, "__Secure-refresh")
}
