package pages

import (
	"errors"
	"net/http"

	auth "github.com/authplug/authplug/core"
)

// accountEndpoints are for who is logged in.
func (b *bound) accountEndpoints() []auth.Endpoint {
	all := []auth.Endpoint{
		{Name: "page-password", Method: http.MethodGet, Path: "/password-change/", Handle: b.account(b.showPassword)},
		{Name: "page-password-send", Method: http.MethodPost, Path: "/password-change/", Handle: b.accountForm(b.sendPassword)},
		{Name: "page-password-done", Method: http.MethodGet, Path: "/password-change/done/", Handle: b.showDone},
	}
	if !b.service.Decides() {
		return all
	}
	return append(all,
		auth.Endpoint{Name: "page-devices", Method: http.MethodGet, Path: "/devices/", Handle: b.account(b.showDevices)},
		auth.Endpoint{Name: "page-devices-end-others", Method: http.MethodPost, Path: "/devices/", Handle: b.accountForm(b.endOthers)},
		auth.Endpoint{Name: "page-devices-end", Method: http.MethodPost, Path: "/devices/:id/", Handle: b.accountForm(b.endDevice)},
	)
}

// account shows a page to who is logged in, and the login to others.
func (b *bound) account(show func(*http.Request, *auth.Identity) (*auth.Response, error)) func(*http.Request) (*auth.Response, error) {
	return func(r *http.Request) (*auth.Response, error) {
		admitted, err := b.service.Admit(r, auth.RequireLogin)
		if err != nil {
			return b.toLogin(r, err)
		}
		p, err := show(admitted, auth.FromContext(admitted.Context()))
		if errors.Is(err, auth.ErrTokenRevoked) {
			return b.over(r)
		}
		return p, err
	}
}

// over sends a person to the login whose session has ended elsewhere while its access token lives on, and
// takes that away: the login would send it back.
func (b *bound) over(r *http.Request) (*auth.Response, error) {
	cookies, err := b.service.LogOut(r, auth.ScopeThis)
	if err != nil {
		return nil, err
	}
	return b.on("/login/", b.path("/devices/"), "flash.expired", cookies...), nil
}

// accountForm answers a form of who is logged in.
func (b *bound) accountForm(send func(*form, *auth.Identity) (*auth.Response, error)) func(*http.Request) (*auth.Response, error) {
	return b.account(func(r *http.Request, id *auth.Identity) (*auth.Response, error) {
		return b.form(func(f *form) (*auth.Response, error) { return send(f, id) })(r)
	})
}

// toLogin sends a person to the login whose session is over, also by a form.
func (b *bound) toLogin(r *http.Request, err error) (*auth.Response, error) {
	var e *auth.Error
	if r.Method == http.MethodGet || !errors.As(err, &e) || e.Status() != http.StatusUnauthorized {
		return nil, err
	}
	if err := b.service.CheckCSRF(r); err != nil {
		return nil, err
	}
	return b.on("/login/", b.path("/password-change/"), "flash.expired"), nil
}

func (b *bound) showPassword(r *http.Request, id *auth.Identity) (*auth.Response, error) {
	v := b.view(r, "password")
	v.User, v.Next = id.User, b.asked(r)
	return b.answer(http.StatusOK, v), nil
}

func (b *bound) sendPassword(f *form, id *auth.Identity) (*auth.Response, error) {
	old, fresh, again := f.Get("old_password"), f.Get("new_password1"), f.Get("new_password2")
	if err := matching(fresh, again, "new_password1", "new_password2", "old_password", old); err != nil {
		return b.shown(f, "password", err)
	}
	err := b.service.ChangePasswordOf(f.request.Context(), id, auth.PasswordChange{
		Password: old, NewPassword: fresh, From: b.service.ClientOf(f.request),
	})
	if errors.Is(err, auth.ErrPasswordWrong) {
		err = problems("old_password", b.settingsText("password.wrong"))
	}
	if err != nil {
		return b.shown(f, "password", err)
	}
	cookies, err := b.service.LogOut(f.request, auth.ScopeThis)
	if err != nil {
		return nil, err
	}
	return redirect(withNext(b.path("/password-change/done/"), f.next), cookies...), nil
}

func (b *bound) settingsText(name string) string { return b.Pages.settings.Texts[name] }

// matching returns what is wrong with a new password that is typed twice, and with other fields that must
// be there: names and values.
func matching(fresh, again, name, second string, others ...string) error {
	var wrong []string
	for i := 0; i+1 < len(others); i += 2 {
		if others[i+1] == "" {
			wrong = append(wrong, others[i], required)
		}
	}
	switch {
	case fresh == "":
		wrong = append(wrong, name, required)
	case fresh != again:
		wrong = append(wrong, second, mismatch)
	}
	if wrong == nil {
		return nil
	}
	return problems(wrong...)
}

// mismatch is the name of the text that says so.
const mismatch = "mismatch"

func (b *bound) showDone(r *http.Request) (*auth.Response, error) {
	v := b.view(r, "done")
	v.Next = b.asked(r)
	return b.answer(http.StatusOK, v), nil
}

// devices returns where somebody is logged in, if the session of the request is among them: one that has
// ended shows and ends no others, even where its access token lives on.
func (b *bound) devices(r *http.Request, id *auth.Identity) ([]Session, error) {
	all, err := b.service.Sessions(r.Context(), auth.UserKey{ID: id.User.ID})
	if err != nil {
		return nil, err
	}
	var list []Session
	current := false
	for _, s := range all {
		here := s.ID == id.SessionID()
		current = current || here
		list = append(list, Session{s.ID, s.Label, s.Address, s.CreatedAt, s.LastSeen, here})
	}
	if !current {
		return nil, auth.ErrTokenRevoked
	}
	return list, nil
}

func (b *bound) showDevices(r *http.Request, id *auth.Identity) (*auth.Response, error) {
	list, err := b.devices(r, id)
	if err != nil {
		return nil, err
	}
	v := b.view(r, "devices")
	v.User, v.Sessions = id.User, list
	return b.answer(http.StatusOK, v), nil
}

func (b *bound) endOthers(f *form, id *auth.Identity) (*auth.Response, error) {
	if _, err := b.devices(f.request, id); err != nil {
		return nil, err
	}
	if err := b.service.EndOtherSessions(f.request.Context(), auth.UserKey{ID: id.User.ID}, id.SessionID()); err != nil {
		return nil, err
	}
	return b.on("/devices/", "", "flash.others"), nil
}

// endDevice ends one of one's own sessions. Who ends the present one is logged out.
func (b *bound) endDevice(f *form, id *auth.Identity) (*auth.Response, error) {
	list, err := b.devices(f.request, id)
	if err != nil {
		return nil, err
	}
	chosen := f.request.PathValue("id")
	for _, s := range list {
		switch {
		case s.ID != chosen:
			continue
		case s.Current:
			return b.sendLogout(f)
		}
		if err := b.service.EndSession(f.request.Context(), s.ID); err != nil {
			return nil, err
		}
	}
	return b.on("/devices/", "", "flash.ended"), nil // one that is not there is over
}
