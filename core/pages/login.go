package pages

import (
	"net/http"
	"strings"

	auth "github.com/authplug/authplug/core"
)

// path returns the path of a page.
func (b *bound) path(page string) string { return strings.TrimSuffix(b.settings.Mount, "/") + page }

// identity returns who is logged in, or nil.
func (b *bound) identity(r *http.Request) *auth.Identity {
	if !b.known {
		return nil
	}
	r, err := b.service.Admit(r, nil)
	if err != nil {
		return nil
	}
	return auth.FromContext(r.Context())
}

// showLogin sends on who is logged in, or has only let the login rest, and shows the form to others.
func (b *bound) showLogin(r *http.Request) (*auth.Response, error) {
	next := b.asked(r)
	var cookies []*http.Cookie
	known := b.identity(r) != nil
	if !known {
		cookies = b.service.Renewal(r)
	}
	if known || cookies != nil {
		return b.bounce(r, b.home(next), cookies)
	}
	v := b.view(r, "login")
	v.Next = next
	p := b.answer(http.StatusOK, v)
	if b.service.Withheld(r) && !r.URL.Query().Has(again) {
		p.Header.Set("Refresh", "0; url="+withNext(b.path("/login/"), next, again, "1"))
	}
	return p, nil
}

// again marks the login page that a browser goes to from itself.
const again = "again"

// bounce sends a browser on without a form. Another host that sends it back at once does not take the
// login, and would so for ever.
func (b *bound) bounce(r *http.Request, to string, cookies []*http.Cookie) (*auth.Response, error) {
	switch {
	case strings.HasPrefix(to, "/"):
		return redirect(to, cookies...), nil
	case b.service.Bounced(r, to):
		return nil, errCircle
	}
	return redirect(to, append(cookies, b.service.BounceCookie(to))...), nil
}

// errCircle is told where the place that a person was on the way to sends it back at once.
var errCircle = auth.NewError(http.StatusForbidden, "login_not_accepted", "You are logged in, but the page does not accept that.")

func (b *bound) sendLogin(f *form) (*auth.Response, error) {
	name := (&view{settings: b.settings}).LoginField()
	c := auth.Credentials{Identifier: strings.TrimSpace(f.Get(name)), Password: f.Get("password")}
	var missing []string
	for _, field := range []struct{ name, value string }{{name, c.Identifier}, {"password", c.Password}} {
		if field.value == "" {
			missing = append(missing, field.name, required)
		}
	}
	if missing != nil {
		return b.shown(f, "login", problems(missing...), name)
	}
	cookies, err := b.service.LogIn(f.request, c, f.Get("remember") != "")
	if err != nil {
		return b.shown(f, "login", err, name, "remember")
	}
	return redirect(b.home(f.next), cookies...), nil
}

func (b *bound) showLogout(r *http.Request) (*auth.Response, error) {
	v := b.view(r, "logout")
	v.Next = b.asked(r)
	return b.answer(http.StatusOK, v), nil
}

func (b *bound) sendLogout(f *form) (*auth.Response, error) {
	cookies, err := b.service.LogOut(f.request, auth.ScopeThis)
	if err != nil {
		return nil, err
	}
	if f.next != "" {
		return redirect(f.next, cookies...), nil
	}
	return b.on("/login/", "", "flash.out", cookies...), nil
}
