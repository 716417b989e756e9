package auth

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"

	"github.com/authplug/authplug/core/internal/web"
	"github.com/authplug/authplug/core/internal/wire"
	"github.com/authplug/authplug/core/token"
)

// newCarrier returns the carrier of a mode.
func (s *Service) newCarrier() carrier {
	switch s.settings.Cookies.Mode {
	case CookiesOne, CookiesTwo:
		return cookieCarrier{jsonCarrier{s}}
	case CookiesRefresh:
		return refreshCarrier{cookieCarrier{jsonCarrier{s}}}
	}
	return jsonCarrier{s}
}

// cookieCarrier keeps both tokens in cookies. It embeds what reads the header, which comes first.
type cookieCarrier struct{ jsonCarrier }

// errAmbiguous refuses a cookie that is there twice: somebody may have planted one of them.
var errAmbiguous = errors.New("auth: a cookie is there several times")

func (c cookieCarrier) access(r *http.Request) (string, bool, error) {
	if len(r.Header[c.s.settings.Header.Name]) > 0 {
		return c.jsonCarrier.access(r) // alone: the two may be of different people
	}
	access, several := c.s.jar.access.Read(r)
	switch {
	case several:
		return "", true, c.ambiguous(c.s.jar.access)
	case access == "":
		return "", false, ErrNoCredentials
	}
	return access, true, nil
}

func (c cookieCarrier) ambiguous(w web.Cookie) error {
	return ErrTokenInvalid.Because(errAmbiguous).withCookies(w.Clear())
}

// given looks at the cookie alone: what a browser has there no script can read, nor put into a body.
func (c cookieCarrier) given(r *http.Request, name string) (string, error) {
	if name == "token" {
		sliding, _, err := c.access(r)
		if errors.Is(err, ErrNoCredentials) {
			err = ErrNoRefresh
		}
		return sliding, err
	}
	refresh, err := c.refreshBeside(r)
	if err == nil && refresh == "" {
		return "", ErrNoRefresh
	}
	return refresh, err
}

func (c cookieCarrier) refreshBeside(r *http.Request) (string, error) {
	inHeader, err := c.jsonCarrier.refreshBeside(r)
	if inHeader != "" || err != nil {
		return inHeader, err
	}
	refresh, several := c.s.jar.refresh.Read(r)
	if several {
		return "", c.ambiguous(c.s.jar.refresh)
	}
	return refresh, nil
}

// arriving gives a browser that has no name yet one, by which its next login is known to replace this.
func (c cookieCarrier) arriving(from *Client) {
	if from.Device == "" {
		from.Device = token.NewID()
	}
}

func (c cookieCarrier) deliver(r *http.Request, t *Tokens, d delivery) *Response {
	p := answer(http.StatusOK, append(wire.Members{{Name: "detail", Value: d.order.said()}}, t.more()...)).noStore()
	p.Cookies = append(c.tokens(t, c.isBrief(r, d)), c.companions(r, t, d)...)
	return p
}

// said is what is told in place of tokens.
func (o tokenOrder) said() string {
	if o == loginOrder {
		return wire.TextLoggedIn
	}
	return wire.TextRefreshed
}

// tokens returns tokens as cookies, which live as long as they do.
func (c cookieCarrier) tokens(t *Tokens, brief bool) (cookies []*http.Cookie) {
	if access := cmp.Or(t.Access, t.Sliding); access != "" {
		life := c.s.lifeOf(access)
		cookies = append(cookies, c.s.jar.access.Set(access, life))
		if c.s.settings.Cookies.Mode == CookiesTwo {
			cookies = append(cookies, c.s.jar.info.Set(c.info(access), life))
		}
	}
	return append(cookies, c.refreshCookie(t, brief)...)
}

func (c cookieCarrier) refreshCookie(t *Tokens, brief bool) []*http.Cookie {
	if t.Refresh == "" {
		return nil
	}
	life := c.s.lifeOf(t.Refresh)
	if most := c.s.settings.Cookies.RefreshMaxAge; most > 0 && (life == 0 || most < life) {
		life = most
	}
	if brief {
		life = 0
	}
	return []*http.Cookie{c.s.jar.refresh.Set(t.Refresh, life)}
}

