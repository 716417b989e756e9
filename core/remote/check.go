package remote

import (
	"crypto/x509"
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/authplug/authplug/core/internal/web"
)

// Bounds of settings.
const (
	defaultTimeout   = 30 * time.Second
	maxTimeout       = 5 * time.Minute
	maxCacheTTL      = time.Hour
	defaultCacheSize = 10_000
	maxIssuer        = 255 // of a user, also where that is the URL; stores may rely on it
)

// keysPath is where a service that speaks the protocol publishes its keys.
const keysPath = "/.well-known/jwks.json"

// mirrored are the members of a profile that can be copied, those that are by default first.
var mirrored = []string{
	"email", "first_name", "last_name",
	"phone", "location", "is_staff", "is_superuser", "roles", "permissions",
}

// checked returns a copy of s with defaults for what is not set, and adds what is wrong with it.
func (s Settings) checked(ps *problems) Settings {
	s.Mirror.Fields = slices.Clone(s.Mirror.Fields)
	s.checkURL(ps)
	s.Paths.check(ps)
	s.checkTimeout(ps)
	s.checkTLS(ps)
	s.checkVerify(ps)
	s.checkCache(ps)
	s.Mirror.check(ps)
	return s
}

// checkURL looks at both URLs. Neither is quoted: a password may stand in it.
func (s *Settings) checkURL(ps *problems) {
	if s.AllowInsecure {
		s.URL = strings.TrimSuffix(s.URL, "/")
	}
	if s.URL == "" {
		ps.add("URL", "is missing: set where the auth-service is, such as https://auth.example.com")
		return
	}
	wrong := s.wrongURL(s.URL)
	if wrong == "" && strings.HasSuffix(s.URL, "/") {
		wrong = "ends with a slash, and the paths begin with one: remove it"
	}
	if wrong != "" {
		ps.add("URL", "%s", wrong)
	}
	if s.JWKSURL == "" {
		s.JWKSURL = s.URL + keysPath
		return // what is wrong with it is said of URL
	}
	if wrong := s.wrongURL(s.JWKSURL); wrong != "" {
		ps.add("JWKSURL", "%s", wrong)
	}
}

// wrongURL says what is wrong with a URL of the auth-service, and the fix; nothing is "".
func (s *Settings) wrongURL(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || !isPort(u.Port()):
		return "is no absolute URL: write it like https://auth.example.com"
	case len(text) > maxIssuer:
		return "is too long: use one of at most 255 bytes"
	case u.User != nil:
		return "has a user or a password in it: remove them"
	case strings.ContainsAny(text, "?#"):
		return "has a query or a fragment: remove it"
	case u.Path != "" && u.Path != "/" && !isPlainPath(strings.TrimSuffix(u.EscapedPath(), "/")):
		return "has a path with " + unplain
	case u.Scheme == "https":
		return ""
	case !s.AllowInsecure:
		return "is plain http, over which everybody on the way reads passwords: use https, or set AllowInsecure in development"
	case !isLoopback(u.Hostname()):
		return "is plain http to another machine, which is not allowed in development either: use https or a loopback address"
	}
	return ""
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return text == "" || err == nil && n > 0
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}

// unplain is what paths must not have, and what they may.
const unplain = `an empty or dotted segment or an odd character: use letters, digits and "-._~" between single slashes`

// isPlainPath reports whether a path has segments, and every client and server reads them the same way.
func isPlainPath(path string) bool { return path != "/" && web.IsPlainPath(path) }

// check fills in the defaults, which stand in the tags.
func (p *Paths) check(ps *problems) {
	v := reflect.ValueOf(p).Elem()
	for i := range v.NumField() {
		field, tagged := v.Field(i), v.Type().Field(i)
		if field.String() == "" {
			field.SetString(tagged.Tag.Get("default"))
		}
		switch path := field.String(); {
		case !strings.HasPrefix(path, "/"):
			ps.add("Paths."+tagged.Name, `does not begin with "/": write it like %s`, tagged.Tag.Get("default"))
		case !isPlainPath(path):
			ps.add("Paths."+tagged.Name, "has %s", unplain)
		}
	}
}

func (s *Settings) checkTimeout(ps *problems) {
	switch {
	case s.Timeout == 0:
		s.Timeout = defaultTimeout
	case s.Timeout < 0 || s.Timeout > maxTimeout:
		ps.add("Timeout", "is negative or longer than 5m: choose how long a call may take, or leave it out for 30s")
	}
}

func (s *Settings) checkTLS(ps *problems) {
	if s.SkipVerify && !s.AllowInsecure {
		ps.add("SkipVerify", "accepts any certificate, so that everybody on the way reads passwords: "+
			"set CA to the certificate of the auth-service instead, or AllowInsecure in development")
	}
	if s.CA != "" && !x509.NewCertPool().AppendCertsFromPEM([]byte(s.CA)) {
		ps.add("CA", "holds no certificate in PEM: set the certificates themselves, or leave it out for the system's")
	}
}

func (s *Settings) checkVerify(ps *problems) {
	if s.Verify == "" {
		s.Verify = VerifyRemote
	}
	if s.Verify != VerifyRemote && s.Verify != VerifyLocal && s.Verify != VerifyHybrid {
		ps.add("Verify", "is not known: use %s, %s or %s", VerifyRemote, VerifyLocal, VerifyHybrid)
	}
}

func (s *Settings) checkCache(ps *problems) {
	switch {
	case s.CacheTTL < 0 || s.CacheTTL > maxCacheTTL:
		ps.add("CacheTTL", "is negative or longer than 1h: choose for how long an ended session may still be accepted")
	case s.CacheTTL == 0 && s.Verify == VerifyHybrid:
		ps.add("CacheTTL", "is missing: with Verify %s, set how often the auth-service is asked, such as 1m", VerifyHybrid)
	}
	switch {
	case s.CacheSize == 0:
		s.CacheSize = defaultCacheSize
	case s.CacheSize < 0:
		ps.add("CacheSize", "is negative: choose how many verdicts are kept, or leave it out for %d", defaultCacheSize)
	}
}

func (m *Mirror) check(ps *problems) {
	if len(m.Issuer) > maxIssuer || strings.ContainsFunc(m.Issuer, unicode.IsControl) || !utf8.ValidString(m.Issuer) {
		ps.add("Mirror.Issuer", "is no text in one line of at most %d bytes: choose another name", maxIssuer)
	}
	if m.Fields == nil {
		m.Fields = slices.Clone(mirrored[:3])
	}
	for i, name := range m.Fields {
		switch {
		case !slices.Contains(mirrored, name):
			ps.add("Mirror.Fields", "names %.32q, which cannot be copied: use %s, or Mirror.Map", name, strings.Join(mirrored, ", "))
		case slices.Contains(m.Fields[:i], name):
			ps.add("Mirror.Fields", "names %s twice: remove one", name)
		}
	}
}
