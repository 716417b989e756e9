package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

const (
	argon2Name   = "argon2id"
	argon2Django = "argon2"

	argon2SaltLength = 16
	argon2KeyLength  = 32
	argon2MaxBytes   = 64 // of a salt and of a key

	argon2BlocksPerLane = 8 // RFC 9106 §3.1: at least so many KiB for each lane
	argon2MaxMemory     = 256 << 10
	argon2MaxTime       = 16
	argon2MaxThreads    = 16
	argon2MaxWork       = 1 << 20 // KiB × passes; Django's hashes take a fifth
)

// argon2Hash is a hash of argon2id, version 1.3, as a PHC string or as Django's.
type argon2Hash struct {
	format    string
	memoryKiB uint32
	time      uint32
	threads   uint8
	salt, key []byte
}

func newArgon2(c Cost) argon2Hash {
	return argon2Hash{
		format: argon2Name, memoryKiB: c.Memory, time: c.Time, threads: c.Threads,
		salt: make([]byte, argon2SaltLength), key: make([]byte, argon2KeyLength),
	}
}

// parseArgon2 reads what follows the first dollar sign in both forms:
// argon2id$v=19$m=19456,t=2,p=1$salt$key.
func parseArgon2(format, text string) (hash, bool) {
	parts := strings.Split(text, "$")
	if len(parts) != 5 || parts[0] != argon2Name || parts[1] != "v=19" {
		return nil, false
	}
	a, ok := argon2Parameters(parts[2])
	if !ok {
		return nil, false
	}
	a.format = format
	if a.salt, ok = key(base64.RawStdEncoding, parts[3], minSalt, argon2MaxBytes); !ok {
		return nil, false
	}
	a.key, ok = key(base64.RawStdEncoding, parts[4], minSalt, argon2MaxBytes)
	return a, ok
}

// argon2Parameters reads m=19456,t=2,p=1.
func argon2Parameters(text string) (argon2Hash, bool) {
	text, hasMemory := strings.CutPrefix(text, "m=")
	memoryText, text, hasTime := strings.Cut(text, ",t=")
	timeText, threadsText, hasThreads := strings.Cut(text, ",p=")
	if !hasMemory || !hasTime || !hasThreads {
		return argon2Hash{}, false
	}
	threads, threadsOK := number(threadsText, 1, argon2MaxThreads)
	time, timeOK := number(timeText, 1, argon2MaxTime)
	memory, memoryOK := number(memoryText, argon2BlocksPerLane*threads, argon2MaxMemory)
	// The limits of both keep the product within 32 bits.
	if !threadsOK || !timeOK || !memoryOK || memory*time > argon2MaxWork {
		return argon2Hash{}, false
	}
	lanes := uint8(threads) //nolint:gosec // It is at most argon2MaxThreads.
	return argon2Hash{memoryKiB: memory, time: time, threads: lanes}, true
}

func (a argon2Hash) derive(password string) []byte {
	length := uint32(len(a.key)) //nolint:gosec // It is at most argon2MaxBytes.
	return argon2.IDKey([]byte(password), a.salt, a.time, a.memoryKiB, a.threads, length)
}

func (a argon2Hash) verify(password string) bool {
	return subtle.ConstantTimeCompare(a.derive(password), a.key) == 1
}

func (a argon2Hash) renew(password string) (string, error) {
	a.salt = make([]byte, argon2SaltLength)
	rand.Read(a.salt) // It never fails.
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$%s$v=%d$m=%d,t=%d,p=%d$%s$%s", a.format, argon2.Version,
		a.memoryKiB, a.time, a.threads, b64.EncodeToString(a.salt), b64.EncodeToString(a.derive(password))), nil
}

func (a argon2Hash) form() form {
	return form{
		format: a.format, memory: a.memoryKiB, time: a.time, threads: a.threads,
		keyLength: len(a.key), shortSalt: len(a.salt) < argon2SaltLength,
	}
}

func (a argon2Hash) memory() uint32 { return a.memoryKiB }
