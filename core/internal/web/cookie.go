package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Prefixes of names that a browser accepts from a secure origin alone (RFC 6265bis §4.1.3): a sibling
// sub-domain cannot plant such a cookie, at least not the first.
const (
	HostPrefix   = "__Host-"
	SecurePrefix = "__Secure-"
)

// maxCookie is what browsers keep of one cookie, in bytes (RFC 6265bis §5.6).
const maxCookie = 4096

// maxAge is the longest that browsers keep a cookie (RFC 6265bis §5.5).
const maxAge = 400 * 24 * time.Hour

// Cookie is a cookie without its value: where it goes and who sees it.
type Cookie struct {
	Name     string
	Path     string
	Domain   string // empty: the host alone
	Secure   bool
	Readable bool // by scripts
	SameSite http.SameSite
}

// Set returns the cookie with a value, for a time in whole seconds; 0 is until the browser ends.
func (c Cookie) Set(value string, life time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: c.Name, Value: value, Path: c.Path, Domain: c.Domain,
		Secure: c.Secure, HttpOnly: !c.Readable, SameSite: c.SameSite,
		MaxAge: int(min(life, maxAge) / time.Second),
	}
}

// Clear returns the cookie in the form that removes it: browsers compare name, domain and path.
func (c Cookie) Clear() *http.Cookie {
	cleared := c.Set("", 0)
	cleared.MaxAge = -1
	cleared.Expires = time.Unix(1, 0)
	return cleared
}

// Read returns the value that a request has for the cookie, "" if there is none, and whether there
// are several: then nobody can tell which is the right one.
func (c Cookie) Read(r *http.Request) (value string, several bool) {
	all := r.CookiesNamed(c.Name)
	if len(all) == 0 {
		return "", false
	}
	return all[0].Value, len(all) > 1
}

// Fits reports whether browsers keep the cookie.
func Fits(c *http.Cookie) bool { return len(c.String()) <= maxCookie }

// Problem returns what is wrong with the cookie, or "": a browser would drop it without a word.
func (c Cookie) Problem() string {
	name := strings.ToLower(c.Name) // browsers compare prefixes so
	switch {
	case (&http.Cookie{Name: c.Name, Value: "x"}).Valid() != nil:
		return fmt.Sprintf("%q is no name of a cookie", c.Name)
	case strings.HasPrefix(name, strings.ToLower(HostPrefix)) && (!c.Secure || c.Domain != "" || c.Path != "/"):
		return fmt.Sprintf("%q begins with %s, which needs a secure cookie with the path / and without a domain", c.Name, HostPrefix)
	case strings.HasPrefix(name, strings.ToLower(SecurePrefix)) && !c.Secure:
		return fmt.Sprintf("%q begins with %s, which needs a secure cookie", c.Name, SecurePrefix)
	}
	return ""
}

// Covers reports whether a browser sends a cookie of one path to another (RFC 6265bis §5.1.4).
func Covers(cookie, path string) bool {
	rest, ok := strings.CutPrefix(path, cookie)
	return ok && (rest == "" || strings.HasSuffix(cookie, "/") || strings.HasPrefix(rest, "/"))
}

// IsLoopback reports whether a URL's host is this machine, which nobody else can listen to.
func IsLoopback(u *url.URL) bool {
	host := u.Hostname()
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}
