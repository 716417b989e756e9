package auth

import (
	"cmp"
	"context"
	"net/http"

	"github.com/authplug/authplug/core/internal/web"
	"github.com/authplug/authplug/core/token"
)

// ClientOf returns what is known of the program that sends a request, for the flows.
func (s *Service) ClientOf(r *http.Request) Client { return s.clientOf(r) }

// Decides reports whether the service has the passwords itself, and not another one that it asks.
func (s *Service) Decides() bool { return s.codec != nil }

// LogIn logs a person in by a form, as token/ does, and returns the cookies to set, with which the login is
// over when the browser is, unless it is to be remembered. Check [Service.CheckCSRF] first. Its errors are
// those of [Service.Login].
func (s *Service) LogIn(r *http.Request, c Credentials, remember bool) ([]*http.Cookie, error) {
	login := s.flows.Login
	if s.settings.Tokens.Kind == KindSliding {
		login = s.flows.Sliding
	}
	p, err := s.admitted(r, c, login, !remember)
	if err != nil {
		return nil, err
	}
	return p.Cookies, nil
}

// LogOut ends the session of a browser, or what else the scope says, and returns the cookies to set, which
// take the tokens away. A browser in which nobody is logged in is no error. Check [Service.CheckCSRF] first.
// It returns [ErrUnavailable] if the session may not have ended.
func (s *Service) LogOut(r *http.Request, scope Scope) ([]*http.Cookie, error) {
	o := Logout{Scope: scope, From: s.clientOf(r)}
	if s.presentedBeside(r, &o) != nil {
		return s.logOutOfAll(r, scope)
	}
	if err := s.endBy(r, o); err != nil {
		return nil, err
	}
	return s.loggedOut(scope).Cookies, nil
}

// logOutOfAll ends what each cookie of a browser names where one is there twice: which of them is the
// person's nobody can tell, and a planted one must not keep its session alive.
func (s *Service) logOutOfAll(r *http.Request, scope Scope) ([]*http.Cookie, error) {
	from := s.clientOf(r)
	var all []Logout
	for _, c := range r.CookiesNamed(s.jar.refresh.Name) {
		all = append(all, Logout{Refresh: c.Value, Scope: scope, From: from})
	}
	for _, c := range r.CookiesNamed(s.jar.access.Name) {
		all = append(all, Logout{Access: c.Value, Scope: scope, From: from})
	}
	for _, o := range all {
		if err := s.endBy(r, o); err != nil {
			return nil, err
		}
	}
	return s.loggedOut(scope).Cookies, nil
}

// Renewal returns the cookies that renew a login which a person has only let rest: a new access token by
// the refresh cookie, for a request in which the browser says that the person goes to a page. It is nil if
// there is no live session, and where another service decides. Nothing is rotated, extended or ended: a GET
// may do it.
func (s *Service) Renewal(r *http.Request) []*http.Cookie {
	c, ok := s.carrier.(cookieCarrier)
	raw, several := s.jar.refresh.Read(r)
	if !ok || s.codec == nil || raw == "" || several || r.Method != http.MethodGet || !web.IsTopLevel(r) {
		return nil
	}
	tokens, err := (&local{s}).renewedAccess(r.Context(), raw, s.clientOf(r))
	if err != nil {
		return nil
	}
	return c.tokens(tokens, false)
}

// Withheld reports whether a browser may keep a strict refresh cookie back, because a link of another site
// has led the person here: asked once more by a page of the service's own, it sends it.
func (s *Service) Withheld(r *http.Request) bool {
	_, ok := s.carrier.(cookieCarrier)
	return ok && s.codec != nil && s.jar.refresh.SameSite == http.SameSiteStrictMode &&
		web.IsTopLevel(r) && r.Header.Get("Sec-Fetch-Site") == "cross-site"
}

// renewedAccess mints an access token by the current refresh token of a session. A replaced one is no
// reason to end it here.
func (l *local) renewedAccess(ctx context.Context, raw string, from Client) (*Tokens, error) {
	claims, err := l.read(raw, token.Refresh)
	if err != nil {
		return nil, err
	}
	if err := l.slowRefresh(ctx, cmp.Or(claims.Session, claims.ID), from); err != nil {
		return nil, err
	}
	b, err := l.renewable(ctx, claims, from)
	if err != nil {
		return nil, err
	}
	if b.session == nil || !same(claims.ID, b.session.TokenID) && !l.inGrace(b, claims.ID) {
		return nil, ErrTokenRevoked
	}
	access, err := l.access(ctx, b)
	if err != nil {
		return nil, err
	}
	l.refreshed(ctx, b, from)
	return &Tokens{Access: access}, l.carrier.fits(&Tokens{Access: access})
}

// Register makes a user of the fields of a request's form, as create-user/ does. Where addresses are
// confirmed, the way by the mail leads on to next, if that is where people may go. Check
// [Service.CheckCSRF] first. It returns problems of the fields, [ErrEmailTaken], [ErrThrottled] and
// [ErrUnavailable].
func (s *Service) Register(r *http.Request, next string) (*User, error) {
	f, err := readForm(r)
	if err != nil {
		return nil, err
	}
	return s.register(r, f, next)
}

// ChangePasswordOf replaces the password of somebody who is logged in, by the old one, and ends all its
// sessions. Its errors are those of [Service.ChangePassword].
func (s *Service) ChangePasswordOf(ctx context.Context, id *Identity, c PasswordChange) error {
	if id == nil || id.User == nil {
		return ErrNoCredentials
	}
	c.Identifier = id.User.Email
	if s.Decides() {
		c.userID = id.User.ID
	}
	return s.flows.ChangePassword(ctx, c)
}

// Seal returns a text that a browser may carry for the service, with its end: everybody can read it, and
// nobody can change it. Purposes keep texts apart.
func (s *Service) Seal(purpose, text string) string {
	return s.seal.Sign("page "+purpose, text, s.now().Add(sealLife))
}

// Unseal returns the text of [Service.Seal], unless it was changed, made for another purpose, or is older
// than five minutes.
func (s *Service) Unseal(purpose, sealed string) (text string, ok bool) {
	return s.seal.Open("page "+purpose, sealed, s.now())
}

// FlashCookie returns the cookie of a message for the next page, with a sealed text, or without one the
// cookie that removes it.
func (s *Service) FlashCookie(sealed string) *http.Cookie {
	if sealed == "" {
		return s.jar.flash.Clear()
	}
	return s.jar.flash.Set(sealed, sealLife)
}

// Flash returns the sealed message for this page, or "".
func (s *Service) Flash(r *http.Request) string {
	sealed, _ := s.jar.flash.Read(r)
	return sealed
}

// BounceCookie returns the cookie that remembers for a moment where a browser is sent without a form.
func (s *Service) BounceCookie(to string) *http.Cookie {
	return s.jar.bounce.Set(s.Seal("bounce", to), bounceLife)
}

// Bounced reports whether a browser was just sent to a place without a form, and comes back: the place does
// not take the login, and would send it here for ever.
func (s *Service) Bounced(r *http.Request, to string) bool {
	sealed, _ := s.jar.bounce.Read(r)
	before, ok := s.Unseal("bounce", sealed)
	return ok && before == to
}
