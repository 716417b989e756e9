package adaptertest

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// publicURL is where browsers see the fixture.
const publicURL = "https://app.example.com"

// inCookies lets browsers carry tokens.
func inCookies(mode string) func(*auth.Settings) {
	return func(s *auth.Settings) { s.PublicURL, s.Cookies.Mode = publicURL, mode }
}

// browserApp serves settings of a cookie mode, with a route that changes something.
func (h Harness) browserApp(t *testing.T, mode string, configure ...func(*auth.Settings)) *app {
	t.Helper()
	a := h.app(t, func(s *auth.Settings) {
		inCookies(mode)(s)
		for _, c := range configure {
			c(s)
		}
	})
	a.touchable()
	return a
}

// touchable adds a route that changes something.
func (a *app) touchable(opts ...auth.RouteOption) {
	a.serve([]Route{{Method: http.MethodPost, Path: "/api/touch", Auth: true, Handle: a.whoami}}, opts...)
}

// browser is a browser at the pages of an application: it keeps cookies and says where requests come
// from.
type browser struct {
	*app

	jar    *cookiejar.Jar
	public *url.URL
	kept   string // a token that was replaced
}

// browser opens one that nobody has logged in with.
func (a *app) browser() *browser {
	a.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		a.t.Fatal(err)
	}
	public, err := url.Parse(a.service.Settings().PublicURL)
	if err != nil {
		a.t.Fatal(err)
	}
	return &browser{app: a, jar: jar, public: public}
}

// send sends what a script of a page of the application's own does, with the CSRF token if there is one.
// An empty header is none.
func (b *browser) send(method, path string, body any, header ...string) reply {
	b.t.Helper()
	all := []string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"}
	if method != http.MethodGet {
		all = append(all, "Origin", b.service.Settings().PublicURL, "X-CSRFToken", b.cookie("csrf"))
	}
	return b.sendPlainly(method, path, body, append(all, header...)...)
}

// sendPlainly sends a request with the cookies and nothing else.
func (b *browser) sendPlainly(method, path string, body any, header ...string) reply {
	b.t.Helper()
	r := b.request(method, b.public.String()+path, body, header...)
	for name, values := range r.Header {
		if values[0] == "" && name != "Origin" {
			r.Header.Del(name)
		}
	}
	for _, c := range b.jar.Cookies(b.at(path)) {
		r.AddCookie(c)
	}
	p := b.do(r)
	b.jar.SetCookies(b.at(path), (&http.Response{Header: p.header}).Cookies())
	return p
}

func (b *browser) at(path string) *url.URL {
	u := *b.public
	u.Path, _, _ = strings.Cut(path, "?")
	return &u
}

// post sends a JSON body to an endpoint.
func (b *browser) post(endpoint string, body any, header ...string) reply {
	b.t.Helper()
	return b.send(http.MethodPost, b.path(endpoint), body, header...)
}

// get gets a path.
func (b *browser) get(path string, header ...string) reply {
	b.t.Helper()
	return b.send(http.MethodGet, path, nil, header...)
}

// cookie returns the value of a cookie by its name without prefix, "" if there is none.
func (b *browser) cookie(name string) string {
	for _, c := range b.jar.Cookies(b.at(b.path("/token/refresh/"))) {
		if strings.TrimPrefix(strings.TrimPrefix(c.Name, "__Host-"), "__Secure-") == name {
			return c.Value
		}
	}
	return ""
}

// plant puts a cookie into the browser as somebody else could.
func (b *browser) plant(name, value string) {
	path := "/"
	if strings.HasSuffix(name, "refresh") {
		path = b.path("/")
	}
	b.jar.SetCookies(b.at(path), []*http.Cookie{{Name: name, Value: value, Path: path, Secure: true}})
}

// enter gets a CSRF token and logs in.
func (b *browser) enter(email string) reply {
	b.t.Helper()
	b.get(b.path("/csrf/")).want(b.t, http.StatusOK, `{"detail":"CSRF cookie set."}`)
	p := b.post("/token/", object{"email": email, "password": userPassword})
	p.want(b.t, http.StatusOK, "")
	return p
}

// entered returns a browser in which somebody is logged in.
func (a *app) entered(email string) *browser {
	a.t.Helper()
	b := a.browser()
	b.enter(email)
	return b
}

// set returns the cookies that an answer sets, by name.
func (p reply) set() map[string]*http.Cookie {
	all := map[string]*http.Cookie{}
	for _, c := range (&http.Response{Header: p.header}).Cookies() {
		all[c.Name] = c
	}
	return all
}
