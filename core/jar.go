package auth

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/authplug/authplug/core/internal/web"
)

// jar are the cookies of a service.
type jar struct {
	access  web.Cookie // the access or sliding token
	refresh web.Cookie
	info    web.Cookie // what scripts may know of the access token
	csrf    web.Cookie // the CSRF token, which scripts send back
	visitor web.Cookie // an id of who is not logged in
	device  web.Cookie // the id by which a device is known again
	brief   web.Cookie // there where the login ends with the browser
	flash   web.Cookie // a message for the next page
	bounce  web.Cookie // where a browser was just sent without a form
}

// deviceLife is as long as browsers keep a cookie.
const deviceLife = 400 * day

// newJar makes the cookies that the settings describe.
func (c *Settings) newJar() *jar {
	k := &c.Cookies
	host := func(name string, readable bool) web.Cookie {
		w := web.Cookie{Name: web.HostPrefix + name, Path: "/", Secure: true, Readable: readable, SameSite: http.SameSiteLaxMode}
		return k.insecurely(w)
	}
	j := &jar{
		access: host("access", false), info: host("access-info", true), csrf: host("csrf", true),
		visitor: host("visitor", false), device: host("device", false), brief: host("brief", false), flash: host("flash", false), bounce: host("bounce", false),
		refresh: k.insecurely(web.Cookie{
			Name: web.SecurePrefix + "refresh", Path: k.RefreshPath, Secure: true, SameSite: http.SameSiteStrictMode,
		}),
	}
	if k.Domain != "" {
		for _, shared := range []*web.Cookie{&j.access, &j.info} {
			shared.Domain = k.Domain
			shared.Name = strings.Replace(shared.Name, web.HostPrefix, web.SecurePrefix, 1)
		}
	}
	if same := sameSites[k.SameSite]; same != http.SameSiteDefaultMode {
		for _, w := range []*web.Cookie{&j.access, &j.info, &j.refresh} {
			w.SameSite = same
		}
		if same == http.SameSiteNoneMode { // so that their defense travels with them
			j.csrf.SameSite, j.visitor.SameSite, j.device.SameSite, j.brief.SameSite = same, same, same, same
		}
	}
	if k.AccessName != "" {
		j.access.Name = k.AccessName
		j.info.Name = k.AccessName + "-info"
	}
	if k.RefreshName != "" {
		j.refresh.Name = k.RefreshName
	}
	return j
}

// insecurely takes off a cookie what browsers refuse over plain http.
func (k *CookieSettings) insecurely(w web.Cookie) web.Cookie {
	if !k.Insecure {
		return w
	}
	w.Secure = false
	w.Name = strings.TrimPrefix(strings.TrimPrefix(w.Name, web.HostPrefix), web.SecurePrefix)
	return w
}

// check adds cookies that a browser would drop, or take for one another.
func (j *jar) check(ps *problems) {
	if problem := j.access.Problem(); problem != "" {
		ps.add("Cookies.AccessName", "%s", problem)
	}
	if problem := j.refresh.Problem(); problem != "" {
		ps.add("Cookies.RefreshName", "%s", problem)
	}
	taken := map[string]bool{}
	for _, w := range []web.Cookie{j.info, j.csrf, j.visitor, j.device, j.brief, j.flash, j.bounce, j.access} {
		taken[strings.ToLower(w.Name)] = true
	}
	const different = 8
	if len(taken) < different {
		ps.add("Cookies.AccessName", "%q is the name of another cookie of the service: use one of its own", j.access.Name)
	}
	if taken[strings.ToLower(j.refresh.Name)] {
		ps.add("Cookies.RefreshName", "%q is the name of another cookie of the service: use one of its own", j.refresh.Name)
	}
}

// sealKeySize is that of the keys for what browsers carry, in bytes.
const sealKeySize = 32

// buildSeal makes what signs for browsers.
func (s *Service) buildSeal(ps *problems) {
	keys := make([][]byte, 0, 1)
	for _, text := range s.settings.Cookies.Keys {
		key, err := base64.StdEncoding.DecodeString(string(text))
		if err != nil || len(key) != sealKeySize {
			ps.add("Cookies.Keys", "a key is not base64 of %d bytes: make one with: openssl rand -base64 %d", sealKeySize, sealKeySize)
			return
		}
		keys = append(keys, key)
	}
	if derived := s.settings.Signing.derive("authplug browser", sealKeySize); len(keys) == 0 && derived != nil {
		keys = append(keys, derived)
	}
	if len(keys) == 0 {
		if s.settings.Cookies.on() {
			ps.add("Cookies.Keys", "is required: it cannot be derived from a key that is no secret. Make one with: openssl rand -base64 %d", sealKeySize)
		}
		passing := make([]byte, sealKeySize) // nothing that matters is signed without cookies and pages
		_, _ = rand.Read(passing)            // never fails
		keys = append(keys, passing)
	}
	s.seal = web.NewSeal(keys...)
}

// lifeOf returns for how long a token is good, 0 if that cannot be read: then its cookie ends with the
// browser.
func (s *Service) lifeOf(raw string) time.Duration {
	exp, ok := s.peek(raw).moment("exp")
	if !ok {
		return 0
	}
	return max(exp.Sub(s.now()), time.Second)
}
