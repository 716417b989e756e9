package password

import (
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/scrypt"
)

const (
	scryptName      = "scrypt"
	scryptKeyLength = 64
	// scryptMaxWork bounds N × r × p, so the memory to 128 MiB and the time to a little more than
	// a second. Django's hashes take two thirds.
	scryptMaxWork = 1 << 20
)

// scryptHash is a hash as Django writes it (RFC 7914). Its salt is text, used as the bytes it is
// written in. No new hash is made with it.
type scryptHash struct {
	n, r, p uint32
	salt    string
	key     []byte
}

// parseScrypt reads N$salt$r$p$key.
func parseScrypt(text string) (hash, bool) {
	parts := strings.Split(text, "$")
	if len(parts) != 5 || !textSalt(parts[1]) {
		return nil, false
	}
	n, nOK := number(parts[0], 2, scryptMaxWork)
	r, rOK := number(parts[2], 1, scryptMaxWork)
	p, pOK := number(parts[3], 1, scryptMaxWork)
	// N is a power of two. The product has 63 bits at most.
	if !nOK || !rOK || !pOK || n&(n-1) != 0 || uint64(n)*uint64(r)*uint64(p) > scryptMaxWork {
		return nil, false
	}
	stored, ok := key(base64.StdEncoding, parts[4], scryptKeyLength, scryptKeyLength)
	return scryptHash{n: n, r: r, p: p, salt: parts[1], key: stored}, ok
}

func (s scryptHash) verify(password string) bool {
	n, r, p := int(s.n), int(s.r), int(s.p)
	derived, err := scrypt.Key([]byte(password), []byte(s.salt), n, r, p, scryptKeyLength)
	return err == nil && subtle.ConstantTimeCompare(derived, s.key) == 1
}

func (s scryptHash) form() form {
	return form{format: scryptName}
}

// memory is that of 128 × r × (N + p) bytes. The limit on the work keeps it within 32 bits.
func (s scryptHash) memory() uint32 {
	return s.r * (s.n + s.p) / 8
}
