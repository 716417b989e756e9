package password

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

const (
	bcryptPlain  = ""
	bcryptDjango = "bcrypt"
	bcryptSHA256 = "bcrypt_sha256"

	bcryptMinCost = 4 // the least that bcrypt is defined for
	bcryptMaxCost = 16

	// bcryptLongest is how many bytes of a password bcrypt reads.
	bcryptLongest = 72
	bcryptLength  = len("$2b$12$") + bcryptDigits
	bcryptDigits  = 22 + 31 // of the salt and of the key
	bcryptLetters = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

// bcryptHash is a hash of bcrypt, of the password itself or of its SHA-256 in lower-case hex.
type bcryptHash struct {
	format string // the name before the crypt text
	crypt  string // $2b$12$…
	cost   int
}

func newBcrypt(c Cost) bcryptHash {
	zero := fmt.Sprintf("$2b$%02d$%s", c.Bcrypt, strings.Repeat(".", bcryptDigits))
	return bcryptHash{format: bcryptSHA256, crypt: zero, cost: c.Bcrypt}
}

// parseBcrypt reads $2b$12$ and 53 digits of bcrypt's own base 64. The versions a, b and y mean
// the same: they differ in defects that other programs had. Version x is such a defect.
func parseBcrypt(format, crypt string) (hash, bool) {
	if len(crypt) != bcryptLength || crypt[6] != '$' {
		return nil, false
	}
	version, digits := crypt[:4], crypt[7:]
	if version != "$2a$" && version != "$2b$" && version != "$2y$" {
		return nil, false
	}
	if strings.Trim(digits, bcryptLetters) != "" {
		return nil, false
	}
	cost, ok := number(strings.TrimPrefix(crypt[4:6], "0"), bcryptMinCost, bcryptMaxCost)
	return bcryptHash{format: format, crypt: crypt, cost: int(cost)}, ok
}

// input returns what bcrypt is given, and whether that is the password without a loss.
func (b bcryptHash) input(password string) (input []byte, whole bool) {
	if b.format == bcryptSHA256 {
		sum := sha256.Sum256([]byte(password))
		return []byte(hex.EncodeToString(sum[:])), true
	}
	// Bcrypt appends a NUL and repeats that: "ab\x00ab" would match the hash of "ab".
	whole = len(password) <= bcryptLongest && !strings.Contains(password, "\x00")
	return []byte(password[:min(len(password), bcryptLongest)]), whole
}

func (b bcryptHash) verify(password string) bool {
	input, whole := b.input(password)
	// It comes first: a password that cannot match takes the same time.
	err := bcrypt.CompareHashAndPassword([]byte(b.crypt), input)
	return err == nil && whole
}

func (b bcryptHash) renew(password string) (string, error) {
	input, _ := b.input(password)
	crypt, err := bcrypt.GenerateFromPassword(input, b.cost)
	if err != nil {
		return "", err
	}
	// The Go library writes version a, which is the same; Django writes b.
	return b.format + "$$2b$" + strings.TrimPrefix(string(crypt), "$2a$"), nil
}

func (b bcryptHash) form() form {
	return form{format: b.format, iterations: b.cost}
}

func (b bcryptHash) memory() uint32 { return 0 }
