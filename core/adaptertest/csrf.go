package adaptertest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var csrfClaims = []claim{
	{"what changes something needs a CSRF token of the session", csrfNeeded},
	{"a request says where it comes from, and does not contradict itself", csrfOrigins},
	{"a planted pair of token and cookie does not pass", csrfPlanted},
	{"a login from another site is refused, and one replaces the token", csrfAtLogin},
	{"pages of one session share a token, which outlives the access token", csrfShared},
	{"a form sends the token in a field, and is read once more by its handler", csrfInForms},
	{"without cookies there is nothing to defend", csrfWithoutCookies},
	{"no method that changes nothing sets or changes anything", csrfSafeMethods},
	{"only certain origins log in, where it is said which", csrfLoginOrigins},
	{"clients that are no browsers need no token where it is switched off", csrfDisabled},
}

// unsafely are requests that change something, by what they ask.
var unsafely = map[string]func(b *browser, header ...string) reply{
	"login": func(b *browser, header ...string) reply {
		return b.post("/token/", object{"email": ann, "password": userPassword}, header...)
	},
	"sliding": func(b *browser, header ...string) reply {
		return b.post("/token/sliding/", object{"email": ann, "password": userPassword}, header...)
	},
	"refresh":   func(b *browser, header ...string) reply { return b.post("/token/refresh/", nil, header...) },
	"slide":     func(b *browser, header ...string) reply { return b.post("/token/sliding/refresh/", nil, header...) },
	"logout":    func(b *browser, header ...string) reply { return b.post(logoutPath, nil, header...) },
	"blacklist": func(b *browser, header ...string) reply { return b.post("/token/blacklist/", nil, header...) },
	"register": func(b *browser, header ...string) reply {
		return b.post("/create-user/", object{"email": "new@example.com", "password": freshPassword}, header...)
	},
	"password": func(b *browser, header ...string) reply {
		return b.post("/password-change/", object{"email": ann, "password": userPassword, "new_password": freshPassword}, header...)
	},
	"others": func(b *browser, header ...string) reply {
		return b.send(http.MethodDelete, b.path("/sessions/"), nil, header...)
	},
	"one": func(b *browser, header ...string) reply {
		return b.send(http.MethodDelete, b.path("/sessions/0123456789abcdef/"), nil, header...)
	},
	"touch": func(b *browser, header ...string) reply { return b.send(http.MethodPost, "/api/touch", nil, header...) },
}

// CK-05.
func csrfNeeded(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne)
	u := a.user(ann)
	a.user("bob@example.com")
	bobs := a.entered("bob@example.com").cookie("csrf")
	former := a.entered(ann)
	b := a.entered(ann)
	good := b.cookie("csrf")
	before, live := a.row(u.ID), a.live(u.ID)
	for _, ask := range unsafely {
		for _, sent := range []string{
			"", "null", "x", good[:len(good)-1], good[:len(good)-1] + flipped(good), bobs, former.cookie("csrf"), strings.Repeat("x", 10<<10), good + "=",
		} {
			ask(b, "X-CSRFToken", sent).want(t, http.StatusForbidden, csrfMissingBody)
		}
		ask(b, "Origin", "https://evil.example").want(t, http.StatusForbidden, csrfOriginBody)
		for _, cookie := range []string{"", "null", bobs, "x"} {
			b.plant("__Host-csrf", cookie)
			for _, sent := range []string{cookie, good, "null"} {
				ask(b, "X-CSRFToken", sent).want(t, http.StatusForbidden, csrfMissingBody)
			}
			b.plant("__Host-csrf", good)
		}
	}
	b.send(http.MethodPost, "/api/touch?csrfmiddlewaretoken="+good, nil, "X-CSRFToken", "").want(t, http.StatusForbidden, csrfMissingBody)
	if now := a.row(u.ID); now.Version != before.Version || a.live(u.ID) != live || a.hit("/api/touch") > 0 {
		t.Error("a refused request changed something")
	}
	b.send(http.MethodPost, "/api/touch", nil).want(t, http.StatusOK, "")
	b.send(http.MethodPost, "/api/touch", nil, "X-CSRFToken", "", "X-CSRF-Token", good).want(t, http.StatusOK, "")
	unsafely["register"](b).want(t, http.StatusCreated, "")
	unsafely["password"](b).want(t, http.StatusOK, "")
}

// flipped returns another last character than a text has, of the same bits as far as they count.
func flipped(text string) string {
	if strings.HasSuffix(text, "A") {
		return "Q"
	}
	return "A"
}

