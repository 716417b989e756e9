package adaptertest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var accountClaims = []claim{
	{"a person changes its password, and is logged out everywhere", accountPassword},
	{"programs change passwords at the same place", accountPrograms},
	{"a person sees where it is logged in, and ends that", accountDevices},
	{"a session that has ended shows no others", accountEnded},
	{"where no page knows who is logged in there are none for that", accountRefreshCookie},
}

func accountPassword(t *testing.T, h Harness) {
	a, o := h.paged(t)
	u := a.user(ann)
	b := a.browser()
	b.visit("/auth/password-change/").leads(t, "/auth/login/?next=%2Fauth%2Fpassword-change%2F")
	b.logIn(ann, "/auth/password-change/").leads(t, "/auth/password-change/")
	other := a.browser()
	other.logIn(ann, "")
	page := b.visit("/auth/password-change/")
	page.shows(t, http.StatusOK, `autocomplete="current-password"`, `autocomplete="new-password"`)
	change := func(old, fresh, again string) reply {
		return b.submit("/auth/password-change/", page, url.Values{"old_password": {old}, "new_password1": {fresh}, "new_password2": {again}})
	}
	change("wrong", freshPassword, freshPassword).shows(t, http.StatusBadRequest, "This is not your current password.", `href="#old_password"`)
	change(userPassword, freshPassword, "x").shows(t, http.StatusBadRequest, "The passwords do not match.", `href="#new_password2"`)
	change(userPassword, "x", "x").shows(t, http.StatusBadRequest, "too short", `href="#new_password1"`)
	change("", "", "").shows(t, http.StatusBadRequest, "This field is required.")
	if a.live(u.ID) != 2 || o.count() > 0 {
		t.Error("a bad form changed something")
	}
	change(userPassword, freshPassword, freshPassword).leads(t, "/auth/password-change/done/")
	b.visit("/auth/password-change/done/").shows(t, http.StatusOK, "logged out everywhere")
	for _, c := range []*browser{b, other} {
		c.visit("/api/page").leads(t, "/auth/login/?next=%2Fapi%2Fpage")
	}
	b.logIn(ann, "").shows(t, http.StatusUnauthorized, "do not fit together")
	page = b.visit("/auth/login/")
	b.submit("/auth/login/", page, url.Values{"email": {ann}, "password": {freshPassword}}).leads(t, "/")

	b.visit("/auth/password-change/done/?next=/api/page").shows(t, http.StatusOK, `href="/auth/login/?next=%2Fapi%2Fpage"`)
	page = b.visit("/auth/password-change/")
	a.pass(6 * time.Minute)
	change(freshPassword, userPassword, userPassword).leads(t, "/auth/login/?next=%2Fauth%2Fpassword-change%2F")
}

func accountPrograms(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	a.user(ann)
	b := a.browser()
	b.get(b.path("/csrf/"))
	b.post("/password-change/", object{"email": ann, "password": userPassword, "new_password": freshPassword}).want(t, http.StatusOK, "{}")
	b.get("/auth/sessions/").want(t, http.StatusUnauthorized, nobodyBody)
	b.send(http.MethodPut, "/auth/password-change/", nil).want(t, http.StatusMethodNotAllowed, "")
}

func accountDevices(t *testing.T, h Harness) {
	a, _ := h.paged(t)
	u, bob := a.user(ann), a.user("bob@example.com")
	b, other := a.browser(), a.browser()
	for _, c := range []*browser{b, other, a.browser()} {
		page := c.visit("/auth/login/", "User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0")
		c.submit("/auth/login/", page, url.Values{"email": {ann}, "password": {userPassword}}, "User-Agent",
			"Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0").leads(t, "/")
		a.pass(time.Second)
	}
	bobs := a.browser()
	bobs.logIn("bob@example.com", "")
	page := b.visit("/auth/devices/")
	page.shows(t, http.StatusOK, "Firefox on Linux", "this device", "Log out everywhere else")
	if n := strings.Count(page.text, "Firefox on Linux</strong>"); n != 3 {
		t.Errorf("%d sessions are shown", n)
	}
	end := func(c *browser, id string) reply { return c.submit("/auth/devices/"+id+"/", page, nil) }
	end(b, a.sessionOf(bob.ID).ID).leads(t, "/auth/devices/")
	end(b, strings.Repeat("0", 32)).leads(t, "/auth/devices/")
	if a.live(bob.ID) != 1 || a.live(u.ID) != 3 {
		t.Error("somebody else's session has ended")
	}
	end(b, other.get("/api/me").field("session")).leads(t, "/auth/devices/")
	b.visit("/auth/devices/").shows(t, http.StatusOK, "That device is logged out.")
	other.visit("/api/page").leads(t, "/auth/login/?next=%2Fapi%2Fpage")
	b.submit("/auth/devices/", page, nil).leads(t, "/auth/devices/")
	if a.live(u.ID) != 1 {
		t.Errorf("%d sessions live", a.live(u.ID))
	}
	b.visit("/auth/devices/").shows(t, http.StatusOK, "logged in nowhere else")
	end(b, b.get("/api/me").field("session")).leads(t, "/auth/login/")
	if b.cookie("access") != "" || a.live(u.ID) != 0 {
		t.Error("the present session goes on")
	}
}

func accountEnded(t *testing.T, h Harness) {
	a, _ := h.paged(t, func(s *auth.Settings) { s.Tokens.AccessOutlivesSession = true })
	u := a.user(ann)
	b, other := a.browser(), a.browser()
	b.logIn(ann, "")
	other.logIn(ann, "")
	page := b.visit("/auth/devices/")
	if err := a.service.EndSession(t.Context(), b.get("/api/me").field("session")); err != nil {
		t.Fatal(err)
	}
	b.visit("/api/page").want(t, http.StatusOK, "") // as it was chosen
	keep := b.cookie("access")
	b.submit("/auth/devices/", page, nil).leads(t, "/auth/login/?next=%2Fauth%2Fdevices%2F")
	b.plant("__Host-access", keep)
	b.visit("/auth/devices/").leads(t, "/auth/login/?next=%2Fauth%2Fdevices%2F")
	b.visit("/auth/login/").shows(t, http.StatusOK, `type="password"`) // and stays there
	if a.live(u.ID) != 1 {
		t.Error("an ended session ended another one")
	}
}

func accountRefreshCookie(t *testing.T, h Harness) {
	a, _ := h.paged(t, func(s *auth.Settings) { s.Cookies.Mode = auth.CookiesRefresh })
	a.user(ann)
	b := a.browser()
	b.logIn(ann, "/app").leads(t, "/app")
	if b.cookie("access") != "" || b.cookie("refresh") == "" {
		t.Error("the cookies are others")
	}
	b.post("/token/refresh/", nil).want(t, http.StatusOK, "")
	b.visit("/api/page").shows(t, http.StatusUnauthorized, "You are not logged in.") // no login would help
	b.visit("/auth/devices/").want(t, http.StatusNotFound, "")
}
