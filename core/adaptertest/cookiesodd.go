package adaptertest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

func ambiguousCookies(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne)
	a.user(ann)
	b := a.entered(ann)
	twice := func(method, path, name, value string) reply {
		r := a.request(method, publicURL+path, nil, "Origin", publicURL, "X-CSRFToken", b.cookie("csrf"))
		r.Header.Set("Cookie", name+"="+value+"; __Host-csrf="+b.cookie("csrf")+"; "+name+"=planted")
		return a.do(r)
	}
	p := twice(http.MethodGet, "/api/me", "__Host-access", b.cookie("access"))
	p.want(t, http.StatusUnauthorized, invalidBody)
	p.clears(t, "__Host-access")
	if p := twice(http.MethodGet, "/api/maybe", "__Host-access", b.cookie("access")); p.body["id"] != nil {
		t.Errorf("%s", p.text)
	}
	twice(http.MethodPost, "/auth/token/refresh/", "__Secure-refresh", b.cookie("refresh")).want(t, http.StatusForbidden, csrfMissingBody)
	r := a.request(http.MethodPost, publicURL+"/auth/token/refresh/", nil, "Origin", publicURL, "X-CSRFToken", b.cookie("csrf"))
	r.Header.Set("Cookie", "__Host-access="+b.cookie("access")+"; __Host-csrf="+b.cookie("csrf")+"; __Secure-refresh=a; __Secure-refresh="+b.cookie("refresh"))
	p = a.do(r)
	p.want(t, http.StatusUnauthorized, invalidBody)
	p.clears(t, "__Secure-refresh")
}

func crossedCookies(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne)
	u := a.user(ann)
	b := a.entered(ann)
	access, refresh := b.cookie("access"), b.cookie("refresh")
	b.plant("__Host-access", refresh)
	b.get("/api/me").want(t, http.StatusUnauthorized, "")
	b.send(http.MethodPost, "/api/touch", nil).want(t, http.StatusUnauthorized, "")
	b.plant("__Host-access", access)
	b.plant("__Secure-refresh", access)
	b.post("/token/refresh/", nil).want(t, http.StatusUnauthorized, wrongKindBody)
	if a.live(u.ID) != 1 {
		t.Error("the session has ended")
	}
}

func ambiguousLogout(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	u := a.user(ann)
	b := a.browser()
	b.logIn(ann, "")
	page := b.visit("/auth/logout/")
	form := "csrfmiddlewaretoken=" + page.hidden()["csrfmiddlewaretoken"]
	r := a.request(http.MethodPost, publicURL+"/auth/logout/", form, "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html", "Origin", publicURL)
	r.Header.Set("Cookie", "__Host-access="+b.cookie("access")+"; __Host-csrf="+b.cookie("csrf")+"; __Secure-refresh=planted; __Secure-refresh="+b.cookie("refresh"))
	p := a.do(r)
	p.leads(t, "/auth/login/")
	p.clears(t, "__Secure-refresh", "__Host-access")
	if a.live(u.ID) != 0 {
		t.Error("a planted cookie kept the session alive")
	}
}

// CK-12.
func oversizedCookies(t *testing.T, h Harness) {
	size := 100
	a := h.browserApp(t, auth.CookiesOne, func(s *auth.Settings) {
		s.Claims.More = moreOf(func() int { return size })
	})
	u := a.user(ann)
	b := a.entered(ann)
	size = 3 << 10 // a token, but no cookie
	p := b.post("/token/", object{"email": ann, "password": userPassword})
	p.want(t, http.StatusInternalServerError, internalBody)
	if len(p.set()) > 0 || a.live(u.ID) != 1 {
		t.Errorf("%d sessions, cookies %v", a.live(u.ID), p.header["Set-Cookie"])
	}
	b.post("/token/refresh/", nil).want(t, http.StatusInternalServerError, internalBody)
	size = 100
	b.post("/token/refresh/", nil).want(t, http.StatusOK, "") // nobody lost a token
	b.plant("__Host-access", strings.Repeat("x", 6<<10))
	b.get("/api/me").want(t, http.StatusUnauthorized, "")
}

func moreOf(size func() int) func(context.Context, *auth.User, token.Kind) (map[string]any, error) {
	return func(context.Context, *auth.User, token.Kind) (map[string]any, error) {
		return map[string]any{"more": strings.Repeat("x", size())}, nil
	}
}

