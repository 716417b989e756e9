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
	// access returns the access token of a request, and whether the browser has put it there by itself,
	// or [ErrNoCredentials].
	access(r *http.Request) (token string, ambient bool, err error)
	// given returns the refresh or sliding token that a request to exchange one means; in a body it
	// has this name.
	given(r *http.Request, name string) (string, error)
	// refreshBeside returns the refresh token that a request has elsewhere than in its body, or "".
	refreshBeside(r *http.Request) (string, error)
	// arriving prepares a login: it completes what is known of the client.
	arriving(from *Client)
	// deliver answers a request with new tokens.
	deliver(r *http.Request, t *Tokens, d delivery) *Response
	// fits reports whether tokens can travel so.
	fits(t *Tokens) error
	// forget returns the cookies that take the tokens away from a browser.
	forget(keepAccess bool) []*http.Cookie
}

// delivery says what tokens were asked for.
type delivery struct {
	order tokenOrder
	from  Client // who logs in
	brief bool   // a login that ends with the browser
}

// tokenOrder says which of a pair of tokens an answer names first: clients compare literally.
type tokenOrder int

const (
	loginOrder   tokenOrder = iota // refresh, access
	refreshOrder                   // access, refresh
)

// jsonCarrier reads tokens from the header and answers them in the body.
type jsonCarrier struct{ s *Service }

func (c jsonCarrier) access(r *http.Request) (token string, ambient bool, err error) {
	values := r.Header[c.s.settings.Header.Name]
	if len(values) == 0 {
		return "", false, ErrNoCredentials
	}
	if len(values) > 1 {
		return "", false, c.s.delegation.TwoTokens
	}
	scheme, rest := firstWord(values[0])
	if !c.s.acceptsScheme(scheme) {
		return "", false, ErrNoCredentials
	}
	access, rest := firstWord(rest)
	switch {
	case access == "":
		return "", false, c.s.delegation.NoToken
	case rest != "":
		return "", false, c.s.delegation.TwoTokens
	}
	return access, false, nil
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
	inHeader, headerErr := c.refreshBeside(r)
	text, ok := f.Text(wire.Field{Name: name, Trim: true, Optional: inHeader != "" || headerErr != nil})
	if err := f.err(); err != nil || ok {
		return text, err
	}
	return inHeader, headerErr
}

func (c jsonCarrier) refreshBeside(r *http.Request) (string, error) {
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

func (c jsonCarrier) deliver(_ *http.Request, t *Tokens, d delivery) *Response {
	var body wire.Members
	add := func(name, token string) {
		if token != "" {
			body = append(body, wire.Member{Name: name, Value: token})
		}
	}
	if d.order == loginOrder {
		add("refresh", t.Refresh)
		add("access", t.Access)
	} else {
		add("access", t.Access)
		add("refresh", t.Refresh)
	}
	add("token", t.Sliding)
	return answer(http.StatusOK, append(body, t.more()...)).noStore()
}

// more returns what the application says with tokens, sorted by name.
func (t *Tokens) more() (members wire.Members) {
	for _, name := range slices.Sorted(maps.Keys(t.More)) {
		members = append(members, wire.Member{Name: name, Value: t.More[name]})
	}
	return members
}

func (jsonCarrier) arriving(*Client) {}

func (jsonCarrier) fits(*Tokens) error { return nil }

func (jsonCarrier) forget(bool) []*http.Cookie { return nil }
