package auth

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/authplug/authplug/core/internal/web"
	"github.com/authplug/authplug/core/internal/wire"
	"github.com/authplug/authplug/core/token"
)

// A CSRF token is base64url of three parts: a hash of whose session it is, which the token names so
// itself, random bytes, and a MAC of both. Nobody else can make one, and one of another session does
// not pass, so that planting a cookie is of no use (OWASP CSRF Prevention Cheat Sheet, signed double
// submit).
const (
	csrfOwner = 16
	csrfNonce = 16
	csrfSize  = csrfOwner + csrfNonce + 32
)

// csrfField is the field of a form, csrfHeaders are the headers in which a CSRF token comes back.
const csrfField = "csrfmiddlewaretoken"

var csrfHeaders = []string{"X-Csrftoken", "X-Csrf-Token"}

// maxForm is how much of the body of an application's form is looked at for a CSRF token, in bytes.
const maxForm = 1 << 20

// Why a request is not from the person itself, as far as can be told.
var (
	errCSRFOrigin  = errCSRF("the request comes from another site.")
	errCSRFMissing = errCSRF("CSRF token missing or incorrect.")
)

func errCSRF(why string) *Error {
	return NewError(http.StatusForbidden, "csrf_failed", "CSRF Failed: "+why).Because(ErrCSRF)
}

// errLoginOrigin answers where only certain origins may log in.
var errLoginOrigin = &Error{status: http.StatusForbidden, code: "disallowed_origin", bare: true, detail: "Disallowed origin."}

// CheckCSRF refuses a request that a page of another site may have made a browser send, with an
// error that is [ErrCSRF]. It asks nothing of a method that changes nothing, and of a request with an
// authorization header, which no other site can send, only where it comes from.
func (s *Service) CheckCSRF(r *http.Request) error {
	if web.IsSafe(r.Method) {
		return nil
	}
	if err := s.origins.Check(r); err != nil {
		return errCSRFOrigin.Because(errors.Join(ErrCSRF, err))
	}
	if s.settings.Browser.CSRFDisabled || len(r.Header[s.settings.Header.Name]) > 0 {
		return nil
	}
	kept, several := s.jar.csrf.Read(r)
	if kept == "" || several || !s.sentBack(r, kept) || !s.isCSRFToken(kept, s.holder(r)) {
		return errCSRFMissing
	}
	return nil
}

// sentBack reports whether a request carries the token of its cookie where a page alone can put it.
func (s *Service) sentBack(r *http.Request, kept string) bool {
	for _, name := range csrfHeaders {
		if values := r.Header[name]; len(values) > 0 {
			return len(values) == 1 && same(values[0], kept)
		}
	}
	sent, ok := formValue(r, csrfField)
	return ok && same(sent, kept)
}

// formValue returns a field of a urlencoded body, which it leaves to be read once more. Multipart forms,
// which may be large files, are not looked at: their pages send the header.
func formValue(r *http.Request, name string) (string, bool) {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") || r.Body == nil {
		return "", false
	}
	begun, err := io.ReadAll(io.LimitReader(r.Body, maxForm))
	rest := io.MultiReader(bytes.NewReader(begun), r.Body)
	if err != nil {
		rest = io.MultiReader(bytes.NewReader(begun), failing{err})
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{rest, r.Body}
	for pair := range strings.SplitSeq(string(begun), "&") {
		if key, value, _ := strings.Cut(pair, "="); key == name {
			text, err := url.QueryUnescape(value)
			return text, err == nil
		}
	}
	return "", false
}

// failing ends a body as it had ended before.
type failing struct{ err error }

// Read implements [io.Reader].
func (f failing) Read([]byte) (int, error) { return 0, f.err }

// holder says who holds the browser that sends a request, before anybody has looked whether its cookies
// are good: the access cookie's session, else the refresh cookie's, else a visitor.
func (s *Service) holder(r *http.Request) string {
	for _, c := range []web.Cookie{s.jar.access, s.jar.refresh} {
		if raw, several := c.Read(r); raw != "" && !several {
			if owner := s.owner(raw); owner != "" {
				return owner
			}
		}
	}
	if id, several := s.jar.visitor.Read(r); plainID(id) != "" && !several {
		return "visitor " + id
	}
	return ""
}

