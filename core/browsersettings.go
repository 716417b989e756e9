package auth

import (
	"net/url"
	"strings"

	"golang.org/x/net/idna"

	"github.com/authplug/authplug/core/internal/web"
)

// BrowserSettings say whose pages may send requests, and where people are sent. Whatever a cookie
// authenticates and changes something, and login, registration, refresh, logout and password change in
// a cookie mode, must come from PublicURL's origin and carry a CSRF token of the session: that of the
// cookie "__Host-csrf", which the endpoint csrf/ sets and scripts can read, in the header X-CSRFToken
// or the field csrfmiddlewaretoken of a form. A request with an Authorization header needs none.
type BrowserSettings struct {
	// CSRFDisabled asks for no CSRF token; where a request comes from is looked at all the same. For
	// clients that are no browsers. Defaults to no.
	CSRFDisabled bool `env:"CSRF_DISABLED"`

	// TrustedOrigins are others than PublicURL's from whose pages requests may come, exactly as browsers
	// write them: "https://app.example.com". Defaults to none.
	TrustedOrigins []string `env:"TRUSTED_ORIGINS"`

	// LoginOrigins, if there are any, are the only ones from whose pages token/, token/refresh/ and
	// token/logout/ may be asked, in the same form; a request that does not say where it comes from is
	// refused as well. Defaults to PublicURL's and the trusted ones.
	LoginOrigins []string `env:"ALLOWED_AUTH_ORIGINS"`

	// RedirectHosts are other hosts where people may be sent after a login, with a port unless it is the
	// usual one: "blog.example.com". Defaults to none: to paths of the service's own host alone.
	RedirectHosts []string `env:"REDIRECT_HOSTS"`

	// LoginURL is the login page of another service, to which people are sent who must log in first.
	// Defaults to the service's own, login/ below Mount.
	LoginURL string `env:"LOGIN_URL"`

	// Home is the path where people are after a login, if nothing else was asked for. Defaults to "/".
	Home string
}

// checkBrowsers adds what is wrong with where browsers come from and go to, and returns the public URL
// if it is good.
func (c *Settings) checkBrowsers(ps *problems) {
	public := c.checkPublic(ps)
	c.checkDomain(public, ps)
	checkOrigins("Browser.TrustedOrigins", c.Browser.TrustedOrigins, public, ps)
	checkOrigins("Browser.LoginOrigins", c.Browser.LoginOrigins, public, ps)
	for _, host := range c.Browser.RedirectHosts {
		ascii, err := idna.Lookup.ToASCII((&url.URL{Host: host}).Hostname())
		u := url.URL{Scheme: "https", Host: host}
		if err != nil || host == "" || ascii != u.Hostname() || web.Origin(&u) != "https://"+host || strings.ContainsAny(host, "/@?#*[]") {
			ps.add("Browser.RedirectHosts", "%q is no host: use one such as \"blog.example.com\", in lower case, IDNs as xn--, without scheme and path", host)
		}
	}
	if login := c.Browser.LoginURL; login != "" && !isPageURL(login, public) {
		ps.add("Browser.LoginURL", "%q is no https URL of a page: use one such as \"https://auth.example.com/auth/login/\"", login)
	}
	if home := c.Browser.Home; !strings.HasPrefix(home, "/") || strings.HasPrefix(home, "//") || strings.ContainsAny(home, "\\\r\n\t ") {
		ps.add("Browser.Home", "%q must be a path that begins with one slash", home)
	}
}

// checkPublic returns the public URL, or nil if there is none or it is bad.
func (c *Settings) checkPublic(ps *problems) *url.URL {
	if c.PublicURL == "" {
		if c.Cookies.on() {
			ps.add("PublicURL", `is required with cookies and pages: the origin that browsers see, such as "https://auth.example.com"`)
		}
		return nil
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || strings.HasSuffix(u.Host, ":") ||
		u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		ps.add("PublicURL", `%q must be the origin that browsers see, without a path: "https://auth.example.com"`, c.PublicURL)
		return nil
	}
	switch {
	case c.Cookies.Insecure && (u.Scheme != "http" || !web.IsLoopback(u)):
		ps.add("Cookies.Insecure", "is for http on a loopback address alone, and PublicURL is %q: drop it", c.PublicURL)
	case u.Scheme == "http" && c.Cookies.on() && !web.IsLoopback(u):
		ps.add("PublicURL", "%q must be https: over http everybody on the way reads passwords and cookies", c.PublicURL)
	}
	return u
}

// checkOrigins wants origins in the one spelling that browsers send.
func checkOrigins(field string, origins []string, public *url.URL, ps *problems) {
	for _, origin := range origins {
		u, err := url.Parse(origin)
		switch {
		case err != nil || u.Hostname() == "" || web.Origin(u) != origin || u.Scheme != "https" && u.Scheme != "http":
			ps.add(field, "%q is no origin as browsers write it: use one such as \"https://app.example.com\"", origin)
		case u.Scheme == "http" && (!web.IsLoopback(u) || public == nil || public.Scheme == "https"):
			ps.add(field, "%q must be https: whoever is on the way could send requests from it", origin)
		}
	}
}

// isPageURL reports whether a text is the URL of a page that people may be sent to.
func isPageURL(text string, public *url.URL) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && web.IsLoopback(u) && (public == nil || public.Scheme == "http")
}
