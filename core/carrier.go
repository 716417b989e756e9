package auth

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/authplug/authplug/core/internal/wire"
)

// carrier is how tokens travel. Handlers call it blindly: none of them knows which one it is.
type carrier interface {
	// access returns the access token of a request, or [ErrNoCredentials].
	access(r *http.Request) (string, error)
	// given returns the refresh or sliding token that a request to exchange one means; in a body it
	// has this name.
	given(r *http.Request, name string) (string, error)
	// refreshInHeader returns the refresh token in the header for it, or "".
	refreshInHeader(r *http.Request) (string, error)
	// deliver answers with new tokens.
	deliver(t *Tokens, order tokenOrder) *Response
}

// tokenOrder says which of a pair of tokens an answer names first: clients compare literally.
type tokenOrder int

const (
	loginOrder   tokenOrder = iota // refresh, access
	refreshOrder                   // access, refresh
)

// jsonCarrier reads tokens from the header and answers them in the body.
type jsonCarrier struct{ s *Service }

func (c jsonCarrier) access(r *http.Request) (string, error) {
	values := r.Header[c.s.settings.Header.Name]
	if len(values) == 0 {
		return "", ErrNoCredentials
	}
	if len(values) > 1 {
		return "", c.s.delegation.TwoTokens
	}
	scheme, rest := firstWord(values[0])
	if !c.s.acceptsScheme(scheme) {
		return "", ErrNoCredentials
	}
	access, rest := firstWord(rest)
	switch {
	case access == "":
		return "", c.s.delegation.NoToken
	case rest != "":
		return "", c.s.delegation.TwoTokens
	}
	return access, nil
}

// firstWord takes the first word off a text; there are no blanks around it and before the rest.
// Each request goes through here, which is why it looks for no set of characters.
func firstWord(text string) (word, rest string) {
	for text != "" && isBlank(text[0]) {
		text = text[1:]
	}
	end := len(text)
	for _, blank := range [...]byte{' ', '\t'} {
		if i := strings.IndexByte(text[:end], blank); i >= 0 {
			end = i
		}
	}
	word, rest = text[:end], text[end:]
	for rest != "" && isBlank(rest[0]) {
		rest = rest[1:]
	}
	return word, rest
}

// isBlank reports whether c may stand between the parts of a header.
func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// given prefers the body. Where a header could have the token, a body need not.
func (c jsonCarrier) given(r *http.Request, name string) (string, error) {
	if name != "refresh" || r.Header[c.s.settings.Header.Refresh] == nil {
		return readToken(r, name)
	}
	f, err := readForm(r)
	if err != nil {
		return "", err
	}
	inHeader, headerErr := c.refreshInHeader(r)
	text, ok := f.Text(wire.Field{Name: name, Trim: true, Optional: inHeader != "" || headerErr != nil})
	if err := f.err(); err != nil || ok {
		return text, err
	}
	return inHeader, headerErr
}

func (c jsonCarrier) refreshInHeader(r *http.Request) (string, error) {
	values := r.Header[c.s.settings.Header.Refresh]
	switch len(values) {
	case 0:
		return "", nil
	case 1:
		return strings.Trim(values[0], " \t"), nil
	}
	return "", fieldError("refresh", wire.TextNotString)
}

func (s *Service) acceptsScheme(scheme string) bool {
	for _, t := range s.settings.Header.Types {
		if strings.EqualFold(t, scheme) {
			return true
		}
	}
	return false
}

// tokenNames are the members of an answer that are tokens.
var tokenNames = []string{"access", "refresh", "token"}

func (c jsonCarrier) deliver(t *Tokens, order tokenOrder) *Response {
	var body wire.Members
	add := func(name, token string) {
		if token != "" {
			body = append(body, wire.Member{Name: name, Value: token})
		}
	}
	if order == loginOrder {
		add("refresh", t.Refresh)
		add("access", t.Access)
	} else {
		add("access", t.Access)
		add("refresh", t.Refresh)
	}
	add("token", t.Sliding)
	for _, name := range slices.Sorted(maps.Keys(t.More)) {
		body = append(body, wire.Member{Name: name, Value: t.More[name]})
	}
	return answer(http.StatusOK, body).noStore()
}
