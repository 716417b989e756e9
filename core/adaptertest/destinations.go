package adaptertest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var destinationClaims = []claim{
	{"a person is sent to no place that is not allowed", hostileDestinations},
	{"a person is sent to places that are", allowedDestinations},
	{"it is judged where it is read, and no host of a request counts", judgedDestinations},
}

// hostile destinations, as browsers would read them.
var evil = []string{
	"https://evil.example", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, `/\/evil.example`, "/%5Cevil.example",
	"/%2F%2Fevil.example", "http://app.example.com/", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "ftp://app.example.com",
	"https://app.example.com.evil.example", "https://evil.example/app.example.com", "https://app.example.com@evil.example",
	"https://evil.example\\@app.example.com", "https://app.example.com:8443/", "https:evil.example", "https:/evil.example", "/\t/evil.example",
	"\t//evil.example", " //evil.example", "/a\r\nLocation: https://evil.example", "/../evil", "/%2e%2e/evil", "/a//evil", "/./evil", "evil.example", "?evil",
	"/auth/login/?next=//evil.example", "/auth/logout/?evil", "https://app.example.com/auth/logout?evil", "/\x00evil", "/" + strings.Repeat("evil", 1000),
	"https://[::1]/evil", "https://evil。example/", "//evil.example%2f@app.example.com", "https://app.example.com./evil",
}

// RD-02, RD-04.
func hostileDestinations(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	a.user(ann)
	in := a.browser()
	in.logIn(ann, "")
	for _, next := range evil {
		in.visit("/auth/login/?next="+url.QueryEscape(next)).leads(t, "/")
		b := a.browser()
		b.logIn(ann, next).leads(t, "/")
		page := b.visit("/auth/logout/?next=" + url.QueryEscape(next))
		if strings.Contains(page.text, "evil") {
			t.Errorf("the page of %q has it", next)
		}
		b.submit("/auth/logout/", page, url.Values{"next": {next}}).leads(t, "/auth/login/") // changed in the form
	}
}

// RD-01.
func allowedDestinations(t *testing.T, h Harness) {
	a, _ := h.paged(t, func(s *auth.Settings) { s.Browser.RedirectHosts = []string{"admin.example.com"} })
	a.user(ann)
	for next, want := range map[string]string{
		"/ok": "/ok", "/a?b=c&d=%2Fe#f": "/a?b=c&d=%2Fe#f", "/%E2%82%AC": "/%E2%82%AC", "https://app.example.com/x": "/x",
		"HTTPS://APP.EXAMPLE.COM:443/x": "/x", "https://admin.example.com/y?z": "https://admin.example.com/y?z", "/auth/devices/": "/auth/devices/",
	} {
		b := a.browser()
		b.logIn(ann, next).leads(t, want)
		page := b.visit("/auth/logout/?next=" + url.QueryEscape(next))
		b.submit("/auth/logout/", page, nil).leads(t, want)
	}
	if p := a.browser().visit("/auth/login/"); !strings.Contains(p.header.Get("Content-Security-Policy"), "form-action 'self' https://admin.example.com") {
		t.Error(p.header.Get("Content-Security-Policy"))
	}
}

func judgedDestinations(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	a.user(ann)
	login := url.Values{"email": {ann}, "password": {userPassword}}
	for _, query := range []string{"next=/ok&next=//evil.example", "next[]=/evil", "NEXT=/evil", "redirect=/evil"} {
		b := a.browser()
		b.submit("/auth/login/", b.visit("/auth/login/?"+query), login).leads(t, "/")
	}
	b := a.browser()
	page := b.visit("/auth/login/?next=/ok")
	b.submit("/auth/login/?next=/evil", page, login).leads(t, "/ok")
	forged := []string{"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "http", "X-Original-URL", "/evil", "Forwarded", "host=evil.example"}
	c := a.browser()
	r := c.request(http.MethodGet, "https://evil.example/auth/login/?next=https://evil.example/", nil, forged...)
	r.Header.Set("Accept", "text/html")
	if p := a.do(r); strings.Contains(p.text, "evil") {
		t.Error("a request's host is on the page")
	}
	r = c.request(http.MethodGet, "https://evil.example/api/page", nil, append(forged, "Accept", "text/html")...)
	a.do(r).leads(t, "/auth/login/?next=%2Fapi%2Fpage")
}