func (s *Service) ownerHash(owner string) []byte { return s.seal.MAC("csrf owner", owner)[:csrfOwner] }

// newCSRFToken makes a token of a session or a visitor.
func (s *Service) newCSRFToken(owner string) string {
	raw := make([]byte, csrfOwner+csrfNonce, csrfSize)
	copy(raw, s.ownerHash(owner))
	_, _ = rand.Read(raw[csrfOwner:]) // never fails
	return web.Encode(append(raw, s.seal.MAC("csrf", string(raw))...))
}

// isCSRFToken reports whether a token is one of a session or a visitor.
func (s *Service) isCSRFToken(text, owner string) bool {
	raw := web.Decode(text)
	if len(raw) != csrfSize || owner == "" {
		return false
	}
	body, mac := raw[:csrfOwner+csrfNonce], raw[csrfOwner+csrfNonce:]
	return s.seal.Proves(mac, "csrf", string(body)) && s.seal.Proves(raw[:csrfOwner], "csrf owner", owner)
}

// CSRFToken returns the token that a form of the service's client must carry in the field
// csrfmiddlewaretoken, and the cookies to set with the page. The forms of one session have one token, so
// that several pages can be open.
func (s *Service) CSRFToken(r *http.Request) (token string, cookies []*http.Cookie) {
	owner := s.holder(r)
	if owner == "" {
		var visitor *http.Cookie
		owner, visitor = s.newVisitor()
		cookies = append(cookies, visitor)
	}
	kept, several := s.jar.csrf.Read(r)
	if several || !s.isCSRFToken(kept, owner) {
		kept = s.newCSRFToken(owner)
	}
	return kept, append(cookies, s.jar.csrf.Set(kept, 0))
}

// newVisitor makes somebody who is not logged in, or whose tokens cannot be read.
func (s *Service) newVisitor() (owner string, cookie *http.Cookie) {
	id := token.NewID()
	return "visitor " + id, s.jar.visitor.Set(id, 0)
}

// giveCSRFToken is GET csrf/.
func (s *Service) giveCSRFToken(r *http.Request) (*Response, error) {
	token, cookies := s.CSRFToken(r)
	// In a header too, for pages of another origin that may read the answer: they see no cookies.
	p := answer(http.StatusOK, detailBody{Detail: wire.TextCSRFCookie}).noStore().withHeader(csrfHeaders[0], token)
	p.Cookies = cookies
	return p, nil
}

// csrfEndpoint is for pages whose scripts ask the endpoints.
func (s *Service) csrfEndpoint() Endpoint {
	return Endpoint{"csrf", http.MethodGet, "/csrf/", s.giveCSRFToken, &Contract{
		Summary: "Get a CSRF token, in a cookie", storeless: true,
		Text:  "A script sends its value back in the header `X-CSRFToken`, a form in the field `csrfmiddlewaretoken`.",
		Gives: []Field{{Name: "detail", Values: []string{wire.TextCSRFCookie}}},
	}}
}

// defended checks requests of an endpoint that browsers send with cookies, or to get some.
func (s *Service) defended(handle func(*http.Request) (*Response, error)) func(*http.Request) (*Response, error) {
	if !s.settings.Cookies.on() {
		return handle
	}
	return func(r *http.Request) (*Response, error) {
		if err := s.CheckCSRF(r); err != nil {
			return nil, err
		}
		return handle(r)
	}
}

// guestList is defended, and lets certain origins in alone.
func (s *Service) guestList(handle func(*http.Request) (*Response, error)) func(*http.Request) (*Response, error) {
	handle = s.defended(handle)
	origins := s.settings.Browser.LoginOrigins
	if !s.settings.Cookies.on() || len(origins) == 0 {
		return handle
	}
	return func(r *http.Request) (*Response, error) {
		if !web.IsFrom(r, origins) {
			return nil, errLoginOrigin
		}
		return handle(r)
	}
}
