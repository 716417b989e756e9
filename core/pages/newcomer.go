package pages

import (
	"net/http"

	auth "github.com/authplug/authplug/core"
)

// newcomerEndpoints are for who has no account yet, or has lost its password.
func (b *bound) newcomerEndpoints() []auth.Endpoint {
	var all []auth.Endpoint
	if !b.Pages.settings.Closed {
		all = append(all,
			auth.Endpoint{Name: "page-register", Method: http.MethodGet, Path: "/register/", Handle: b.showRegister},
			auth.Endpoint{Name: "page-register-send", Method: http.MethodPost, Path: "/register/", Handle: b.form(b.sendRegister)},
		)
	}
	if b.settings.Mailer == nil {
		return all
	}
	all = append(all,
		auth.Endpoint{Name: "page-reset", Method: http.MethodGet, Path: "/password-reset/", Handle: b.showAsk("ask", "/password-reset/")},
		auth.Endpoint{Name: "page-reset-ask", Method: http.MethodPost, Path: "/password-reset/", Handle: b.form(b.sendAsk("ask", "/password-reset/", b.service.RequestPasswordReset))},
		auth.Endpoint{Name: "page-sent", Method: http.MethodGet, Path: "/password-reset/sent/", Handle: b.showSent},
		auth.Endpoint{Name: "page-reset-set", Method: http.MethodGet, Path: "/password-reset/:id/:code/", Handle: b.showReset},
		auth.Endpoint{Name: "page-reset-send", Method: http.MethodPost, Path: "/password-reset/:id/:code/", Handle: b.form(b.sendReset)},
	)
	if !b.settings.Users.ConfirmEmail {
		return all
	}
	return append(all,
		auth.Endpoint{Name: "page-confirm-again", Method: http.MethodGet, Path: "/email-confirm/", Handle: b.showAsk("again", "/email-confirm/")},
		auth.Endpoint{Name: "page-confirm-ask", Method: http.MethodPost, Path: "/email-confirm/", Handle: b.form(b.sendAsk("again", "/email-confirm/", b.service.RequestConfirmation))},
		auth.Endpoint{Name: "page-confirm", Method: http.MethodGet, Path: "/email-confirm/:id/:code/", Handle: b.showConfirm},
		auth.Endpoint{Name: "page-confirm-send", Method: http.MethodPost, Path: "/email-confirm/:id/:code/", Handle: b.form(b.sendConfirm)},
	)
}

func (b *bound) showRegister(r *http.Request) (*auth.Response, error) {
	v := b.view(r, "register")
	v.Next = b.asked(r)
	return b.answer(http.StatusOK, v), nil
}

var registered = []string{"email", "first_name", "last_name"}

func (b *bound) sendRegister(f *form) (*auth.Response, error) {
	if f.Get("password") != f.Get("confirm_password") {
		return b.shown(f, "register", problems("confirm_password", mismatch), registered...)
	}
	u, err := b.service.Register(f.request, f.next)
	switch {
	case err != nil:
		return b.shown(f, "register", err, registered...)
	case u.Unconfirmed:
		return b.on("/login/", f.next, "flash.confirm"), nil
	case f.next != "":
		return redirect(f.next, b.service.FlashCookie(b.service.Seal("flash", "flash.registered"))), nil
	}
	return b.on("/login/", "", "flash.registered"), nil
}

// showAsk asks for an address to which a link is mailed.
func (b *bound) showAsk(texts, path string) func(*http.Request) (*auth.Response, error) {
	return func(r *http.Request) (*auth.Response, error) {
		v := b.ask(r, texts, path)
		v.Next = b.asked(r)
		return b.answer(http.StatusOK, v), nil
	}
}

func (b *bound) ask(r *http.Request, texts, path string) *view {
	v := b.view(r, "ask")
	v.Title, v.Text, v.Action = v.T(texts+".title"), v.T(texts+".text"), b.path(path)
	return v
}

func (b *bound) sendAsk(texts, path string, request mailing) handler {
	return func(f *form) (*auth.Response, error) {
		err := request(f.request.Context(), f.Get("email"), f.next, b.service.ClientOf(f.request))
		if err == nil {
			return redirect(b.path("/password-reset/sent/")), nil
		}
		p, err := b.shown(f, "ask", err, "email")
		if p != nil {
			v := b.ask(f.request, texts, path)
			v.Next, v.Values, v.Problems = f.next, map[string]string{"email": f.Get("email")}, []Problem{{"email", v.T("Enter a valid email address.")}}
			if p.Status == http.StatusTooManyRequests {
				v.Problems = []Problem{{"", v.T("error.throttled")}}
			}
			again := b.answer(p.Status, v)
			again.Header.Set("Retry-After", p.Header.Get("Retry-After"))
			return again, nil
		}
		return nil, err
	}
}

func (b *bound) showSent(r *http.Request) (*auth.Response, error) {
	return b.answer(http.StatusOK, b.view(r, "sent")), nil
}

// showReset shows the form whatever the code is: only sending it uses the code, and tells whether it was
// good. Scanners of mails follow links.
func (b *bound) showReset(r *http.Request) (*auth.Response, error) {
	v := b.secretView(r, "reset")
	v.Next = b.asked(r)
	return b.answer(http.StatusOK, v), nil
}

// secretView is of a page whose address acts for a user: it is told to nobody.
func (b *bound) secretView(r *http.Request, page string) *view {
	v := b.view(r, page)
	v.secret = true
	return v
}

func (b *bound) sendReset(f *form) (*auth.Response, error) {
	fresh := f.Get("new_password1")
	err := matching(fresh, f.Get("new_password2"), "new_password1", "new_password2")
	if err == nil {
		err = b.service.ResetPassword(f.request.Context(), auth.PasswordReset{
			UserID: f.request.PathValue("id"), Code: f.request.PathValue("code"), NewPassword: fresh, From: b.service.ClientOf(f.request),
		})
	}
	if err != nil {
		return b.shown(f, "reset", err)
	}
	return b.on("/login/", f.next, "flash.reset"), nil
}

func (b *bound) showConfirm(r *http.Request) (*auth.Response, error) {
	v := b.secretView(r, "confirm")
	v.Next = b.asked(r)
	return b.answer(http.StatusOK, v), nil
}

func (b *bound) sendConfirm(f *form) (*auth.Response, error) {
	r := f.request
	if err := b.service.ConfirmEmail(r.Context(), r.PathValue("id"), r.PathValue("code"), b.service.ClientOf(r)); err != nil {
		return b.shown(f, "confirm", err)
	}
	return b.on("/login/", f.next, "flash.confirmed"), nil
}

// resetElsewhere sends a person to the service that has the passwords, by its public name.
func (b *bound) resetElsewhere(*http.Request) (*auth.Response, error) {
	return redirect(b.Pages.settings.ResetURL), nil
}
