package config

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net"
	"net/url"
	"strings"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/pages"
)

// aliases are EasyJWT's own names for what browsers carry. They act where the refresh token is in a
// cookie alone; unset they take the values of the names of this library.
type aliases struct {
	RefreshInCookie bool          `env:"REFRESH_TOKEN_IN_COOKIE"`
	Name            string        `env:"AUTH_COOKIE_NAME"`
	HTTPOnly        toggle        `env:"AUTH_COOKIE_HTTP_ONLY"`
	Secure          toggle        `env:"AUTH_COOKIE_SECURE"`
	SameSite        string        `env:"AUTH_COOKIE_SAMESITE"`
	Path            string        `env:"AUTH_COOKIE_PATH"`
	Domain          string        `env:"AUTH_COOKIE_DOMAIN"`
	MaxAge          time.Duration `env:"AUTH_COOKIE_MAX_AGE"`

	// Pages says whether there are HTML pages: by default in cookie modes.
	Pages toggle `env:"PAGES"`

	// ResetURL is where a client-service sends people for a new password.
	ResetURL string `env:"PASSWORD_RESET_URL"`
}

// prepareBrowsers completes the settings of what browsers carry.
func (c *Config) prepareBrowsers(a *aliases) error {
	k := &c.Settings.Cookies
	err := a.apply(k)
	c.Settings.PublicURL = c.PublicURL
	cookies := k.Mode != "" && k.Mode != auth.CookiesOff
	if a.Pages.or(cookies) {
		err = errors.Join(err, c.preparePages(a.ResetURL))
	}
	if !cookies {
		return err
	}
	if c.Settings.PublicURL == "" {
		c.Settings.PublicURL = "http://" + c.Addr
	}
	if k.Insecure && !c.Dev {
		err = errors.Join(err, problem(Prefix+"COOKIE_INSECURE", "is for development mode: drop it"))
		k.Insecure = false
	}
	if c.Dev && isLocalURL(c.Settings.PublicURL) {
		k.Insecure = true
	}
	// A key that cannot be derived from the one that signs ends with the process.
	if c.Dev && len(k.Keys) == 0 && (!c.kind.Signs() || c.KeysFile != "" || c.Settings.Signing.Algorithm != "" && !c.Settings.Signing.Algorithm.Symmetric()) {
		random := make([]byte, 32)
		_, _ = rand.Read(random) // never fails
		k.Keys = []auth.Secret{auth.Secret(base64.StdEncoding.EncodeToString(random))}
	}
	return err
}

// preparePages makes the pages. Where passwords are set here, no other place is told.
func (c *Config) preparePages(resetURL string) error {
	if c.kind.Signs() {
		resetURL = ""
	}
	made, err := pages.New(pages.Settings{ResetURL: resetURL})
	if err != nil {
		return problem(Prefix+"PASSWORD_RESET_URL", "is no URL of a page")
	}
	c.Settings.Pages = made
	return nil
}

// isLocalURL reports whether a URL is one of plain http on this machine.
func isLocalURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "http" && (isLoopback(net.JoinHostPort(u.Hostname(), "0")) || strings.HasSuffix(u.Hostname(), ".localhost"))
}

// apply puts the aliases where they belong.
func (a *aliases) apply(k *auth.CookieSettings) error {
	if a.RefreshInCookie && k.Mode != "" && k.Mode != auth.CookiesRefresh {
		return problem(Prefix+"REFRESH_TOKEN_IN_COOKIE", "is "+Prefix+"COOKIE_MODE=refresh-cookie, and that is "+k.Mode+": drop one of them")
	}
	if a.RefreshInCookie {
		k.Mode = auth.CookiesRefresh
	}
	if k.Mode != auth.CookiesRefresh {
		return nil
	}
	var errs []error
	if !a.HTTPOnly.or(true) {
		errs = append(errs, problem(Prefix+"AUTH_COOKIE_HTTP_ONLY", "a refresh token that scripts can read is one that they can steal: drop it"))
	}
	if a.Domain != "" {
		errs = append(errs, problem(Prefix+"AUTH_COOKIE_DOMAIN", "a refresh token stays with its host: drop it"))
	}
	if !a.Secure.or(true) {
		k.Insecure = true
	}
	for _, alias := range []struct {
		from string
		to   *string
	}{{a.Name, &k.RefreshName}, {strings.ToLower(a.SameSite), &k.SameSite}, {a.Path, &k.RefreshPath}} {
		if alias.from != "" && *alias.to == "" {
			*alias.to = alias.from
		}
	}
	k.RefreshMaxAge = a.MaxAge
	return errors.Join(errs...)
}
