package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/authplug/authplug/core/internal/web"
)

func TestACookieThatABrowserWouldDrop(t *testing.T) {
	for _, c := range []struct {
		cookie web.Cookie
		good   bool
	}{
		{web.Cookie{Name: "__Host-a", Path: "/", Secure: true}, true},
		{web.Cookie{Name: "__Secure-a", Path: "/auth/", Domain: "example.com", Secure: true}, true},
		{web.Cookie{Name: "a", Path: "/"}, true},
		{web.Cookie{Name: "__Host-a", Path: "/auth/", Secure: true}, false},
		{web.Cookie{Name: "__Host-a", Path: "/", Domain: "example.com", Secure: true}, false},
		{web.Cookie{Name: "__HOST-a", Path: "/"}, false},
		{web.Cookie{Name: "__secure-a", Path: "/"}, false},
		{web.Cookie{Name: "a b", Path: "/"}, false},
		{web.Cookie{Name: "", Path: "/"}, false},
	} {
		if problem := c.cookie.Problem(); (problem == "") != c.good {
			t.Errorf("%+v: %q", c.cookie, problem)
		}
	}
}

func TestCookiesLiveNoLongerThanBrowsersKeepThem(t *testing.T) {
	c := web.Cookie{Name: "a", Path: "/x/", Domain: "example.com", Secure: true, SameSite: http.SameSiteLaxMode}
	if got := c.Set("v", 1000*24*time.Hour).String(); got != "a=v; Path=/x/; Domain=example.com; Max-Age=34560000; HttpOnly; Secure; SameSite=Lax" {
		t.Error(got)
	}
	if got := c.Clear().String(); got != "a=; Path=/x/; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly; Secure; SameSite=Lax" {
		t.Error(got)
	}
	if c.Set("v", 0).MaxAge != 0 {
		t.Error("until the browser ends is a time")
	}
}

func TestCovers(t *testing.T) {
	for pair, want := range map[[2]string]bool{
		{"/", "/x"}: true, {"/auth/", "/auth/x"}: true, {"/auth", "/auth/x"}: true, {"/auth", "/auth"}: true,
		{"/auth/", "/auth"}: false, {"/auth", "/authentic"}: false, {"/x/", "/auth/"}: false,
	} {
		if got := web.Covers(pair[0], pair[1]); got != want {
			t.Errorf("Covers(%q) = %t", pair, got)
		}
	}
}

func TestIsLoopback(t *testing.T) {
	for text, want := range map[string]bool{
		"http://localhost": true, "http://a.localhost:8000": true, "http://127.1.2.3:1": true, "http://[::1]:8000": true,
		"http://localhost.example.com": false, "http://10.0.0.1": false, "http://notlocalhost": false,
	} {
		u, err := url.Parse(text)
		if err != nil || web.IsLoopback(u) != want {
			t.Errorf("IsLoopback(%q) is not %t", text, want)
		}
	}
}