// info is what scripts may know of an access token: nothing that it is good for.
func (c cookieCarrier) info(access string) string {
	said := c.s.peek(access)
	known := wire.Members{}
	for _, name := range append([]string{"exp"}, c.s.infoClaims()...) {
		if value, ok := said[name]; ok {
			known = append(known, wire.Member{Name: name, Value: value})
		}
	}
	text, err := wire.Marshal(known)
	if err != nil {
		return ""
	}
	return web.Encode(text)
}

// infoClaims are the claims of the user that access tokens carry.
func (s *Service) infoClaims() []string { return expanded(s.settings.Claims.Access) }

// isBrief reports whether a login ends with the browser: it was asked to, or did when it began.
func (c cookieCarrier) isBrief(r *http.Request, d delivery) bool {
	if d.order == loginOrder {
		return d.brief
	}
	marked, _ := c.s.jar.brief.Read(r)
	return marked != ""
}

// companions returns the cookies that go with tokens: a CSRF token of the session, which a login
// replaces, and the browser's name.
func (c cookieCarrier) companions(r *http.Request, t *Tokens, d delivery) (cookies []*http.Cookie) {
	owner := c.s.owner(cmp.Or(t.Refresh, t.Access, t.Sliding))
	if d.order == loginOrder {
		cookies = append(cookies, c.s.jar.device.Set(d.from.Device, deviceLife), c.briefCookie(d.brief))
	}
	if kept, _ := c.s.jar.csrf.Read(r); d.order != loginOrder && (owner == "" || c.s.isCSRFToken(kept, owner)) {
		return cookies
	}
	if owner == "" { // a token that cannot be read
		var visitor *http.Cookie
		owner, visitor = c.s.newVisitor()
		cookies = append(cookies, visitor)
	}
	return append(cookies, c.s.jar.csrf.Set(c.s.newCSRFToken(owner), 0))
}

func (c cookieCarrier) briefCookie(brief bool) *http.Cookie {
	if brief {
		return c.s.jar.brief.Set("1", 0)
	}
	return c.s.jar.brief.Clear()
}

// fits is asked before anything is stored: browsers drop a cookie that is too large without a word.
func (c cookieCarrier) fits(t *Tokens) error {
	return c.s.fitting(c.tokens(t, false))
}

func (s *Service) fitting(cookies []*http.Cookie) error {
	for _, w := range cookies {
		if !web.Fits(w) {
			return ErrInternal.Because(fmt.Errorf("auth: the cookie %q would be larger than browsers keep: put less into tokens, see Settings.Claims", w.Name))
		}
	}
	return nil
}

func (c cookieCarrier) forget(keepAccess bool) []*http.Cookie {
	j := c.s.jar
	cookies := []*http.Cookie{j.refresh.Clear(), j.csrf.Clear(), j.brief.Clear()}
	if keepAccess {
		return cookies
	}
	cookies = append(cookies, j.access.Clear())
	if c.s.settings.Cookies.Mode == CookiesTwo {
		cookies = append(cookies, j.info.Clear())
	}
	return cookies
}

// refreshCarrier keeps the refresh token alone in a cookie.
type refreshCarrier struct{ cookieCarrier }

func (c refreshCarrier) access(r *http.Request) (string, bool, error) { return c.jsonCarrier.access(r) }

func (c refreshCarrier) given(r *http.Request, name string) (string, error) {
	if name == "token" {
		return c.jsonCarrier.given(r, name)
	}
	return c.cookieCarrier.given(r, name)
}

func (c refreshCarrier) deliver(r *http.Request, t *Tokens, d delivery) *Response {
	inBody := *t
	inBody.Refresh = ""
	p := c.jsonCarrier.deliver(r, &inBody, d)
	p.Cookies = append(c.refreshCookie(t, c.isBrief(r, d)), c.companions(r, t, d)...)
	return p
}

func (c refreshCarrier) fits(t *Tokens) error { return c.s.fitting(c.refreshCookie(t, false)) }

func (c refreshCarrier) forget(bool) []*http.Cookie {
	return c.cookieCarrier.forget(true)
}

// deadCookies adds to a refusal of a refresh what takes the dead tokens away: a browser would present
// them again and again. What is not the token's fault leaves them.
func (s *Service) deadCookies(err error) error {
	e := answerable(err)
	if e.status != http.StatusUnauthorized {
		return err
	}
	return e.withCookies(s.carrier.forget(false)...)
}
