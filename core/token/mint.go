package token

import (
	"encoding/base64"
	"strconv"
	"time"
	"unicode/utf8"
)

// prepare makes what is the same for all tokens.
func (c *Codec) prepare() {
	for i, name := range c.fields {
		c.labels[i] = string(appendString(nil, name)) + ":"
		c.folds[i] = foldBits(name, skipPlain(name, 0) == len(name))
	}
	if k := c.ring.signer; k != nil {
		kid := k.key.ID()
		if k.macs != nil {
			kid = "" // As the protocol has it.
		}
		c.head = encodeHeader(k.key.Algorithm(), kid) + "."
	}
	c.tail = string(c.appendTail(nil))
}

func (c *Codec) appendTail(b []byte) []byte {
	if len(c.audience) > 0 {
		b = c.appendLabel(b, audienceField)
	}
	switch len(c.audience) {
	case 0:
	case 1:
		b = appendString(b, c.audience[0])
	default:
		for i, audience := range c.audience {
			b = appendString(append(b, "[,"[min(i, 1)]), audience)
		}
		b = append(b, ']')
	}
	return append(c.appendText(b, issuerField, c.issuer), '}')
}

// Mint signs a token. Kind, ID, ExpiresAt and IssuedAt must be set, everything must have the form
// that the fields of [Claims] and [Codec.Verify] state, and a custom claim must not have the name
// of a standard one: otherwise it answers [ErrClaims]. Without a signing key it answers [ErrKey].
func (c *Codec) Mint(cl *Claims) (string, error) {
	if c.ring.signer == nil {
		return "", badKey("there is no signing key")
	}
	if err := c.check(cl); err != nil {
		return "", err
	}
	var room [768]byte
	payload, err := c.appendPayload(room[:0], cl)
	if err != nil {
		return "", err
	}
	encoding, signer := base64.RawURLEncoding, c.ring.signer
	size := len(c.head) + encoding.EncodedLen(len(payload)) + 1 + encoding.EncodedLen(signer.signatureSize())
	if size > maxToken {
		return "", badClaims("the token is longer than %d bytes", maxToken)
	}
	raw := append(make([]byte, 0, size), c.head...)
	raw = encoding.AppendEncode(raw, payload)
	var small [64]byte
	signature, err := signer.appendSignature(small[:0], raw)
	if err != nil {
		return "", badKey("%v: %w", signer.key, err)
	}
	return string(encoding.AppendEncode(append(raw, '.'), signature)), nil
}

// check looks at all claims but the custom ones.
func (c *Codec) check(cl *Claims) error {
	texts := [...]struct {
		name, text string
		limit      int
		required   bool
	}{
		{c.fields[kindField], string(cl.Kind), maxText, true},
		{c.fields[idField], cl.ID, maxText, true},
		{c.fields[userField], cl.User, maxUser, false},
		{c.fields[sessionField], cl.Session, maxText, false},
		{c.fields[revokeField], cl.Revoke, maxText, false},
	}
	for _, t := range texts {
		if t.text == "" && !t.required {
			continue
		}
		if !fits(t.text, t.limit) || !utf8.ValidString(t.text) {
			return badClaims("%s is not a text of 1 to %d characters", t.name, t.limit)
		}
	}
	if cl.User != "" && !c.textUserID && !canonicalDecimal(cl.User) {
		return badClaims("user id %q is not an integer", cl.User)
	}
	if cl.Epoch < 0 || cl.Epoch > maxNumber {
		return badClaims("epoch %d is out of range", cl.Epoch)
	}
	if !momentFits(cl.ExpiresAt) || !momentFits(cl.IssuedAt) {
		return badClaims("exp and iat must be set, to times from 1970 on")
	}
	if !cl.RefreshExpiresAt.IsZero() && !momentFits(cl.RefreshExpiresAt) {
		return badClaims("%s is out of range", c.fields[refreshExpiryField])
	}
	return nil
}

func momentFits(t time.Time) bool {
	seconds := t.Unix()
	return seconds >= 0 && seconds < maxNumber
}

// appendPayload writes the claims in the order of the protocol.
func (c *Codec) appendPayload(b []byte, cl *Claims) ([]byte, error) {
	b = append(b, '{')
	b = appendString(append(b, c.labels[kindField]...), string(cl.Kind))
	b = c.appendMoment(b, expiryField, cl.ExpiresAt)
	b = c.appendMoment(b, issuedField, cl.IssuedAt)
	b = c.appendText(b, idField, cl.ID)
	if !cl.RefreshExpiresAt.IsZero() {
		b = c.appendMoment(b, refreshExpiryField, cl.RefreshExpiresAt)
	}
	switch {
	case c.textUserID:
		b = c.appendText(b, userField, cl.User)
	case cl.User != "":
		b = append(c.appendLabel(b, userField), cl.User...)
	}
	b = c.appendText(b, sessionField, cl.Session)
	if cl.HasEpoch {
		b = strconv.AppendInt(c.appendLabel(b, epochField), cl.Epoch, 10)
	}
	b = c.appendText(b, revokeField, cl.Revoke)
	b, err := c.appendCustom(b, cl.Custom)
	return append(b, c.tail...), err
}

func (c *Codec) appendLabel(b []byte, field int) []byte {
	return append(append(b, ','), c.labels[field]...)
}

// appendText writes a claim unless it is empty.
func (c *Codec) appendText(b []byte, field int, text string) []byte {
	if text == "" {
		return b
	}
	return appendString(c.appendLabel(b, field), text)
}

func (c *Codec) appendMoment(b []byte, field int, t time.Time) []byte {
	return strconv.AppendInt(c.appendLabel(b, field), t.Unix(), 10)
}
