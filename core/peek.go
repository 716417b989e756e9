package auth

import (
	"encoding/json"
	"math"
	"strings"
	"time"

	"github.com/authplug/authplug/core/internal/web"
	"github.com/authplug/authplug/core/token"
)

// peeked is what a token says that nobody has verified: it decides nothing but how long a browser
// keeps a cookie, and which of its own claims a person sees.
type peeked map[string]json.RawMessage

// peek reads a token of this service's or the auth-service's making. What is none says nothing.
func (s *Service) peek(raw string) peeked {
	signed, err := s.settings.Signing.Decrypt(raw)
	if err != nil {
		return nil
	}
	parts := strings.Split(signed, ".")
	if len(parts) != 3 {
		return nil
	}
	var p peeked
	if json.Unmarshal(web.Decode(strings.TrimRight(parts[1], "=")), &p) != nil {
		return nil
	}
	return p
}

// moment returns a claim that is a time.
func (p peeked) moment(name string) (time.Time, bool) {
	const latest = 1 << 53 // as in package token
	var seconds float64
	raw := p[name]
	if raw == nil || json.Unmarshal(raw, &seconds) != nil || string(raw) == "null" || seconds < 0 || seconds > latest {
		return time.Time{}, false
	}
	return time.Unix(int64(math.Floor(seconds)), 0), true
}

// text returns a claim that is a text, or the text of a number.
func (p peeked) text(name string) string {
	var text string
	var number json.Number
	if json.Unmarshal(p[name], &text) == nil {
		return text
	}
	if json.Unmarshal(p[name], &number) == nil {
		return number.String()
	}
	return ""
}

// owner says whose session a token in a cookie is of, in a form that stays the same when the token is
// exchanged: also of one that has expired. It is empty for a token that the service has not made, and
// for one of another service that cannot be read.
func (s *Service) owner(raw string) string {
	p := s.peek(raw)
	if s.codec == nil {
		if sid := p.text("sid"); sid != "" {
			return "session " + sid
		}
		if user := p.text(s.settings.Claims.UserID); user != "" {
			return "user " + user
		}
		return ""
	}
	exp, ok := p.moment("exp")
	var claims token.Claims
	if !ok || s.codec.Verify(raw, exp.Add(-time.Second), &claims) != nil {
		return ""
	}
	if claims.Session != "" {
		return "session " + claims.Session
	}
	return "user " + claims.User
}
