package token

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Config says how tokens are signed and which are accepted. The zero value of each field but the
// keys is usable.
type Config struct {
	// Sign mints tokens, and verifies them. Without one the codec only verifies.
	Sign Key
	// Verify are further keys whose tokens are accepted: former and coming signing keys, those of
	// other services. Private halves in it are not used. The signing key may be among them.
	Verify []Key
	// Issuer is minted as iss, and required of every token. Default: none minted, any accepted.
	Issuer string
	// Audience is minted as aud, and every token must name at least one of them. Default: none minted,
	// any accepted.
	Audience []string
	// Leeway is how far the clocks of two services may be apart. Default: 0. Negative is an error.
	Leeway time.Duration
	// Names renames claims.
	Names Names
	// TextUserID makes a user id any text of 1 to 254 characters. Default: it is an integer ≥ 0,
	// minted as a JSON number, and accepted as a number or as its decimal text.
	TextUserID bool
	// Remember is how many tokens with asymmetric signatures are recognized without verifying the
	// signature again: it takes 30 to 70 µs, recognizing one less than 1. Everything else is judged
	// each time. Default: 0, none. Negative is an error.
	Remember int
}

// Names are the names of the claims that may be renamed. They must differ from one another and from
// exp, iat, nbf, iss and aud, also without regard to case.
type Names struct {
	Kind          string // default "token_type"
	ID            string // default "jti"
	User          string // default "user_id"
	Session       string // default "sid"
	Epoch         string // default "epoch"
	Revoke        string // default "hash_password"
	RefreshExpiry string // default "refresh_exp"
}

// The standard claims, in the order in which they are minted. Custom claims are minted between
// revoke and audience.
const (
	kindField = iota
	expiryField
	issuedField
	idField
	refreshExpiryField
	userField
	sessionField
	epochField
	revokeField
	audienceField
	issuerField
	notBeforeField
	standardFields
)

// Codec mints and verifies tokens by one configuration. It does not change, but for what it
// remembers, and is safe for concurrent use.
type Codec struct {
	fields     [standardFields]string // names
	labels     [standardFields]string // names as JSON, with the colon
	folds      [standardFields]uint64 // fold bits of the names
	ring       *ring
	seen       seen
	issuer     string
	audience   []string
	leeway     time.Duration
	textUserID bool
	head       string // header and dot of minted tokens
	tail       string // audience, issuer and closing brace of minted payloads
}

// New makes a codec. It copies all it is given, and reports all problems of the configuration,
// joined: each is [ErrConfig] or [ErrKey].
//
// Every key serves one algorithm, and no key may be there twice, except that Verify may have the
// signing key as well. Secrets next to asymmetric keys must have ids.
func New(config Config) (*Codec, error) {
	c := &Codec{
		fields:     config.Names.fields(),
		issuer:     config.Issuer,
		audience:   slices.Clone(config.Audience),
		leeway:     config.Leeway,
		textUserID: config.TextUserID,
		seen:       newSeen(config.Remember),
	}
	keys, keyErr := newRing(config.Sign, config.Verify)
	if err := errors.Join(keyErr, checkNames(c.fields), config.check()); err != nil {
		return nil, err
	}
	c.ring = keys
	c.prepare()
	return c, nil
}

func (n Names) fields() [standardFields]string {
	return [standardFields]string{
		kindField:          named(n.Kind, "token_type"),
		expiryField:        "exp",
		issuedField:        "iat",
		idField:            named(n.ID, "jti"),
		refreshExpiryField: named(n.RefreshExpiry, "refresh_exp"),
		userField:          named(n.User, "user_id"),
		sessionField:       named(n.Session, "sid"),
		epochField:         named(n.Epoch, "epoch"),
		revokeField:        named(n.Revoke, "hash_password"),
		audienceField:      "aud",
		issuerField:        "iss",
		notBeforeField:     "nbf",
	}
}

func named(name, standard string) string {
	if name == "" {
		return standard
	}
	return name
}

func checkNames(fields [standardFields]string) error {
	var problems []error
	for i, name := range fields {
		if !utf8.ValidString(name) || len(name) > maxText {
			problems = append(problems, badConfig("claim name %q is too long or not UTF-8", name))
		}
		for _, earlier := range fields[:i] {
			if strings.EqualFold(earlier, name) {
				problems = append(problems, badConfig("claim name %q is used twice", name))
			}
		}
	}
	return errors.Join(problems...)
}

func (config Config) check() error {
	var problems []error
	if config.Leeway < 0 {
		problems = append(problems, badConfig("negative leeway"))
	}
	if config.Remember < 0 {
		problems = append(problems, badConfig("a negative number of tokens to remember"))
	}
	if !utf8.ValidString(config.Issuer) {
		problems = append(problems, badConfig("issuer is not UTF-8"))
	}
	for i, audience := range config.Audience {
		if audience == "" || !utf8.ValidString(audience) {
			problems = append(problems, badConfig("audience %d is empty or not UTF-8", i))
		}
		if slices.Contains(config.Audience[:i], audience) {
			problems = append(problems, badConfig("audience %q is there twice", audience))
		}
	}
	return errors.Join(problems...)
}

// Keys returns the public halves of all asymmetric keys whose tokens are accepted, the signing key
// first: what a service may publish as its JWK set.
func (c *Codec) Keys() []Key {
	var public []Key
	for _, k := range c.ring.keys {
		if p := k.key.Public(); p != (Key{}) {
			public = append(public, p)
		}
	}
	return public
}
