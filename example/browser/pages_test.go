package browser_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// onBoth runs a test on each framework.
func onBoth(t *testing.T, run func(t *testing.T, s *shop, c *chrome)) {
	t.Helper()
	for _, framework := range []string{"gin", "echo"} {
		t.Run(framework, func(t *testing.T) {
			c := newChrome(t)
			run(t, newShop(t, framework), c)
		})
	}
}

// registered makes Ann and leaves the browser at the login page.
func registered(s *shop, c *chrome) {
	c.t.Helper()
	c.visit(s.url + "/auth/register/")
	c.fill("first_name", "Ann", "email", annEmail, "password", annFirst, "confirm_password", annFirst)
	c.press()
	c.at(s.url + "/auth/login/")
	c.shows("Your account is made.")
}

// loggedIn logs Ann in.
func loggedIn(s *shop, c *chrome, password string) {
	c.t.Helper()
	c.visit(s.url + "/auth/login/")
	c.fill("email", annEmail, "password", password)
	c.press()
	c.at(s.url + "/orders")
}

func TestAPersonRegistersLogsInAndOut(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop, c *chrome) {
		registered(s, c)
		c.visit(s.url + "/orders")
		c.at(s.url + "/auth/login/?next=%2Forders")
		c.fill("email", annEmail, "password", "wrong")
		c.press()
		c.shows("do not fit together")
		c.until("for the focus on what is wrong", func() bool { return c.script(`document.activeElement.className`) == "problems" })
		// By the keyboard alone, from the first field on.
		c.visit(s.url + "/auth/login/?next=%2Forders")
		c.until("for the focus on the first field", func() bool { return c.script(`document.activeElement.id`) == "email" })
		c.do(chromedp.KeyEvent(annEmail + kb.Tab + annFirst + kb.Enter))
		c.at(s.url + "/orders")
		c.shows("The secret orders of " + annEmail)

		c.visit(s.url + "/auth/logout/")
		c.press()
		c.at(s.url + "/auth/login/")
		c.shows("You are logged out.")
		for name := range c.cookies() {
			if strings.Contains(name, "access") || strings.Contains(name, "refresh") {
				t.Errorf("the browser still has %s", name)
			}
		}
		for range 3 { // the back button
			c.do(chromedp.Evaluate(`history.back()`, nil))
			c.until("for a page", func() bool { return c.script(`document.readyState`) == "complete" })
			if strings.Contains(c.text(), "secret") {
				t.Fatal("the back button shows what was secret")
			}
		}
	})
}

func TestCookiesAreStoredAsTheyShould(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop, c *chrome) {
		registered(s, c)
		loggedIn(s, c, annFirst)
		all := c.cookies()
		for name, want := range map[string]network.Cookie{
			"__Host-access":      {Path: "/", HTTPOnly: true, SameSite: network.CookieSameSiteLax},
			"__Host-access-info": {Path: "/", SameSite: network.CookieSameSiteLax},
			"__Secure-refresh":   {Path: "/auth/", HTTPOnly: true, SameSite: network.CookieSameSiteStrict, Session: true},
			"__Host-csrf":        {Path: "/", SameSite: network.CookieSameSiteLax, Session: true},
			"__Host-device":      {Path: "/", HTTPOnly: true, SameSite: network.CookieSameSiteLax},
		} {
			got := all[name]
			if got == nil {
				t.Errorf("the browser has no %s", name)
				continue
			}
			if got.Path != want.Path || got.HTTPOnly != want.HTTPOnly || got.SameSite != want.SameSite || got.Session != want.Session ||
				!got.Secure || got.Domain != "shop.example.com" {
				t.Errorf("%s is stored as %+v", name, got)
			}
		}
		scriptsSeeTheHint(t, c.script(`document.cookie`))
		c.visit(s.url + "/auth/login/")
		c.at(s.url + "/orders") // who is logged in needs no form
	})
}

// scriptsSeeTheHint reports an error unless a script reads the hint, and no token.
func scriptsSeeTheHint(t *testing.T, seen string) {
	t.Helper()
	if strings.Contains(seen, "access=") || strings.Contains(seen, "refresh") || strings.Contains(seen, "device") {
		t.Errorf("scripts see %s", seen)
	}
	info := regexp.MustCompile(`__Host-access-info=([^;]*)`).FindStringSubmatch(seen)
	if info == nil {
		t.Fatalf("scripts see %s", seen)
	}
	raw, err := base64.RawURLEncoding.DecodeString(info[1])
	var claims map[string]any
	if err != nil || json.Unmarshal(raw, &claims) != nil || claims["email"] != annEmail || claims["exp"] == nil {
		t.Errorf("the hint is %q", raw)
	}
}

