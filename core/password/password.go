// Package password hashes, checks and judges passwords.
//
// # Hashing
//
// A [Hasher] makes hashes of one preferred form and verifies many:
//
//	hasher, err := password.New(password.Config{})          // argon2id, 19 MiB, 2 passes
//	stored, err := hasher.Hash(ctx, "correct horse battery") // keep this text with the user
//	result, err := hasher.Check(ctx, typed, stored)
//	if result.OK && result.Stale { … }                       // hash again and replace stored
//
// These stored forms are verified, whichever one is preferred:
//
//	$argon2id$v=19$m=19456,t=2,p=1$salt$hash      preferred with Argon2id (PHC string)
//	pbkdf2_sha256$1000000$salt$hash               preferred with PBKDF2 (Django)
//	bcrypt_sha256$$2b$12$…                        preferred with Bcrypt (Django)
//	argon2$argon2id$v=19$m=102400,t=2,p=8$…       Django
//	pbkdf2_sha1$…   scrypt$N$salt$r$p$hash        Django
//	bcrypt$$2b$12$…                               Django
//	$2a$… $2b$… $2y$…                             bcrypt of other systems
//
// So a table of users can be shared with a Django service, or taken over from one. Every
// verified hash that is not of the preferred form and cost is reported as Stale: hash the
// password again at that login, when it is known.
//
// Passwords are sequences of bytes. They are neither trimmed nor normalized nor cut: where plain
// bcrypt would ignore what follows its 72nd byte or a NUL, the password does not match at all.
//
// # Timing
//
// A login must not tell whether a user exists. Check does one computation whatever the stored
// text is; an empty, unusable, unknown or malformed one costs exactly what a preferred hash
// does, and so does [Hasher.Burn], which stands in where there is no user. [Hasher.Stats] counts
// the computations, so a test can prove that every failure takes the same work. Only a stored hash
// of another form takes its own time: who takes over a table of users can be told them apart by
// the clock until each has logged in once.
//
// A stored hash says itself how expensive it is. One that asks for more than 256 MiB of memory,
// 16 passes, 16 threads, 10,000,000 iterations or a bcrypt cost of 16 is not computed but treated
// as malformed, lest a row written by an attacker stops the service.
//
// # Load
//
// A hash takes tens of milliseconds of a CPU and megabytes of memory, so a Hasher runs only a few
// at once, lets some more calls wait for a bounded time and answers the rest with [ErrBusy].
// One Hasher serves a whole program; two would not know of each other.
//
// # Policy
//
// A [Policy] judges a new password by the rules and in the words of Django's validators (too
// similar to the user, too short, too common, entirely numeric) and by further rules of the
// application's own.
package password

import (
	"context"
	"errors"
	"fmt"
)

// Result is what [Hasher.Check] found.
type Result struct {
	OK    bool // the password is the right one
	Stale bool // it is, but its hash is not of the preferred form or cost: hash it again
}

// Stats are counters of a [Hasher]. They are read one by one, so while calls are under way
// they need not fit each other.
type Stats struct {
	Computed uint64 // hash computations begun, by Hash, Check and Burn alike
	Busy     uint64 // calls that ended with ErrBusy
	Running  int    // computations under way
	Waiting  int    // calls that wait for a permit
}

// Hasher makes and checks password hashes. It is made by [New] and safe for concurrent use.
//
// Its methods compute in the calling goroutine. While they wait for a permit they end with the
// context, and the error is then that of the context; a computation that has begun is finished.
type Hasher struct {
	preferred preferred
	permits   *permits
}

// New returns a Hasher. All problems of c are reported at once, joined, each a [*ConfigError].
func New(c Config) (*Hasher, error) {
	c = c.filled()
	if problems := c.problems(); len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return &Hasher{preferred: preferredOf(c), permits: newPermits(c)}, nil
}

// Hash returns a new hash of the password, with a salt of its own, as ASCII text of at most 128
// bytes. The errors are [ErrBusy] and that of ctx.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	var made string
	var failed error
	err := h.permits.run(ctx, h.preferred.memory(), func() {
		made, failed = h.preferred.renew(password)
	})
	if err = errors.Join(err, failed); err != nil {
		return "", fmt.Errorf("password: hash: %w", err)
	}
	return made, nil
}

// Check reports whether stored is a hash of the password. A stored text that is no hash, or one
// too expensive to compute, is not an error: the password is wrong, and finding that out takes
// the work of a preferred hash. The errors are [ErrBusy] and that of ctx.
func (h *Hasher) Check(ctx context.Context, password, stored string) (Result, error) {
	parsed, ok := parse(stored)
	if !ok {
		return Result{}, h.Burn(ctx, password)
	}
	same, err := h.verify(ctx, password, parsed)
	if err != nil {
		return Result{}, err
	}
	return Result{OK: same, Stale: same && parsed.form() != h.preferred.form()}, nil
}

// Readable reports whether stored is a hash that [Hasher.Check] can compute: of a known format, and
// within the limits of cost.
func Readable(stored string) bool {
	_, ok := parse(stored)
	return ok
}

// Burn does the work of a Check of a preferred hash and forgets the outcome. Call it where there
// is no user to check. The errors are [ErrBusy] and that of ctx.
func (h *Hasher) Burn(ctx context.Context, password string) error {
	_, err := h.verify(ctx, password, h.preferred)
	return err
}

// Stats returns the counters. It takes no lock.
func (h *Hasher) Stats() Stats {
	return h.permits.stats()
}

func (h *Hasher) verify(ctx context.Context, password string, stored hash) (bool, error) {
	same := false
	err := h.permits.run(ctx, stored.memory(), func() {
		same = stored.verify(password)
		if !same {
			harden(password, stored, h.preferred)
		}
	})
	if err != nil {
		return false, fmt.Errorf("password: check: %w", err)
	}
	return same, nil
}
