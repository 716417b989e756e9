package adaptertest

import (
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
)

func csrfLoginOrigins(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesRefresh, func(s *auth.Settings) {
		s.Browser.LoginOrigins = []string{"https://spa.example.com"}
	})
	a.user(ann)
	b := a.browser()
	b.get(b.path("/csrf/"))
	const disallowed = `{"detail":"Disallowed origin."}`
	for _, name := range []string{"login", "sliding", "refresh", "slide", "logout"} {
		unsafely[name](b).want(t, http.StatusForbidden, disallowed)
		unsafely[name](b, "Origin", "https://evil.example").want(t, http.StatusForbidden, disallowed)
	}
	p := b.sendPlainly(http.MethodPost, b.path("/token/"), object{"email": ann, "password": userPassword}, "X-CSRFToken", b.cookie("csrf"))
	p.want(t, http.StatusForbidden, disallowed)
	for _, header := range [][]string{{"Origin", "https://spa.example.com"}, {"Referer", "https://spa.example.com/x"}} {
		all := append(header, "X-CSRFToken", b.cookie("csrf"))
		b.sendPlainly(http.MethodPost, b.path("/token/"), object{"email": ann, "password": userPassword}, all...).want(t, http.StatusOK, "")
	}
}

func csrfDisabled(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne, func(s *auth.Settings) { s.Browser.CSRFDisabled = true })
	a.user(ann)
	b := a.browser()
	unsafely["login"](b).want(t, http.StatusOK, "")
	unsafely["touch"](b, "X-CSRFToken", "").want(t, http.StatusOK, "")
	unsafely["touch"](b, "Origin", "https://evil.example").want(t, http.StatusForbidden, csrfOriginBody)
}
