package auth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/authplug/authplug/core/internal/web"
)

// assembleBrowsers prepares what browsers need, of settings that are good.
func (s *Service) assembleBrowsers() {
	s.jar = s.settings.newJar()
	s.carrier = s.newCarrier()
	public, err := url.Parse(s.settings.PublicURL)
	if err != nil {
		return // checked
	}
	b := &s.settings.Browser
	s.origins, _ = web.NewOrigins(public, append(append([]string{}, b.TrustedOrigins...), b.LoginOrigins...)...)
	s.destinations = &web.Destinations{Public: public, Hosts: b.RedirectHosts, Mount: s.mount, Loops: loops}
}

// loops are the first segments of pages that lead back to a login, or out.
var loops = []string{"login", "logout", "register", "password-reset", "email-confirm", "token", "csrf"}

// RedirectTarget returns where a person may be sent who was on the way to next: a path of the service's
// host, or a URL of [BrowserSettings.RedirectHosts], put together anew; the pages of the service that
// lead to a login are none. Anything else, however it is spelled, is false. What a request says of its
// host does not matter.
func (s *Service) RedirectTarget(next string) (target string, ok bool) {
	if s.settings.PublicURL == "" {
		return "", false
	}
	return s.destinations.Judge(next)
}

// RequireLogin is the guard [Authenticated] for pages: a person who is not logged in is sent to the login
// page, and comes back from there. Programs, and requests that change something, get the refusal.
func RequireLogin(ctx context.Context, id *Identity) error {
	if err := Authenticated(ctx, id); err != nil {
		return ErrNoCredentials.Because(errWantsLogin)
	}
	return nil
}

var errWantsLogin = errors.New("auth: a person could log in")

// Redirect is a refusal that sends a person to another place.
type Redirect struct{ To string }

// Error returns where to.
func (e *Redirect) Error() string { return "auth: see " + e.To }

// Response returns the answer, 303 (RFC 9110 §15.4.4).
func (e *Redirect) Response() *Response {
	return (&Response{Status: http.StatusSeeOther}).withHeader("Location", e.To).noStore()
}

// toLogin makes of a guard's refusal the way to the login page, if that is what the guard wants and a
// person waits for a page, else nil.
func (s *Service) toLogin(r *http.Request, err error) error {
	if !errors.Is(err, errWantsLogin) || r.Method != http.MethodGet || !web.IsNavigation(r) {
		return nil
	}
	login, next := s.settings.Browser.LoginURL, r.URL.RequestURI()
	switch {
	case login == "" && (s.settings.Pages == nil || s.settings.Cookies.Mode == CookiesRefresh):
		return nil // there is no login, or none that the guard would notice
	case login == "":
		login = s.mount + "/login/"
	default:
		next = strings.TrimSuffix(s.settings.PublicURL, "/") + next
	}
	return &Redirect{To: login + "?next=" + url.QueryEscape(next)}
}