// CK-08.
func csrfOrigins(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne, func(s *auth.Settings) { s.Browser.TrustedOrigins = []string{"https://partner.example:8443"} })
	a.user(ann)
	b := a.entered(ann)
	for _, c := range []struct {
		ok     bool
		header []string
	}{
		{true, []string{"Sec-Fetch-Site", "same-origin"}},
		{true, []string{"Sec-Fetch-Site", "none"}},
		{true, []string{"Origin", publicURL}},
		{true, []string{"Origin", "https://APP.example.com"}},
		{true, []string{"Origin", "https://partner.example:8443"}},
		{true, []string{"Origin", "https://partner.example:8443", "Sec-Fetch-Site", "cross-site"}},
		{true, []string{"Referer", publicURL + "/x"}},
		{true, nil}, // says nothing: no browser

		{false, []string{"Sec-Fetch-Site", "cross-site"}},
		{false, []string{"Sec-Fetch-Site", "same-site"}},
		{false, []string{"Sec-Fetch-Site", "junk"}},
		{false, []string{"Sec-Fetch-Site", "same-origin", "Origin", "https://evil.example"}},
		{false, []string{"Origin", "http://app.example.com"}},
		{false, []string{"Origin", "https://app.example.com:8443"}},
		{false, []string{"Origin", "https://app.example.com.evil.example"}},
		{false, []string{"Origin", "https://evil.example"}},
		{false, []string{"Origin", "https://partner.example"}},
		{false, []string{"Origin", "http://partner.example:8443"}},
		{false, []string{"Origin", "null"}},
		{false, []string{"Origin", ""}},
		{false, []string{"Origin", "https://evil.example", "Host", "evil.example"}},
		{false, []string{"Referer", "https://evil.example/x"}},
		{false, []string{"Referer", "https://evil.example/" + publicURL}},
		{false, []string{"Referer", "://"}},
	} {
		p := b.sendPlainly(http.MethodPost, "/api/touch", nil, append(c.header, "X-CSRFToken", b.cookie("csrf"))...)
		switch {
		case c.ok:
			p.want(t, http.StatusOK, "")
		case p.status != http.StatusForbidden || p.text != csrfOriginBody:
			t.Errorf("%v: %d %s", c.header, p.status, p.text)
		}
	}
	for _, name := range []string{"Sec-Fetch-Site", "Origin", "Referer"} {
		good := map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": publicURL, "Referer": publicURL}[name]
		r := a.request(http.MethodPost, publicURL+"/api/touch", nil, "X-CSRFToken", b.cookie("csrf"))
		r.Header[name] = []string{good, "https://evil.example"}
		for _, c := range b.jar.Cookies(b.at("/api/touch")) {
			r.AddCookie(c)
		}
		a.do(r).want(t, http.StatusForbidden, csrfOriginBody)
	}
}

func csrfPlanted(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne)
	a.user(ann)
	attacker := a.browser()
	attacker.get(attacker.path("/csrf/"))
	b := a.entered(ann)
	good := b.cookie("csrf")
	for _, i := range []int{0, 30, 60} { // in each of its parts
		b.plant("__Host-csrf", good[:i]+map[bool]string{true: "B", false: "A"}[good[i] == 'A']+good[i+1:])
		unsafely["touch"](b).want(t, http.StatusForbidden, csrfMissingBody)
	}
	b.plant("__Host-csrf", attacker.cookie("csrf"))
	unsafely["touch"](b).want(t, http.StatusForbidden, csrfMissingBody)
	b.plant("__Host-visitor", attacker.cookie("visitor")) // whoever is logged in is no visitor
	unsafely["touch"](b).want(t, http.StatusForbidden, csrfMissingBody)
	nobody := a.browser()
	nobody.get(nobody.path("/csrf/"))
	nobody.plant("__Host-csrf", attacker.cookie("csrf"))
	unsafely["login"](nobody).want(t, http.StatusForbidden, csrfMissingBody)

	elsewhere := h.browserApp(t, auth.CookiesOne, func(s *auth.Settings) { s.Cookies.Keys = []auth.Secret{cookieKey} })
	elsewhere.user(ann)
	b.plant("__Host-csrf", elsewhere.entered(ann).cookie("csrf")) // of another key
	unsafely["touch"](b).want(t, http.StatusForbidden, csrfMissingBody)
}

// cookieKey is a key for what browsers carry.
const cookieKey = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

