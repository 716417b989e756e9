package token

import (
	"slices"
	"time"
)

// readClaim checks one standard claim, given as JSON, and puts it into cl.
func (c *Codec) readClaim(field int, value string, cl *Claims) error {
	switch field {
	case kindField:
		return readText(value, maxText, (*string)(&cl.Kind), errKind)
	case expiryField:
		return readMoment(value, &cl.ExpiresAt)
	case issuedField:
		return readMoment(value, &cl.IssuedAt)
	case idField:
		return readText(value, maxText, &cl.ID, errID)
	case refreshExpiryField:
		return readMoment(value, &cl.RefreshExpiresAt)
	case userField:
		return c.readUser(value, cl)
	case sessionField:
		return readText(value, maxText, &cl.Session, errSession)
	case epochField:
		return readEpoch(value, cl)
	case revokeField:
		return readText(value, maxText, &cl.Revoke, errRevoke)
	case audienceField:
		return c.checkAudience(value)
	case issuerField:
		return c.checkIssuer(value)
	default:
		return readMoment(value, &cl.NotBefore)
	}
}

func readText(value string, limit int, into *string, fault error) error {
	text, ok := textUpTo(value, limit)
	if !ok {
		return fault
	}
	*into = text
	return nil
}

func readMoment(value string, into *time.Time) error {
	if value[0]-'0' > 9 {
		return errMoment
	}
	t, ok := parseMoment(value)
	if !ok {
		return errMoment
	}
	*into = t
	return nil
}

// readUser reads an id in the form of Config.TextUserID. A number has one spelling, so that one
// user has one text.
func (c *Codec) readUser(value string, cl *Claims) error {
	if c.textUserID {
		return readText(value, maxUser, &cl.User, errUser)
	}
	text, quoted := textOf(value)
	if !quoted {
		text = value
	}
	if !canonicalDecimal(text) {
		return errUser
	}
	cl.User = text
	return nil
}

func readEpoch(value string, cl *Claims) error {
	n, ok := parseWhole(value)
	if !ok || n > maxNumber {
		return errEpoch
	}
	cl.Epoch, cl.HasEpoch = n, true
	return nil
}

func (c *Codec) checkIssuer(value string) error {
	if c.issuer == "" {
		return nil
	}
	if text, ok := textOf(value); !ok || text != c.issuer {
		return errIssuer
	}
	return nil
}

// checkAudience wants a string or a list of strings, at least one of them a configured one.
func (c *Codec) checkAudience(value string) error {
	if len(c.audience) == 0 {
		return nil
	}
	if text, ok := textOf(value); ok {
		if !slices.Contains(c.audience, text) {
			return errAudience
		}
		return nil
	}
	found := false
	for element := range elements(value) {
		text, ok := textOf(element)
		if !ok {
			return errAudience
		}
		found = found || slices.Contains(c.audience, text)
	}
	if !found {
		return errAudience
	}
	return nil
}