// CK-07 (b), (c); the login of another in one browser.
func loginOverCookies(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne)
	u, bob := a.user(ann), a.user("bob@example.com")
	b := a.entered(ann)
	csrf, session := b.cookie("csrf"), b.get("/api/me").field("session")
	b.post("/token/", object{"email": "bob@example.com", "password": "wrong"}).want(t, http.StatusUnauthorized, loginFailedBody)
	b.post("/token/", object{"email": "", "password": ""}).want(t, http.StatusBadRequest, "")
	if p := b.get("/api/me"); p.field("id") != u.ID {
		t.Errorf("a failed login changed who is logged in: %s", p.text)
	}
	b.post("/token/", object{"email": "bob@example.com", "password": userPassword}).want(t, http.StatusOK, "")
	if p := b.get("/api/me"); p.field("id") != bob.ID || p.field("session") == session {
		t.Errorf("%s", p.text)
	}
	if b.cookie("csrf") == csrf || a.live(u.ID) != 0 {
		t.Error("the CSRF token or the session of the former is still there")
	}
	planted := a.browser()
	planted.plant("__Host-access", "x")
	planted.plant("__Secure-refresh", "y")
	planted.enter(ann)
	if planted.cookie("access") == "x" || planted.cookie("refresh") == "y" || planted.get("/api/me").status != http.StatusOK {
		t.Error("a planted cookie survived a login")
	}
}

func infoCookie(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesTwo, func(s *auth.Settings) { s.Claims.Access = []string{"email", "roles"} })
	a.user(ann)
	b := a.entered(ann)
	raw, err := base64.RawURLEncoding.DecodeString(b.cookie("access-info"))
	var info map[string]any
	if err != nil || json.Unmarshal(raw, &info) != nil {
		t.Fatalf("%q: %v", raw, err)
	}
	if len(info) != 3 || info["email"] != ann || info["exp"] != float64(a.clock().Add(5*time.Minute).Unix()) || info["roles"] == nil {
		t.Errorf("%s", raw)
	}
	b.plant("__Host-access-info", "eyJlbWFpbCI6InJvb3QifQ") // it decides nothing
	if p := b.get("/api/me"); p.field("email") != ann {
		t.Errorf("%s", p.text)
	}
	b.plant("__Host-access", b.cookie("access-info"))
	b.get("/api/me").want(t, http.StatusUnauthorized, "")
}

func slidingCookie(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne, func(s *auth.Settings) { s.Tokens.Kind = auth.KindSliding })
	u := a.user(ann)
	b := a.entered(ann)
	if b.cookie("refresh") != "" {
		t.Error("a sliding login has a refresh cookie")
	}
	b.get("/api/me").want(t, http.StatusOK, "")
	a.pass(4 * time.Minute)
	b.post("/token/refresh/", nil).want(t, http.StatusOK, `{"detail":"Token refreshed."}`)
	a.pass(4 * time.Minute)
	b.get("/api/me").want(t, http.StatusOK, "")
	b.post(logoutPath, nil).clears(t, "__Host-access")
	if a.live(u.ID) != 0 {
		t.Error("the session lives")
	}
}

func browserIsDevice(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne, func(s *auth.Settings) {
		s.Devices.Limit, s.Devices.Policy = 2, auth.PolicyReject
	})
	u := a.user(ann)
	b := a.entered(ann)
	b.post("/token/", object{"email": ann, "password": userPassword}).want(t, http.StatusOK, "")
	b.plant("__Secure-refresh", "")
	b.post("/token/", object{"email": ann, "password": userPassword}).want(t, http.StatusOK, "")
	if a.live(u.ID) != 1 {
		t.Errorf("%d sessions in one browser", a.live(u.ID))
	}
	a.entered(ann)
	c := a.browser()
	c.get(c.path("/csrf/"))
	c.post("/token/", object{"email": ann, "password": userPassword}).want(t, http.StatusForbidden, "")
}

func cookiesEndEarly(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne, func(s *auth.Settings) { s.Cookies.RefreshMaxAge = time.Hour })
	a.user(ann)
	b := a.browser()
	if c := b.enter(ann).set()["__Secure-refresh"]; c.MaxAge != 3600 {
		t.Errorf("%v", c)
	}
	if c := b.post("/token/refresh/", nil).set()["__Secure-refresh"]; c.MaxAge != 3600 {
		t.Errorf("%v", c)
	}
}