// CK-07 (a).
func csrfAtLogin(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne)
	u := a.user(ann)
	b := a.browser()
	unsafely["login"](b, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site").want(t, http.StatusForbidden, csrfOriginBody)
	unsafely["login"](b).want(t, http.StatusForbidden, csrfMissingBody)
	if a.live(u.ID) != 0 || b.cookie("access") != "" {
		t.Error("somebody is logged in")
	}
	b.get(b.path("/csrf/"))
	anonymous := b.cookie("csrf")
	unsafely["login"](b).want(t, http.StatusOK, "")
	if b.cookie("csrf") == anonymous {
		t.Error("a login leaves the token as it was")
	}
	unsafely["touch"](b, "X-CSRFToken", anonymous).want(t, http.StatusForbidden, csrfMissingBody)
	unsafely["touch"](b).want(t, http.StatusOK, "")
}

func csrfShared(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne)
	a.user(ann)
	b := a.browser()
	b.get(b.path("/csrf/"))
	first := b.cookie("csrf")
	if b.get(b.path("/csrf/")); b.cookie("csrf") != first {
		t.Error("a second page cost the first its token")
	}
	b.enter(ann)
	first = b.cookie("csrf")
	a.pass(6 * time.Minute)
	if b.get(b.path("/csrf/")); b.cookie("csrf") != first {
		t.Error("the token ended with the access token")
	}
	unsafely["refresh"](b).want(t, http.StatusOK, "")
	b.plant("__Host-access", "")
	unsafely["refresh"](b).want(t, http.StatusOK, "") // by the refresh cookie's session
}

func csrfInForms(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne)
	a.user(ann)
	a.serve([]Route{{Method: http.MethodPost, Path: "/api/touch", Auth: true, Handle: func(r *http.Request, _ *auth.Identity) any {
		return r.PostFormValue("text")
	}}})
	b := a.entered(ann)
	form := func(token string) string {
		return url.Values{"text": {strings.Repeat("ä", 1000)}, "csrfmiddlewaretoken": {token}}.Encode()
	}
	const urlencoded = "application/x-www-form-urlencoded; charset=utf-8"
	p := b.send(http.MethodPost, "/api/touch", form(b.cookie("csrf")), "Content-Type", urlencoded, "X-CSRFToken", "")
	p.want(t, http.StatusOK, `"`+strings.Repeat("ä", 1000)+`"`)
	for _, body := range []string{form("x"), "text=x", "csrfmiddlewaretoken=%zz", "%zz&&&=", form(b.cookie("csrf") + "=")} {
		b.send(http.MethodPost, "/api/touch", body, "Content-Type", urlencoded, "X-CSRFToken", "").want(t, http.StatusForbidden, csrfMissingBody)
	}
	var multi bytes.Buffer
	w := multipart.NewWriter(&multi)
	_ = w.WriteField("csrfmiddlewaretoken", b.cookie("csrf"))
	_ = w.Close()
	b.send(http.MethodPost, "/api/touch", multi.String(), "Content-Type", w.FormDataContentType(), "X-CSRFToken", "").
		want(t, http.StatusForbidden, csrfMissingBody)
	login := url.Values{"email": {ann}, "password": {userPassword}, "csrfmiddlewaretoken": {b.cookie("csrf")}}.Encode()
	b.send(http.MethodPost, b.path("/token/"), login, "Content-Type", urlencoded, "X-CSRFToken", "").want(t, http.StatusOK, "")
}

func csrfWithoutCookies(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	p := a.send(http.MethodGet, a.path("/csrf/"), nil)
	p.want(t, http.StatusOK, `{"detail":"CSRF cookie set."}`)
	if len(p.set()) == 0 {
		t.Error("no cookie is set")
	}
	a.post("/csrf/", nil).want(t, http.StatusMethodNotAllowed, "")
	a.post("/token/", object{"email": ann, "password": userPassword}, "Origin", "https://evil.example").want(t, http.StatusOK, "")
	access := a.login(ann).access
	a.send(http.MethodGet, "/api/me", nil, "Cookie", "__Host-access="+access+"; access="+access).want(t, http.StatusUnauthorized, nobodyBody)
}

// CK-10.
func csrfSafeMethods(t *testing.T, h Harness) {
	a := h.browserApp(t, auth.CookiesOne)
	u := a.user(ann)
	b := a.entered(ann)
	for path := range posted {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
			p := b.send(method, b.path(path), nil, "X-HTTP-Method-Override", "POST")
			if len(p.set()) > 0 || p.status < 400 && method != http.MethodOptions {
				t.Errorf("%s %s: %d %v", method, path, p.status, p.header["Set-Cookie"])
			}
		}
	}
	b.post("/csrf/", nil).want(t, http.StatusMethodNotAllowed, "")
	if a.live(u.ID) != 1 {
		t.Error("the session has ended")
	}
}
