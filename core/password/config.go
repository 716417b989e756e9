package password

import (
	"fmt"
	"math"
	"runtime"
	"time"
)

// Algorithm names how new hashes are made.
type Algorithm string

// The algorithms of new hashes. Stored hashes of every one of them, and of the others that the
// package comment lists, are verified whichever is chosen.
const (
	// Argon2id is the default: memory-hard (RFC 9106), written as a PHC string.
	Argon2id Algorithm = "argon2id"
	// PBKDF2 is PBKDF2-HMAC-SHA256 (RFC 8018) as Django writes it, for a shared user table.
	PBKDF2 Algorithm = "pbkdf2"
	// Bcrypt is bcrypt over the hexadecimal SHA-256 of the password, as Django writes it, so
	// that no password is too long for it.
	Bcrypt Algorithm = "bcrypt"
)

// The defaults of Cost and Config, and the least that is not Weak. They follow the OWASP
// Password Storage Cheat Sheet, except for the iterations, which are those of Django 5.2.
const (
	defaultMemory     = 19456
	defaultTime       = 2
	defaultThreads    = 1
	defaultIterations = 1_000_000
	defaultBcrypt     = 12
	defaultQueue      = 64
	defaultWait       = 2 * time.Second

	minIterations = 600_000
	minBcrypt     = 10
)

// argon2Floors are the pairs of memory and time that OWASP calls equally strong: what has less
// memory makes up for it with time.
var argon2Floors = []struct{ memory, time uint32 }{
	{47104, 1}, {19456, 2}, {12288, 3}, {9216, 4}, {7168, 5},
}

// Cost says how expensive new hashes are. Each algorithm reads its own fields and ignores the
// others. Zero fields have the defaults; less than OWASP's minimum is refused.
type Cost struct {
	Memory     uint32 // Argon2id: KiB; 19456 by default, 7168 to 47104 at least, 262144 at most
	Time       uint32 // Argon2id: passes over the memory; 2 by default, 16 at most
	Threads    uint8  // Argon2id: lanes, computed in parallel; 1 by default, 16 at most
	Iterations int    // PBKDF2: 1,000,000 by default, 600,000 to 10,000,000
	Bcrypt     int    // Bcrypt: the binary logarithm of its rounds; 12 by default, 10 to 16
}

// Config is what [New] reads. The zero value is a good choice.
type Config struct {
	Algorithm Algorithm // of new hashes; Argon2id by default
	Cost      Cost      // of new hashes

	// Permits is how many hashes run at once: max(2, the number of CPUs) by default. Hashing
	// is bound by CPU and memory, so more permits make every login slower and none faster.
	Permits int
	// Queue is how many calls may wait for a permit: 64 by default. The next one gets ErrBusy.
	Queue int
	// Wait is how long a call waits for a permit: 2 s by default. Then it gets ErrBusy.
	Wait time.Duration

	// Weak is for test suites alone: it lifts the minimum from Cost and makes its zero fields
	// the least possible, so that a hash takes microseconds and protects nothing.
	Weak bool
}

// filled returns c with its defaults.
func (c Config) filled() Config {
	orDefault(&c.Algorithm, Argon2id)
	if c.Weak {
		c.Cost = c.Cost.weak()
	}
	orDefault(&c.Cost.Memory, defaultMemory)
	orDefault(&c.Cost.Time, defaultTime)
	orDefault(&c.Cost.Threads, defaultThreads)
	orDefault(&c.Cost.Iterations, defaultIterations)
	orDefault(&c.Cost.Bcrypt, defaultBcrypt)
	orDefault(&c.Permits, max(2, runtime.NumCPU()))
	orDefault(&c.Queue, defaultQueue)
	orDefault(&c.Wait, defaultWait)
	return c
}

// weak returns c with the cheapest cost that each algorithm can have in its zero fields.
func (c Cost) weak() Cost {
	orDefault(&c.Threads, 1)
	orDefault(&c.Memory, argon2BlocksPerLane*uint32(c.Threads))
	orDefault(&c.Time, 1)
	orDefault(&c.Iterations, 1)
	orDefault(&c.Bcrypt, bcryptMinCost)
	return c
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// problems returns everything that is wrong with c, which has its defaults already.
func (c Config) problems() []error {
	var found []error
	switch c.Algorithm {
	case Argon2id:
		found = c.argon2Problems()
	case PBKDF2:
		found = within("Cost.Iterations", c.Cost.Iterations, c.least(minIterations, 1), pbkdf2MaxIterations)
	case Bcrypt:
		found = within("Cost.Bcrypt", c.Cost.Bcrypt, c.least(minBcrypt, bcryptMinCost), bcryptMaxCost)
	default:
		found = refuse("Algorithm", "%q is unknown: use argon2id, pbkdf2 or bcrypt", string(c.Algorithm))
	}
	found = append(found, within("Permits", c.Permits, 1, math.MaxInt32)...)
	found = append(found, within("Queue", c.Queue, 1, math.MaxInt32)...)
	if c.Wait < 0 {
		found = append(found, refuse("Wait", "%v is negative: use a positive time, or leave it out", c.Wait)...)
	}
	return found
}

func (c Config) argon2Problems() []error {
	k := c.Cost
	found := within("Cost.Threads", int(k.Threads), 1, argon2MaxThreads)
	found = append(found, within("Cost.Time", int(k.Time), 1, argon2MaxTime)...)
	perThread := argon2BlocksPerLane * int(k.Threads)
	found = append(found, within("Cost.Memory", int(k.Memory), perThread, argon2MaxMemory)...)
	if len(found) > 0 {
		return found
	}
	if uint64(k.Memory)*uint64(k.Time) > argon2MaxWork {
		return refuse("Cost.Time", "%d KiB × %d is over %d", k.Memory, k.Time, argon2MaxWork)
	}
	for _, floor := range argon2Floors {
		if c.Weak || k.Memory >= floor.memory && k.Time >= floor.time {
			return nil
		}
	}
	return refuse("Cost.Memory", "%d KiB with time %d is below OWASP's minimum, 19456 KiB with time 2: use more, or leave it out",
		k.Memory, k.Time)
}

// least returns the lower bound that applies.
func (c Config) least(strong, weak int) int {
	if c.Weak {
		return weak
	}
	return strong
}

func within(field string, value, low, high int) []error {
	if value < low || value > high {
		return refuse(field, "%d is not within %d and %d: use one of these, or leave it out", value, low, high)
	}
	return nil
}

func refuse(field, format string, args ...any) []error {
	return []error{&ConfigError{Field: field, Problem: fmt.Sprintf(format, args...)}}
}
