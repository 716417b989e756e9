package auth

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/authplug/authplug/core/internal/web"
)

// What [CookieSettings.Mode] takes.
const (
	CookiesOff     = "json"
	CookiesOne     = "one-cookie"
	CookiesTwo     = "two-cookies"
	CookiesRefresh = "refresh-cookie"
)

// CookieSettings say how browsers carry tokens. Cookies are secure, bound to the host by the prefix of
// their name, and live as long as their token; scripts cannot read those that hold one. Whatever a
// cookie authenticates is defended against cross-site requests: see [BrowserSettings]. Every mode but
// "json" needs [Settings.PublicURL].
type CookieSettings struct {
	// Mode is "json": tokens are in bodies and the header; "one-cookie": the access and the refresh
	// token are in a cookie each; "two-cookies": beside the access token's there is one that scripts
	// read, with its exp and the claims of [ClaimSettings.Access], base64url of JSON; "refresh-cookie":
	// the refresh token alone is in a cookie. A token in the header comes before one in a cookie.
	// Defaults to "json".
	Mode string `env:"COOKIE_MODE" default:"json"`

	// Keys sign what browsers carry beside tokens, such as CSRF tokens: base64 of 32 random bytes each.
	// The first signs, all are recognized. Defaults to one derived from the signing key if that is a
	// secret (HS); it is required in a cookie mode and with pages otherwise.
	Keys []Secret `env:"COOKIE_KEY"`

	// Domain shares the access cookie with all hosts below a domain, so that other services there read
	// it: "example.com". It must be a parent of PublicURL's host, and no domain below which anybody can
	// have one. The refresh cookie is never shared. Defaults to the host alone.
	Domain string `env:"COOKIE_DOMAIN"`

	// SameSite is "lax", "strict" or "none" for both tokens. With "none" browsers send them with
	// requests of every site, and the defense against these is the CSRF token alone. Defaults to lax for
	// the access cookie, so that links lead in, and strict for the refresh cookie.
	SameSite string `env:"COOKIE_SAMESITE"`

	// Insecure makes cookies that every browser takes over plain http, on a loopback address alone. For
	// development only. Defaults to no: some browsers take secure ones from such an address.
	Insecure bool `env:"COOKIE_INSECURE"`

	// AccessName and RefreshName are the names of the cookies. They default to "__Host-access", or
	// "__Secure-access" with a domain, and "__Secure-refresh"; without the prefix where Insecure is set.
	AccessName  string `env:"COOKIE_ACCESS_NAME" default:"__Host-access"`
	RefreshName string `env:"COOKIE_REFRESH_NAME" default:"__Secure-refresh"`

	// RefreshPath is the path below which browsers send the refresh cookie: that of the endpoints which
	// read it, or one above. Defaults to Mount.
	RefreshPath string `env:"COOKIE_REFRESH_PATH"`

	// RefreshMaxAge ends the refresh cookie before its token. Defaults to 0: with its token.
	RefreshMaxAge time.Duration

	// KeepAccess lets a logout leave the access cookie in the browser. Whether it is still good then,
	// Tokens.AccessOutlivesSession says. Defaults to no.
	KeepAccess bool `env:"LOGOUT_KEEPS_ACCESS"`
}

var cookieModes = []string{CookiesOff, CookiesOne, CookiesTwo, CookiesRefresh}

var sameSites = map[string]http.SameSite{
	"": http.SameSiteDefaultMode, "lax": http.SameSiteLaxMode, "strict": http.SameSiteStrictMode, "none": http.SameSiteNoneMode,
}

// on reports whether browsers carry tokens.
func (c *CookieSettings) on() bool { return c.Mode != CookiesOff }

