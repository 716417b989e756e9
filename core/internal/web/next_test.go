package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/internal/web"
)

func destinations(t testing.TB, public string, hosts ...string) *web.Destinations {
	t.Helper()
	u, err := url.Parse(public)
	if err != nil {
		t.Fatal(err)
	}
	return &web.Destinations{Public: u, Hosts: hosts, Mount: "/auth", Loops: []string{"login", "logout"}}
}

func TestJudge(t *testing.T) {
	d := destinations(t, "https://app.example.com", "admin.example.com", "xn--bcher-kva.example", "dev.example.com:8443")
	for next, want := range map[string]string{
		"/ok": "/ok", "/": "/", "/a?b=c&d=%2Fe#f": "/a?b=c&d=%2Fe#f", "/%E2%82%AC": "/%E2%82%AC", "/é": "/%C3%A9",
		"/a%20b": "/a%20b", "/a/": "/a/", "/auth/password-change/": "/auth/password-change/", "/authentic": "/authentic",
		"/?next=//evil.example":         "/?next=//evil.example",
		"https://app.example.com/x":     "/x",
		"https://app.example.com":       "/",
		"https://app.example.com?a=b":   "/?a=b",
		"HTTPS://APP.EXAMPLE.COM:443/x": "/x",
		"https://admin.example.com/y":   "https://admin.example.com/y",
		"https://bücher.example/z":      "https://xn--bcher-kva.example/z",
		"https://dev.example.com:8443":  "https://dev.example.com:8443/",

		"": "", "x": "", "?x": "", "#x": "", "../x": "", "//": "", "///evil.example": "",
		"https://evil.example": "", "//evil.example": "", `/\evil.example`: "", `\\evil.example`: "", `/\/evil.example`: "", "/%5Cevil.example": "",
		"/%2F%2Fevil.example": "", "/%2e%2e/x": "", "/./x": "", "/a/../x": "", "/a//b": "", "/%252e%252e/x": "", "/a%2Fb": "",
		"http://app.example.com/": "", "javascript:alert(1)": "", "JaVaScRiPt:alert(1)": "", "data:text/html,x": "", "ftp://app.example.com": "", "vbscript:x": "",
		"https://app.example.com.evil.example": "", "https://evil.example/app.example.com": "", "https://app.example.com@evil.example": "",
		"https://x@app.example.com/": "", "https://x:y@app.example.com/": "", "https://app.example.com:8443/": "", "https://app.example.com:/": "",
		"https://app.example.com./": "", "https:app.example.com": "", "https:/app.example.com": "", "https:///app.example.com": "",
		"https://dev.example.com/": "", "https://admin.example.com:444/": "", "https://ADMIN.example.com\t/": "", "\thttps://app.example.com/": "",
		" /ok": "", "/ok ": "", "/a b": "", "/a\r\nSet-Cookie: x=y": "", "/a\tb": "", "/\t/evil.example": "", "/a%00b": "", "/a%0d%0ab": "", "/a\x00": "", "/a\x7f": "",
		"/\u0085/evil": "", "/?é": "", "/%zz": "", "/\xff": "",
		"/auth/login": "", "/auth/login/": "", "/auth/login/?next=//evil.example": "", "/auth/logout": "", "https://app.example.com/auth/logout/": "",
		"https://[::1]/": "", "https://app.example.com%2eevil.example/": "", "https://app.example.com%00.evil.example/": "",
		"https://app．example．com/":      "/", // browsers read the full-width dots as dots too
		"/" + strings.Repeat("a", 2048): "",
	} {
		if got, ok := d.Judge(next); got != want || ok != (want != "") {
			t.Errorf("Judge(%q) = %q, %t, want %q", next, got, ok, want)
		}
	}
}

func TestJudgeInDevelopment(t *testing.T) {
	d := destinations(t, "http://auth.sso.localhost:8000", "blog.sso.localhost:8001")
	for next, want := range map[string]string{
		"http://blog.sso.localhost:8001/x": "http://blog.sso.localhost:8001/x", "http://auth.sso.localhost:8000/x": "/x",
		"https://blog.sso.localhost:8001/": "", "http://blog.sso.localhost/": "", "http://auth.sso.localhost/x": "",
	} {
		if got, _ := d.Judge(next); got != want {
			t.Errorf("Judge(%q) = %q, want %q", next, got, want)
		}
	}
}

// What is let pass is a path of the service or a URL of a listed host, by Go's reading and after the
// changes that browsers make before they read a URL (WHATWG URL).
func FuzzJudge(f *testing.F) {
	for _, next := range []string{"/ok", "//evil.example", `/\evil`, "https://admin.example.com/y", "/a?b#c"} {
		f.Add(next)
	}
	d := destinations(f, "https://app.example.com", "admin.example.com")
	f.Fuzz(func(t *testing.T, next string) {
		target, ok := d.Judge(next)
		if !ok {
			return
		}
		seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(strings.TrimSpace(target))
		u, err := url.Parse(seen)
		if err != nil || seen != target {
			t.Fatalf("%q is let pass as %q: %v", next, target, err)
		}
		if u.Host != "" && u.Host != "admin.example.com" || u.Host == "" && (!strings.HasPrefix(seen, "/") || strings.HasPrefix(seen, "//")) {
			t.Fatalf("%q leads to %q", next, u.Host)
		}
		if again, ok := d.Judge(target); !ok || again != target {
			t.Fatalf("%q is %q and then %q", next, target, again)
		}
	})
}
