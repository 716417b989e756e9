package auth

import (
	"slices"
	"unicode/utf8"

	"github.com/authplug/authplug/core/internal/wire"
)

// Longer names of who issues tokens and whom they are for would leave no room for the rest of a
// token, which clients send with each request. In bytes, as tokens hold them.
const (
	maxParty   = 1024
	maxParties = 2048
)

// checkParties reports whether tokens can name their issuer and audience.
func (c *Signing) checkParties(ps *problems) bool {
	before := len(*ps)
	sum := checkParty("Signing.Issuer", c.Issuer, ps)
	for i, audience := range c.Audience {
		switch {
		case audience == "":
			ps.add("Signing.Audience", "value %d is empty: remove it", i)
		case slices.Contains(c.Audience[:i], audience):
			ps.add("Signing.Audience", "%.100q is named twice: remove one", audience)
		default:
			sum += checkParty("Signing.Audience", audience, ps)
		}
	}
	if len(*ps) == before && sum > maxParties {
		ps.add("Signing.Audience", "and Issuer have %d bytes in a token: name fewer or use shorter names, at most %d together",
			sum, maxParties)
	}
	return len(*ps) == before
}

// checkParty returns the length of a name in a token.
func checkParty(field, name string, ps *problems) int {
	text, err := wire.Marshal(name)
	switch {
	case err != nil || !utf8.ValidString(name):
		ps.add(field, "%.100q is not valid UTF-8: encode the text as UTF-8", name)
	case len(text) > maxParty:
		ps.add(field, "%.20q… has %d bytes in a token: use a shorter one, of at most %d", name, len(text), maxParty)
	}
	return len(text)
}
