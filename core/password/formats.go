package password

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// maxStored is the longest stored text that is looked at, in bytes. The longest form, with the
// longest salt and hash, has about 300.
const maxStored = 512

// The lengths that a salt may have, in bytes.
const (
	minSalt = 8
	maxSalt = 128
)

// hash is a stored hash, parsed and within the limits.
type hash interface {
	// verify reports whether the hash is one of the password. It takes the same time either way.
	verify(password string) bool
	// form returns what the hash was made with.
	form() form
	// memory is how much verify needs, in KiB.
	memory() uint32
}

// preferred is a hash that stands for new ones: its salt and key are zero, so it costs what a
// new one does and matches nothing.
type preferred interface {
	hash
	// renew returns a hash of the password with a new salt, as text.
	renew(password string) (string, error)
}

// form is all that two hashes have in common if neither is worth replacing by the other.
type form struct {
	format     string
	memory     uint32
	time       uint32
	threads    uint8
	iterations int
	keyLength  int
	shortSalt  bool
}

func preferredOf(c Config) preferred {
	switch c.Algorithm {
	case PBKDF2:
		return newPBKDF2(c.Cost)
	case Bcrypt:
		return newBcrypt(c.Cost)
	default:
		return newArgon2(c.Cost)
	}
}

// parse reads a stored hash without computing anything. It is strict: a text has one meaning or
// none, and what a hash may cost is bounded.
func parse(stored string) (hash, bool) {
	if len(stored) > maxStored || !visible(stored) {
		return nil, false
	}
	name, rest, _ := strings.Cut(stored, "$")
	switch name {
	case "":
		if strings.HasPrefix(rest, argon2Name+"$") {
			return parseArgon2(argon2Name, rest)
		}
		return parseBcrypt(bcryptPlain, stored)
	case argon2Django:
		return parseArgon2(name, rest)
	case pbkdf2SHA256, pbkdf2SHA1:
		return parsePBKDF2(name, rest)
	case bcryptSHA256, bcryptDjango:
		return parseBcrypt(name, rest)
	case scryptName:
		return parseScrypt(rest)
	}
	return nil, false
}

// visible reports whether s is printable ASCII without spaces. Among others this keeps out the
// line breaks that encoding/base64 skips.
func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// number reads a decimal number within the bounds, in its only spelling.
func number(s string, low, high uint32) (uint32, bool) {
	n, err := strconv.ParseUint(s, 10, 32)
	exact := err == nil && strconv.FormatUint(n, 10) == s
	return uint32(n), exact && uint32(n) >= low && uint32(n) <= high
}

// key reads base64 of low to high bytes, in its only spelling.
func key(encoding *base64.Encoding, s string, low, high int) ([]byte, bool) {
	b, err := encoding.Strict().DecodeString(s)
	return b, err == nil && len(b) >= low && len(b) <= high
}

// textSalt reports whether s has a length that a salt may have.
func textSalt(s string) bool {
	return len(s) >= minSalt && len(s) <= maxSalt
}
