package browser_test

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Each page is looked at on a phone and a desktop, by day and by night: no page is wider than a phone.
func TestHowPagesLook(t *testing.T) {
	c := newChrome(t)
	s := newShop(t, "gin")
	c.visit(s.url + "/auth/register/")
	c.pictures("register")
	c.fill("email", "x", "password", "x", "confirm_password", "x")
	c.press()
	c.shows("There is a problem")
	c.pictures("register-problems")
	registered(s, c)
	c.pictures("login-flash")
	c.visit(s.url + "/auth/login/")
	c.fill("email", annEmail, "password", "wrong")
	c.press()
	c.shows("do not fit")
	c.pictures("login-problem")
	for name, path := range map[string]string{"ask": "/auth/password-reset/", "sent": "/auth/password-reset/sent/", "reset": "/auth/password-reset/1/x/", "logout": "/auth/logout/", "done": "/auth/password-change/done/"} {
		c.visit(s.url + path)
		c.pictures(name)
	}
	loggedIn(s, c, annFirst)
	for name, path := range map[string]string{"devices": "/auth/devices/", "password": "/auth/password-change/"} {
		c.visit(s.url + path)
		c.pictures(name)
	}
	c.do(chromedp.Evaluate(`document.cookie = "__Host-csrf=x; Path=/; Secure"`, nil))
	c.press()
	c.shows("That did not work")
	c.pictures("error")
}

// Pages work where no script runs.
func TestPagesNeedNoScript(t *testing.T) {
	c := newChrome(t)
	s := newShop(t, "echo")
	c.do(emulation.SetScriptExecutionDisabled(true))
	registered(s, c)
	loggedIn(s, c, annFirst)
	c.shows("The secret orders of " + annEmail)
}
