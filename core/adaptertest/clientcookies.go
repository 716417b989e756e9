package adaptertest

import (
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
)

var clientCookieClaims = []claim{
	{"browsers carry the auth-service's tokens, and are defended", clientCookies},
	{"tokens that nobody here can read travel as well", opaqueCookies},
	{"without cookies there is a CSRF token all the same", clientCSRF},
	{"a browser is answered as by the original", recordedCookies},
}

// clientInCookies lets a client-service's browsers carry tokens.
func clientInCookies(mode string, logins ...string) func(*auth.Settings, *remote.Settings) {
	return func(s *auth.Settings, _ *remote.Settings) {
		inCookies(mode)(s)
		s.Cookies.Keys = []auth.Secret{cookieKey}
		s.Browser.LoginOrigins = logins
	}
}

func clientCookies(t *testing.T, h Harness) {
	own := h.app(t, nil)
	u := own.user(ann)
	url := own.online()
	for _, mode := range []string{auth.CookiesOne, auth.CookiesTwo, auth.CookiesRefresh} {
		a := h.client(t, url, clientInCookies(mode))
		a.touchable()
		b := a.browser()
		p := b.enter(ann)
		header := []string{}
		if mode == auth.CookiesRefresh {
			header = []string{"Authorization", "Bearer " + p.field("access")}
		} else if b.cookie("access") == "" {
			t.Error("there is no access cookie")
		}
		b.get("/api/me", header...).want(t, http.StatusOK, "")
		b.send(http.MethodPost, "/api/touch", nil, header...).want(t, http.StatusOK, "")
		if mode != auth.CookiesRefresh {
			unsafely["touch"](b, "X-CSRFToken", "").want(t, http.StatusForbidden, csrfMissingBody)
		}
		unsafely["refresh"](b, "X-CSRFToken", "").want(t, http.StatusForbidden, csrfMissingBody)
		unsafely["refresh"](b).want(t, http.StatusOK, "")
		old := b.cookie("refresh")
		unsafely["logout"](b).want(t, http.StatusOK, loggedOutBody)
		if b.cookie("refresh") != "" || own.live(u.ID) != 0 {
			t.Error("the session lives")
		}
		b.get(b.path("/csrf/"))
		b.plant("__Secure-refresh", old)
		b.get(b.path("/csrf/"))
		p = unsafely["refresh"](b)
		p.want(t, http.StatusUnauthorized, revokedBody)
		p.clears(t, "__Secure-refresh")
	}
}

func opaqueCookies(t *testing.T, h Harness) {
	up := newUpstream(t)
	up.knows("good", profileOf(7, ann, nil))
	a := h.client(t, up.url, clientInCookies(auth.CookiesOne))
	a.touchable()
	b := a.browser()
	b.enter(ann)
	if c := b.cookie("access"); c == "" || b.cookie("visitor") == "" {
		t.Errorf("access %q", c)
	}
	unsafely["touch"](b).want(t, http.StatusOK, "")
	unsafely["touch"](b, "X-CSRFToken", "x").want(t, http.StatusForbidden, csrfMissingBody)
	b.plant("__Host-access", "") // when it has expired
	unsafely["refresh"](b).want(t, http.StatusOK, "")
	unsafely["touch"](b).want(t, http.StatusOK, "")
	attacker := a.browser()
	attacker.get(attacker.path("/csrf/"))
	b.plant("__Host-csrf", attacker.cookie("csrf"))
	unsafely["touch"](b).want(t, http.StatusForbidden, csrfMissingBody)
}

func clientCSRF(t *testing.T, h Harness) {
	up := newUpstream(t)
	a := h.client(t, up.url)
	a.send(http.MethodGet, a.path("/csrf/"), nil).want(t, http.StatusOK, `{"detail":"CSRF cookie set."}`)
	a.post("/csrf/", nil).want(t, http.StatusMethodNotAllowed, "")
	guests := h.client(t, up.url, clientInCookies(auth.CookiesOne, "https://spa.example.com"))
	b := guests.browser()
	for _, name := range []string{"login", "sliding", "refresh", "slide", "logout"} {
		unsafely[name](b).want(t, http.StatusForbidden, `{"detail":"Disallowed origin."}`)
	}
	nobody := h.client(t, up.url, clientInCookies(auth.CookiesOne)).browser()
	for _, name := range []string{"login", "sliding", "refresh", "slide", "logout", "password"} {
		unsafely[name](nobody).want(t, http.StatusForbidden, csrfMissingBody)
		unsafely[name](nobody, "Origin", "https://evil.example").want(t, http.StatusForbidden, csrfOriginBody)
	}
	nobody.get(nobody.path("/csrf/"))
	for _, name := range []string{"refresh", "slide"} {
		unsafely[name](nobody).want(t, http.StatusUnauthorized, noRefreshBody)
	}
}