func (c *Settings) checkCookies(ps *problems) {
	k := &c.Cookies
	if !slices.Contains(cookieModes, k.Mode) {
		ps.add("Cookies.Mode", "%q is not known: use %q, %q, %q or %q", k.Mode, CookiesOff, CookiesOne, CookiesTwo, CookiesRefresh)
		return
	}
	if _, ok := sameSites[k.SameSite]; !ok {
		ps.add("Cookies.SameSite", `%q is not known: use "lax", "strict" or "none"`, k.SameSite)
	}
	if c.Pages != nil && !k.on() {
		ps.add("Pages", "need a browser that carries tokens: set Cookies.Mode, such as to %q", CookiesOne)
	}
	if !k.on() {
		k.checkUnused(ps)
		return
	}
	if k.Mode == CookiesRefresh && c.Tokens.Kind == KindSliding {
		ps.add("Cookies.Mode", "is %q, and sliding tokens have no refresh token: use %q", k.Mode, CookiesOne)
	}
	if k.Insecure && k.SameSite == "none" {
		ps.add("Cookies.SameSite", `"none" needs secure cookies: drop Insecure, or use another value`)
	}
	if k.RefreshMaxAge < 0 || k.RefreshMaxAge%time.Second != 0 {
		ps.add("Cookies.RefreshMaxAge", "%v must be whole seconds: 0 is the life of the token", k.RefreshMaxAge)
	}
	if k.Mode == CookiesRefresh && (k.Domain != "" || k.KeepAccess) {
		ps.add("Cookies.Mode", "is %q, where there is no access cookie: drop Domain and KeepAccess", k.Mode)
	}
	c.checkRefreshPath(ps)
	c.newJar().check(ps)
}

// checkUnused adds what has no meaning without cookies.
func (c *CookieSettings) checkUnused(ps *problems) {
	const text = "has no meaning where Cookies.Mode is \"json\": set a mode, or drop it"
	if c.Domain != "" {
		ps.add("Cookies.Domain", text)
	}
	if c.SameSite != "" {
		ps.add("Cookies.SameSite", text)
	}
	if c.KeepAccess {
		ps.add("Cookies.KeepAccess", text)
	}
	if c.RefreshMaxAge != 0 {
		ps.add("Cookies.RefreshMaxAge", text)
	}
}

// checkRefreshPath wants the refresh cookie where it is read: elsewhere browsers would not send it,
// and nobody would say why.
func (c *Settings) checkRefreshPath(ps *problems) {
	if path := c.Cookies.RefreshPath; !web.IsPlainPath(path) {
		ps.add("Cookies.RefreshPath", "%q must begin with a slash and be %s", path, plainSegments)
		return
	}
	paths := []string{"/token/refresh/", "/token/logout/"}
	if c.Pages != nil {
		paths = append(paths, "/login/", "/logout/")
	}
	for _, path := range paths {
		if !web.Covers(c.Cookies.RefreshPath, mountPath(c.Mount)+path) {
			ps.add("Cookies.RefreshPath", "%q does not cover %s, where browsers must send the cookie: use %q",
				c.Cookies.RefreshPath, mountPath(c.Mount)+path, mountPath(c.Mount)+"/")
			return
		}
	}
}

// checkDomain wants a domain that a browser accepts from the host, and that is the owner's alone.
func (c *Settings) checkDomain(public *url.URL, ps *problems) {
	domain := c.Cookies.Domain
	if domain == "" || public == nil {
		return
	}
	host := strings.ToLower(public.Hostname())
	suffix, _ := publicsuffix.PublicSuffix(domain)
	_, ipErr := netip.ParseAddr(domain)
	switch {
	case domain != strings.ToLower(domain) || strings.Trim(domain, ".") != domain || ipErr == nil || net.ParseIP(host) != nil:
		ps.add("Cookies.Domain", "%q is no domain: use one such as \"example.com\", in lower case and without dots around", domain)
	case host != domain && !strings.HasSuffix(host, "."+domain):
		ps.add("Cookies.Domain", "%q is no parent of the host of PublicURL, %q: no browser would take the cookie", domain, host)
	case suffix == domain:
		ps.add("Cookies.Domain", "below %q anybody can have a domain, who would get the tokens: use the one that is yours", domain)
	}
}
