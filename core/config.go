package auth

import (
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/authplug/authplug/core/internal/web"
	"github.com/authplug/authplug/core/internal/wire"
	"github.com/authplug/authplug/core/password"
	"github.com/authplug/authplug/core/token"
)

// withDefaults returns a copy of the settings in which every zero field has its default.
func (c Settings) withDefaults() Settings {
	c = c.clone()
	orDefault(&c.Mount, "/auth")
	if len(c.Signing.Keys) > 0 {
		orDefault(&c.Signing.Algorithm, c.Signing.Keys[0].Algorithm())
	}
	orDefault(&c.Signing.Algorithm, token.HS256)
	c.Tokens.setDefaults()
	c.Claims.setDefaults()
	orDefault(&c.Header.Name, "Authorization")
	if len(c.Header.Types) == 0 {
		c.Header.Types = []string{"Bearer"}
	}
	orDefault(&c.Passwords.Hasher, password.Argon2id)
	orDefault(&c.Passwords.MinLength, 8)
	orDefault(&c.Users.LoginField, "email")
	orDefault(&c.Cookies.Mode, CookiesOff)
	orDefault(&c.Cookies.RefreshPath, mountPath(c.Mount)+"/")
	orDefault(&c.Browser.Home, "/")
	c.Devices.setDefaults()
	c.Throttle.setDefaults()
	c.Revocation.setDefaults()
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func (t *TokenSettings) setDefaults() {
	orDefault(&t.SessionLifetime, 720*time.Hour)
	usual := day
	if t.SessionLifetime > 0 {
		usual = min(usual, t.SessionLifetime) // a default must not contradict what was set
	}
	orDefault(&t.AccessLifetime, 5*time.Minute)
	orDefault(&t.RefreshLifetime, usual)
	orDefault(&t.SlidingRefreshLifetime, usual)
	orDefault(&t.SlidingLifetime, min(5*time.Minute, t.SlidingRefreshLifetime))
	orDefault(&t.Kind, KindPair)
	if len(t.Accept) == 0 {
		t.Accept = []token.Kind{token.Access}
		if t.Kind == KindSliding {
			t.Accept = append(t.Accept, token.Sliding)
		}
	}
}

func (c *ClaimSettings) setDefaults() {
	orDefault(&c.UserIDField, "id")
	orDefault(&c.UserID, "user_id")
	orDefault(&c.Kind, "token_type")
	orDefault(&c.ID, "jti")
	orDefault(&c.RefreshExpiry, "refresh_exp")
	orDefault(&c.Revoke, "hash_password")
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// clone returns a copy that shares nothing writable with c.
func (c Settings) clone() Settings {
	c.Authenticators = slices.Clone(c.Authenticators)
	c.Throttle.Exempt = slices.Clone(c.Throttle.Exempt)
	c.TrustedProxies = slices.Clone(c.TrustedProxies)
	c.Signing.Keys = slices.Clone(c.Signing.Keys)
	c.Signing.Audience = slices.Clone(c.Signing.Audience)
	c.Tokens.Accept = slices.Clone(c.Tokens.Accept)
	c.Claims.Access = slices.Clone(c.Claims.Access)
	c.Claims.Refresh = slices.Clone(c.Claims.Refresh)
	c.Header.Types = slices.Clone(c.Header.Types)
	c.Cookies.Keys = slices.Clone(c.Cookies.Keys)
	c.Browser.TrustedOrigins = slices.Clone(c.Browser.TrustedOrigins)
	c.Browser.LoginOrigins = slices.Clone(c.Browser.LoginOrigins)
	c.Browser.RedirectHosts = slices.Clone(c.Browser.RedirectHosts)
	c.Passwords.Rules = slices.Clone(c.Passwords.Rules)
	return c
}

// check adds everything that is wrong with the settings, defaults filled in, and that no other
// part of the service finds out when it is built. Given is what they were before.
func (c *Settings) check(given *Settings, ps *problems) {
	checkMount(c.Mount, ps)
	c.Tokens.check(&given.Tokens, ps)
	c.Header.check(ps)
	c.checkCookies(ps)
	c.checkBrowsers(ps)
	c.Users.check(ps)
	c.Devices.check(ps)
	c.Throttle.check(ps)
	c.Revocation.check(ps)
	checkNetworks("TrustedProxies", c.TrustedProxies, ps)
	if slices.ContainsFunc(c.Authenticators, func(a Authenticator) bool { return missing(a) }) {
		ps.add("Authenticators", "holds one that is nil: remove it")
	}
	if c.Mailer != nil && missing(c.Mailer) {
		ps.add("Mailer", "is nil behind its type: leave it out, or give one")
	}
	c.Signing.check(ps)
	if !slices.Contains([]string{"id", "uuid", "email"}, c.Claims.UserIDField) {
		ps.add("Claims.UserIDField", `%q is not known: use "id", "uuid" or "email"`, c.Claims.UserIDField)
	}
	if c.Claims.Stateless && c.Claims.CheckRevoke {
		ps.add("Claims.CheckRevoke", "needs the user of the store, which a stateless identity does not look up: drop one of them")
	}
}

func (c *Signing) check(ps *problems) {
	if c.Leeway < 0 || c.Leeway > 2*time.Minute {
		ps.add("Signing.Leeway", "must be from 0 to 2m: clocks that are further apart need mending")
	}
	if c.Encryption != nil && missing(c.Encryption) {
		ps.add("Signing.Encryption", "is nil behind its type: leave it out, or give one")
	}
}

func checkMount(mount string, ps *problems) {
	if !web.IsPlainPath(mount) {
		ps.add("Mount", `%q must begin with a slash and be %s, such as "/auth"`, mount, plainSegments)
	}
}

// plainSegments are what paths are made of: characters that need not be encoded and so have one
// spelling (RFC 3986 §2.3). Of the others routers and clients each have views of their own.
const plainSegments = "segments of letters, digits and -._~ alone"

// mountPath is the mount as routes begin: without a slash at its end.
func mountPath(mount string) string { return strings.TrimRight(mount, "/") }

func (t *TokenSettings) check(given *TokenSettings, ps *problems) {
	t.checkLifetimes(given, ps)
	if t.GracePeriod < 0 || t.GracePeriod > time.Minute {
		ps.add("Tokens.GracePeriod", "must be from 0 to 60s: a replaced token must not be good for long")
	}
	if t.GracePeriod > 0 && t.ReuseRefresh {
		ps.add("Tokens.GracePeriod", "has no meaning without rotation: drop it, or let refresh tokens rotate")
	}
	if t.GracePeriod > 0 && t.Kind == KindSliding {
		ps.add("Tokens.GracePeriod", "has no meaning for sliding tokens, which do not rotate: drop it")
	}
	t.checkKinds(ps)
}

func (t *TokenSettings) checkKinds(ps *problems) {
	if t.Kind != KindPair && t.Kind != KindSliding {
		ps.add("Tokens.Kind", `%q is not known: use "pair" or "sliding"`, t.Kind)
	}
	for i, kind := range t.Accept {
		if kind != token.Access && kind != token.Sliding {
			ps.add("Tokens.Accept", `%q cannot authenticate a request: use "access" or "sliding"`, kind)
			return
		}
		if slices.Contains(t.Accept[:i], kind) {
			ps.add("Tokens.Accept", "%q is named twice: remove one", kind)
			return
		}
	}
	if t.Kind == KindSliding && !slices.Contains(t.Accept, token.Sliding) {
		ps.add("Tokens.Accept", `must hold "sliding" where Tokens.Kind is "sliding"`)
	}
	if t.Kind == KindPair && !slices.Contains(t.Accept, token.Access) {
		ps.add("Tokens.Accept", `must hold "access" where Tokens.Kind is "pair"`)
	}
}

func (u *UserSettings) check(ps *problems) {
	if !u.namesField() {
		ps.add("Users.LoginField", `%q is no plain name of a field, or one that means something else: use one such as "username"`,
			u.LoginField)
	}
}

// namesField reports whether LoginField is the name of a field.
func (u *UserSettings) namesField() bool {
	const longest = 64
	odd := func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-'
	}
	name := u.LoginField
	taken := []string{"password", "new_password", wire.NonField}
	return len(name) <= longest && !strings.ContainsFunc(name, odd) && !containsFold(taken, name)
}

// checkConfirm wants what mails a link.
func (c *Settings) checkConfirm(ps *problems) {
	if c.Users.ConfirmEmail && (c.Mailer == nil || c.PublicURL == "") {
		ps.add("Users.ConfirmEmail", "needs Mailer and PublicURL, which links are made of")
	}
}

// checkFindLogin wants to know whom a field names that holds no e-mail addresses.
func (u *UserSettings) checkFindLogin(ps *problems) {
	if u.LoginField != "email" && u.FindLogin == nil && u.namesField() {
		ps.add("Users.FindLogin", "must say whom the field %q names: without it, what it holds is looked up as an e-mail address",
			u.LoginField)
	}
}

func (h *HeaderSettings) check(ps *problems) {
	name, refresh := headerName(h.Name), headerName(h.Refresh)
	if !carriesTokens(name) {
		ps.add("Header.Name", `%q is no name of a header for tokens: use one such as "Authorization" or "X-Access-Token"`, h.Name)
	}
	if h.Refresh != "" && (!carriesTokens(refresh) || refresh == name) {
		ps.add("Header.Refresh", "%q is no name of a header for refresh tokens: use one of their own", h.Refresh)
	}
	for i, scheme := range h.Types {
		if !isToken(scheme) || containsFold(h.Types[:i], scheme) || strings.EqualFold(scheme, "Basic") {
			ps.add("Header.Types", `%q is no scheme for tokens, or named twice: use one word, such as "Bearer"`, scheme)
		}
	}
}

// takenHeaders mean something else to servers, proxies and browsers, in canonical spelling, and so
// do all that begin as takenPrefixes do.
var (
	takenHeaders = []string{
		"Accept", "Connection", "Cookie", "Date", "Expect", "Forwarded", "Host", "Keep-Alive", "Origin", "Range", "Referer",
		"Set-Cookie", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent", "Via", "Www-Authenticate",
	}
	takenPrefixes = []string{"Accept-", "Access-Control-", "Content-", "If-", "Proxy-", "Sec-"}
)

// carriesTokens reports whether a header of this canonical name may carry tokens.
func carriesTokens(name string) bool {
	taken := slices.ContainsFunc(takenPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	return isToken(name) && !taken && !slices.Contains(takenHeaders, name)
}

// headerName returns the canonical name of a header, also of one in Django's spelling.
func headerName(name string) string {
	if django, ok := strings.CutPrefix(name, "HTTP_"); ok {
		name = strings.ReplaceAll(django, "_", "-")
	}
	return http.CanonicalHeaderKey(name)
}

// isToken reports whether s is a token of HTTP (RFC 9110 §5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c > '~' || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
