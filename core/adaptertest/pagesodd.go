package adaptertest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

func pageRenewal(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	u := a.user(ann)
	b := a.browser()
	b.logIn(ann, "")
	refresh := b.cookie("refresh")
	a.pass(6 * time.Minute)
	before := a.sessionOf(u.ID)
	for _, header := range [][]string{
		{"Sec-Fetch-Dest", "iframe"}, {"Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"}, {"Sec-Fetch-Mode", "", "Sec-Fetch-Dest", ""},
	} {
		b.visit("/auth/login/?next=/api/page", header...).shows(t, http.StatusOK, `type="password"`)
	}
	p := b.visit("/auth/login/?next=/api/page")
	p.leads(t, "/api/page")
	if set := p.set(); len(set) != 1 || set["__Host-access"] == nil || b.cookie("refresh") != refresh {
		t.Errorf("more than an access cookie is set: %v", p.header["Set-Cookie"])
	}
	if now := a.sessionOf(u.ID); now.TokenID != before.TokenID || !now.ExpiresAt.Equal(before.ExpiresAt) || !now.LastSeen.Equal(before.LastSeen) {
		t.Error("a GET changed the session")
	}
	b.visit("/api/page").want(t, http.StatusOK, "")

	// A link of another site: the browser holds the strict cookie back until the page itself asks.
	stranger := a.browser()
	p = stranger.visit("/auth/login/?next=/api/page", "Sec-Fetch-Site", "cross-site")
	p.shows(t, http.StatusOK, `type="password"`)
	if to := p.header.Get("Refresh"); to != "0; url=/auth/login/?again=1&next=%2Fapi%2Fpage" {
		t.Errorf("Refresh: %q", to)
	}
	for _, visit := range [][2]string{{"/auth/login/?again=1", "cross-site"}, {"/auth/login/", "none"}, {"/auth/login/", "same-site"}} {
		if p := stranger.visit(visit[0], "Sec-Fetch-Site", visit[1]); p.header.Get("Refresh") != "" {
			t.Errorf("%s from %s goes on", visit[0], visit[1])
		}
	}

	a.pass(6 * time.Minute)
	b.post("/token/refresh/", nil).want(t, http.StatusOK, "")
	current := b.cookie("refresh")
	a.pass(6 * time.Minute)
	b.plant("__Secure-refresh", refresh)
	b.visit("/auth/login/").shows(t, http.StatusOK, `type="password"`)
	if a.live(u.ID) != 1 {
		t.Error("a GET with a replaced token ended the session")
	}
	b.plant("__Secure-refresh", current)
	a.update(u.ID, deactivate)
	b.visit("/auth/login/").shows(t, http.StatusOK, `type="password"`)
}

// sessionOf returns the one live session of a user.
func (a *app) sessionOf(id string) *auth.Session {
	a.t.Helper()
	all, err := a.store.Store.LiveSessions(a.t.Context(), id, a.clock())
	if err != nil || len(all) != 1 {
		a.t.Fatalf("%d sessions, %v", len(all), err)
	}
	return all[0]
}

func pageRemember(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	a.user(ann)
	for remember, want := range map[string]int{"": 0, "1": 86400} {
		b := a.browser()
		page := b.visit("/auth/login/")
		values := url.Values{"email": {ann}, "password": {userPassword}}
		if remember != "" {
			values.Set("remember", remember)
		}
		p := b.submit("/auth/login/", page, values)
		if c := p.set()["__Secure-refresh"]; c == nil || c.MaxAge != want {
			t.Errorf("remember %q: %v", remember, c)
		}
		if c := b.post("/token/refresh/", nil).set()["__Secure-refresh"]; c == nil || c.MaxAge != want {
			t.Errorf("remember %q, after a refresh: %v", remember, c)
		}
	}
}

