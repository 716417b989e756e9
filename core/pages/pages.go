package pages

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"slices"

	auth "github.com/authplug/authplug/core"
)

// Settings say how pages look and speak. The zero value is ready to use.
type Settings struct {
	// Name is the name of the site, which every page shows. Defaults to none.
	Name string

	// Templates replaces embedded files by files of the same name, such as "login.html" or "style.css".
	// Defaults to none.
	Templates fs.FS

	// Texts replace words by their names, such as "login.title", and sentences of the protocol by
	// themselves. A name that there is not is an error. Defaults to English: see [Texts].
	Texts map[string]string

	// Language is that of the texts (RFC 5646). Defaults to "en".
	Language string

	// Closed leaves out the page of registration, and the way to it. An application that registers no endpoint
	// create-user has no such page either. Defaults to no.
	Closed bool

	// ResetURL is the page where a client-service sends people who need a new password: that of the
	// auth-service by its public name. Without one there is no such page. Defaults to none.
	ResetURL string
}

// Pages are the pages of services. They are safe for concurrent use.
type Pages struct {
	settings  Settings
	templates templates
	style     []byte
}

var _ auth.Pages = (*Pages)(nil)

// New returns pages, or an error that says what is wrong with the settings.
func New(settings Settings) (*Pages, error) {
	if settings.Language == "" {
		settings.Language = "en"
	}
	p := &Pages{settings: settings}
	p.settings.Texts = Texts()
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(settings.Texts)) {
		if _, known := english[name]; !known && !isSentence(name) {
			errs = append(errs, fmt.Errorf("pages: Settings.Texts: there is no text %q: see pages.Texts", name))
		}
		p.settings.Texts[name] = settings.Texts[name]
	}
	if u, err := url.Parse(settings.ResetURL); settings.ResetURL != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		errs = append(errs, fmt.Errorf("pages: Settings.ResetURL: %q is no URL of a page", settings.ResetURL))
	}
	var err error
	if p.templates, p.style, err = load(settings.Templates); err == nil {
		err = p.try()
	}
	if err = errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	return p, nil
}

// Bind implements [auth.Pages].
func (p *Pages) Bind(s *auth.Service) ([]auth.Endpoint, error) {
	b := p.bind(s)
	all := []auth.Endpoint{
		{Name: "page-style", Method: http.MethodGet, Path: stylePath, Handle: b.style},
		{Name: "page-login", Method: http.MethodGet, Path: "/login/", Handle: b.showLogin},
		{Name: "page-login-send", Method: http.MethodPost, Path: "/login/", Handle: b.form(b.sendLogin)},
		{Name: "page-logout", Method: http.MethodGet, Path: "/logout/", Handle: b.showLogout},
		{Name: "page-logout-send", Method: http.MethodPost, Path: "/logout/", Handle: b.form(b.sendLogout)},
	}
	if b.known {
		all = append(all, b.accountEndpoints()...)
	}
	switch {
	case !s.Decides() && p.settings.ResetURL != "":
		all = append(all, auth.Endpoint{Name: "page-reset", Method: http.MethodGet, Path: "/password-reset/", Handle: b.resetElsewhere})
	case s.Decides() && p.settings.ResetURL != "":
		return nil, errors.New("auth: Settings.Pages: ResetURL is for a service that another one decides for: drop it")
	case s.Decides():
		all = append(all, b.newcomerEndpoints()...)
	}
	return all, nil
}

// Failure implements [auth.Pages].
func (p *Pages) Failure(s *auth.Service, _ *http.Request, e *auth.Error) *auth.Response {
	b := p.bind(s)
	v := b.plain("error")
	v.Text = v.T("error.other")
	if known := "error." + e.Code(); v.has(known) {
		v.Text = v.T(known)
	} else if e.Status() >= http.StatusInternalServerError {
		v.Text = v.T("error.internal_error")
	}
	v.LoggedOut = e.Status() == http.StatusUnauthorized
	return b.answer(e.Status(), v)
}

// bound are the pages of one service.
type bound struct {
	*Pages

	service  *auth.Service
	settings auth.Settings
	known    bool // pages know who is logged in
	csp      string
}

func (p *Pages) bind(s *auth.Service) *bound {
	settings := s.Settings()
	return &bound{
		Pages: p, service: s, settings: settings, known: settings.Cookies.Mode != auth.CookiesRefresh, csp: policy(settings),
	}
}