func TestAnotherSiteCannotActForAPerson(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop, c *chrome) {
		registered(s, c)
		loggedIn(s, c, annFirst)
		for _, path := range []string{"/touch", "/auth/logout/", "/auth/token/logout/", "/auth/login/", "/auth/devices/"} {
			c.visit(evil(t, fmt.Sprintf(`<!DOCTYPE html><body><form id="f" method="post" action="%s%s">
				<input name="email" value="eve@example.com"><input name="password" value="x"></form><script>f.submit()</script>`, s.url, path)))
			c.until("for an answer", func() bool { return strings.HasPrefix(c.where(), s.url) })
			c.until("for a page", func() bool { return c.script(`document.readyState`) == "complete" })
			if text := c.text(); !strings.Contains(text, "sent from another site") && !strings.Contains(text, "not logged in") {
				t.Errorf("%s: %s", path, text)
			}
		}
		url := evil(t, fmt.Sprintf(`<!DOCTYPE html><body><script>
			fetch("%s/touch", {method: "POST", credentials: "include", mode: "no-cors"}).finally(() => { document.body.innerText = "done" })</script>`, s.url))
		c.visit(url)
		c.shows("done")
		if n := s.touched.Load(); n > 0 {
			t.Errorf("another site has touched %d times", n)
		}
		c.visit(s.url + "/orders")
		c.shows("The secret orders of " + annEmail)
		// The site's own script can.
		status := `fetch("/touch", {method: "POST", headers: {"X-CSRFToken": document.cookie.match(/__Host-csrf=([^;]*)/)[1]}}).then(r => document.title = "" + r.status)`
		c.do(chromedp.Evaluate(status, nil))
		c.until("for an answer", func() bool { return c.script(`document.title`) == "204" })
		if n := s.touched.Load(); n != 1 {
			t.Errorf("touched %d times", n)
		}
	})
}

// A link of another site leads in, also when the access cookie has expired: nobody has to log in anew.
func TestALinkOfAnotherSiteLeadsIn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop, c *chrome) {
		registered(s, c)
		loggedIn(s, c, annFirst)
		c.do(network.DeleteCookies("__Host-access").WithURL(s.url + "/"))
		c.until("for no cookie", func() bool { return c.cookies()["__Host-access"] == nil })
		c.visit(evil(t, fmt.Sprintf(`<!DOCTYPE html><body><a id="to" href="%s/orders">orders</a>`, s.url)))
		c.do(chromedp.Click("#to", chromedp.ByID))
		c.at(s.url + "/orders")
		c.shows("The secret orders of " + annEmail)
	})
}

func TestAPasswordIsResetByAMail(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop, c *chrome) {
		registered(s, c)
		c.visit(s.url + "/auth/login/?next=%2Forders")
		c.do(chromedp.Click(`a[href^="/auth/password-reset/"]`, chromedp.ByQuery))
		c.fill("email", annEmail)
		c.press()
		c.shows("Look into your mail")
		c.visit(s.newestLink(t))
		c.fill("new_password1", annThen, "new_password2", annFirst)
		c.press()
		c.shows("The passwords do not match.")
		c.fill("new_password1", annThen, "new_password2", annThen)
		c.press()
		c.at(s.url + "/auth/login/?next=%2Forders")
		c.shows("Your new password is set.")
		c.fill("email", annEmail, "password", annThen)
		c.press()
		c.at(s.url + "/orders")
	})
}

func TestAPersonChangesThePasswordAndSeesDevices(t *testing.T) {
	onBoth(t, func(_ *testing.T, s *shop, c *chrome) {
		registered(s, c)
		loggedIn(s, c, annFirst)
		c.visit(s.url + "/auth/devices/")
		c.shows("Chrome on Linux")
		c.visit(s.url + "/auth/password-change/")
		c.fill("old_password", annFirst, "new_password1", annThen, "new_password2", annThen)
		c.press()
		c.at(s.url + "/auth/password-change/done/")
		loggedIn(s, c, annThen)
	})
}
