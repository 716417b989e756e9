package token

import (
	"crypto/sha256"
	"slices"
	"strings"
	"time"
)

const (
	maxToken = 8192 // bytes
	maxText  = 255  // characters of ids
	maxUser  = 254  // characters of a text user id
)

// Verify checks a token as it is at now, and fills into with what it says. After an error into is
// the zero Claims.
//
// First come the signature and the claims exp, nbf, iat, iss and aud, whose faults, like any claim
// of a wrong shape, are [ErrInvalid], and [ErrExpired] if the time is the only fault. A good token
// without exp is [ErrNoExpiry], without id [ErrNoID], without kind [ErrNoKind]. Which kind it is,
// is for the caller to judge; so is whether it has a user.
//
// A token has at most 8192 bytes. Its payload is one JSON object of at most 100 members, 16 levels
// deep at most, in valid UTF-8, with no two members of one name and no number beyond a float64;
// names of its outermost members must differ by more than case, also from those of standard claims
// that are absent. White space around it is allowed. Times are numbers from 0 to 2^53, with or
// without a fraction.
func (c *Codec) Verify(raw string, now time.Time, into *Claims) error {
	*into = Claims{}
	payload, err := c.open(raw)
	if err != nil {
		return err
	}
	if err := c.read(payload, now, into); err != nil {
		*into = Claims{}
		return err
	}
	return nil
}

// CheckRefresh tells whether the verified sliding token that cl came from may still be exchanged
// for a new one: [ErrNoRefreshExpiry] if never, [ErrRefreshExpired] if no more.
func (c *Codec) CheckRefresh(cl *Claims, now time.Time) error {
	if cl.RefreshExpiresAt.IsZero() {
		return ErrNoRefreshExpiry
	}
	if c.expired(cl.RefreshExpiresAt, now) {
		return ErrRefreshExpired
	}
	return nil
}

func (c *Codec) expired(t, now time.Time) bool { return !t.After(now.Add(-c.leeway)) }

func (c *Codec) ahead(t, now time.Time) bool { return t.After(now.Add(c.leeway)) }

// open checks the signature of a token and returns its decoded payload, of which nothing has been
// looked at.
func (c *Codec) open(raw string) (payload string, err error) {
	if len(raw) > maxToken {
		return "", errTooLong
	}
	first, last := strings.IndexByte(raw, '.'), strings.LastIndexByte(raw, '.')
	// A dot between these two is caught as a byte that is not base64url.
	if first <= 0 || last <= first+1 || last == len(raw)-1 {
		return "", errFormat
	}
	candidates, err := c.ring.find(raw[:first])
	if err != nil {
		return "", err
	}
	if !c.signed(&candidates, raw, last) {
		return "", candidates.fault()
	}
	return decodePayload(raw[first+1 : last])
}

// signed tells whether one of the keys has signed a token, whose signature is behind the last dot.
// To recognize a token costs as much as to verify an HMAC: only the other signatures are remembered.
func (c *Codec) signed(candidates *route, raw string, last int) bool {
	if candidates.keys[0].macs != nil || len(c.seen.places) == 0 {
		return verifyAny(candidates.keys, raw[:last], raw[last+1:])
	}
	sum := sha256.Sum256([]byte(raw))
	if c.seen.has(&sum) {
		return true
	}
	good := verifyAny(candidates.keys, raw[:last], raw[last+1:])
	if good {
		c.seen.add(sum)
	}
	return good
}

// fault says what is wrong with a token that none of the keys has signed.
func (r *route) fault() error {
	if r.named {
		return errSignature
	}
	return ErrNoKey
}

func verifyAny(keys []*ringKey, signed, signature string) bool {
	for _, k := range keys {
		if k.verify(signed, signature) {
			return true
		}
	}
	return false
}

func decodePayload(segment string) (string, error) {
	var small [1024]byte
	buffer := small[:]
	if n := decodedLen(len(segment)); n > len(small) {
		buffer = make([]byte, n)
	}
	n, ok := decode(buffer, segment)
	if !ok {
		return "", errFormat
	}
	return string(buffer[:n]), nil
}

// read scans the payload once, and judges what it found.
func (c *Codec) read(payload string, now time.Time, cl *Claims) error {
	var room [16]string
	others, ok := room[:0], false // names of custom claims
	s := scanner{text: payload}
	var found fieldSet
	next := 0
	for s.open(); s.step(); {
		field := c.fieldOf(s.name, next)
		if field == standardFields {
			if others, ok = s.unique(others); !ok {
				return errJSON
			}
			cl.custom.add(&s)
			continue
		}
		if found.has(field) {
			return errJSON
		}
		next = field + 1
		found.add(field)
		if err := c.readClaim(field, s.value(), cl); err != nil {
			return err
		}
	}
	if !s.finished() || c.imitates(others, s.folds) {
		return errJSON
	}
	cl.Payload = Payload(payload)
	return c.judge(found, now, cl)
}

// imitates tells whether the name of a custom claim differs from that of a standard one in case
// only: a reader that does not tell cases apart would take it for that one, also if that one is
// absent. The fold bits of all custom claims spare most comparisons.
func (c *Codec) imitates(others []string, bits uint64) bool {
	for field := range standardFields {
		if bits&c.folds[field] == 0 {
			continue
		}
		equal := func(name string) bool { return strings.EqualFold(name, c.fields[field]) }
		if slices.ContainsFunc(others, equal) {
			return true
		}
	}
	return false
}

type fieldSet uint16

func (f *fieldSet) add(field int)     { *f |= 1 << field }
func (f fieldSet) has(field int) bool { return f&(1<<field) != 0 }

// fieldOf looks a claim up by its name, standardFields if it is a custom one. It begins to look at
// the field that comes next in the order of minting: in most tokens that is the one.
func (c *Codec) fieldOf(name string, next int) int {
	for i := next; i < standardFields; i++ {
		if c.fields[i] == name {
			return i
		}
	}
	for i := range next {
		if c.fields[i] == name {
			return i
		}
	}
	return standardFields
}

func (c *Codec) judge(found fieldSet, now time.Time, cl *Claims) error {
	switch {
	case c.issuer != "" && !found.has(issuerField):
		return errIssuer
	case len(c.audience) > 0 && !found.has(audienceField):
		return errAudience
	case found.has(notBeforeField) && c.ahead(cl.NotBefore, now):
		return errNotYet
	case found.has(issuedField) && c.ahead(cl.IssuedAt, now):
		return errNotYet
	case !found.has(expiryField):
		return ErrNoExpiry
	case c.expired(cl.ExpiresAt, now):
		return ErrExpired
	case !found.has(idField):
		return ErrNoID
	case !found.has(kindField):
		return ErrNoKind
	}
	return nil
}