func pageCSRF(t *testing.T, h Harness) {
	a, o := h.paged(t)
	u := a.user(ann)
	b := a.browser()
	b.logIn(ann, "")
	page := b.visit("/auth/logout/")
	for _, path := range []string{
		"/auth/login/", "/auth/register/", "/auth/logout/", "/auth/password-change/", "/auth/devices/", "/auth/devices/" + a.sessionOf(u.ID).ID + "/",
		"/auth/password-reset/", "/auth/password-reset/1/x/",
	} {
		for _, header := range [][]string{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "null", "Sec-Fetch-Site", "cross-site"}} {
			p := b.submit(path, page, url.Values{"email": {ann}}, header...)
			p.shows(t, http.StatusForbidden, "sent from another site")
			if len(p.set()) > 0 {
				t.Error("another site has changed the cookies")
			}
		}
		b.submit(path, page, url.Values{"email": {ann}, "csrfmiddlewaretoken": {"x"}}).shows(t, http.StatusForbidden, "too old")
		b.submit(path, page, url.Values{"csrfmiddlewaretoken": {"x"}}, "Accept", "application/json", "Sec-Fetch-Mode", "cors").
			want(t, http.StatusForbidden, csrfMissingBody)
	}
	if a.live(u.ID) != 1 || o.count() > 0 {
		t.Error("a refused form changed something")
	}
	b.submit("/auth/logout/", page, nil, "Origin", "null").leads(t, "/auth/login/") // of a page that tells no address
}

// CK-13.
func pageEscapes(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	b := a.browser()
	for _, odd := range []string{`'"><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "{{.}}", "\u2028</form>"} {
		page := b.visit("/auth/login/?next=" + url.QueryEscape("/"+odd))
		p := b.submit("/auth/login/", page, url.Values{"email": {odd}, "password": {odd}, "next": {"/" + odd}})
		if strings.Contains(p.text, odd) && odd != "{{.}}" {
			t.Errorf("%q is shown as it is", odd)
		}
		p = b.submit("/auth/register/", page, url.Values{"email": {odd}, "first_name": {odd}, "password": {odd}, "confirm_password": {odd}})
		if strings.Contains(p.text, odd) && odd != "{{.}}" {
			t.Errorf("%q is shown as it is", odd)
		}
	}
}

func pageFailures(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	a.user(ann)
	b := a.browser()
	page := b.visit("/auth/login/")
	a.store.fail("User")
	p := b.submit("/auth/login/", page, url.Values{"email": {ann}, "password": {userPassword}})
	p.shows(t, http.StatusServiceUnavailable, "cannot be reached")
	if p.header.Get("Retry-After") == "" {
		t.Error("nothing says when to come again")
	}
	b.post("/token/", object{"email": ann, "password": userPassword}).want(t, http.StatusServiceUnavailable, unavailableBody)
	a.store.heal()
	b.logIn(ann, "")
	a.serve([]Route{{Method: http.MethodGet, Path: "/api/page", Role: []string{"chief"}, Handle: a.whoami}})
	b.visit("/api/page").shows(t, http.StatusForbidden, "You may not do this.")
	b.get("/api/page").want(t, http.StatusForbidden, forbiddenBody)
	if p := b.visit("/auth/pages/style.css"); p.header.Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(p.text, "prefers-color-scheme: dark") {
		t.Errorf("%d %v", p.status, p.header)
	}
}

func pageBodies(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	a.user(ann)
	b := a.browser()
	b.visit("/auth/login/")
	send := func(kind, body string) reply {
		return b.sendPlainly(http.MethodPost, "/auth/login/", body, "Content-Type", kind, "Accept", "text/html",
			"Origin", publicURL, "X-CSRFToken", b.cookie("csrf"))
	}
	const form = "application/x-www-form-urlencoded"
	send("application/json", `{"email":"`+ann+`","password":"`+userPassword+`"}`).shows(t, http.StatusUnsupportedMediaType)
	send("multipart/form-data; boundary=x", "--x--").shows(t, http.StatusUnsupportedMediaType)
	send("", "email=x").shows(t, http.StatusUnsupportedMediaType)
	send(form, "email="+strings.Repeat("x", 17<<10)).shows(t, http.StatusRequestEntityTooLarge)
	send(form, "email=%zz").shows(t, http.StatusBadRequest)
	send(form, "email="+ann+"&email=b@example.com&password="+url.QueryEscape(userPassword)).shows(t, http.StatusBadRequest)
	b.sendPlainly(http.MethodPost, "/auth/login/?email="+ann+"&password="+url.QueryEscape(userPassword), "x=1", "Content-Type", form,
		"Accept", "text/html", "Origin", publicURL, "X-CSRFToken", b.cookie("csrf")).shows(t, http.StatusBadRequest, "This field is required.")
}
