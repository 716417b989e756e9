package password

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // Django's older hashes are verified with it; no new one is made.
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
)

const (
	pbkdf2SHA256 = "pbkdf2_sha256"
	pbkdf2SHA1   = "pbkdf2_sha1"

	pbkdf2MaxIterations = 10_000_000

	// pbkdf2SaltLength is Django's: 22 of 62 characters are over 128 bits.
	pbkdf2SaltLength = 22
	saltAlphabet     = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

// pbkdf2Hash is a hash as Django writes it. Its salt is text, used as the bytes it is written in.
type pbkdf2Hash struct {
	format     string
	iterations int
	salt       string
	key        []byte
}

func newPBKDF2(c Cost) pbkdf2Hash {
	return pbkdf2Hash{
		format: pbkdf2SHA256, iterations: c.Iterations,
		salt: strings.Repeat("0", pbkdf2SaltLength), key: make([]byte, sha256.Size),
	}
}

// parsePBKDF2 reads 1000000$salt$key.
func parsePBKDF2(format, text string) (hash, bool) {
	parts := strings.Split(text, "$")
	if len(parts) != 3 || !textSalt(parts[1]) {
		return nil, false
	}
	iterations, ok := number(parts[0], 1, pbkdf2MaxIterations)
	if !ok {
		return nil, false
	}
	p := pbkdf2Hash{format: format, iterations: int(iterations), salt: parts[1]}
	p.key, ok = key(base64.StdEncoding, parts[2], p.keyLength(), p.keyLength())
	return p, ok
}

func (p pbkdf2Hash) keyLength() int {
	if p.format == pbkdf2SHA1 {
		return sha1.Size
	}
	return sha256.Size
}

func (p pbkdf2Hash) derive(password string) ([]byte, error) {
	if p.format == pbkdf2SHA1 {
		return pbkdf2.Key(sha1.New, password, []byte(p.salt), p.iterations, p.keyLength())
	}
	return pbkdf2.Key(sha256.New, password, []byte(p.salt), p.iterations, p.keyLength())
}

func (p pbkdf2Hash) verify(password string) bool {
	derived, err := p.derive(password)
	return err == nil && subtle.ConstantTimeCompare(derived, p.key) == 1
}

func (p pbkdf2Hash) renew(password string) (string, error) {
	p.salt = randomText(pbkdf2SaltLength)
	derived, err := p.derive(password)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s$%d$%s$%s", p.format, p.iterations, p.salt,
		base64.StdEncoding.EncodeToString(derived)), nil
}

func (p pbkdf2Hash) form() form {
	return form{
		format: p.format, iterations: p.iterations,
		keyLength: len(p.key), shortSalt: len(p.salt) < pbkdf2SaltLength,
	}
}

func (p pbkdf2Hash) memory() uint32 { return 0 }

// harden spends what a hash of fewer iterations saved. Otherwise the time of a wrong password
// would tell users whose hash is old from unknown ones, for whom Burn does the full work. A
// right password needs no such cover: its hash is stale and made anew.
func harden(password string, stored hash, wanted preferred) {
	if rest, ok := saved(stored, wanted); ok {
		rest.verify(password)
	}
}

// saved returns a hash with the iterations that stored has too few.
func saved(stored hash, wanted preferred) (rest pbkdf2Hash, ok bool) {
	have, isOld := stored.(pbkdf2Hash)
	rest, isNew := wanted.(pbkdf2Hash)
	if !isOld || !isNew || have.format != rest.format || have.iterations >= rest.iterations {
		return pbkdf2Hash{}, false
	}
	rest.iterations -= have.iterations
	return rest, true
}

// randomText returns n random letters and digits.
func randomText(n int) string {
	// Bytes from here on would make the first characters of the alphabet likelier than the rest.
	const fair = 256 - 256%len(saltAlphabet)
	text := make([]byte, 0, n)
	for b := make([]byte, 1); len(text) < n; {
		rand.Read(b) // It never fails.
		if int(b[0]) < fair {
			text = append(text, saltAlphabet[int(b[0])%len(saltAlphabet)])
		}
	}
	return string(text)
}
