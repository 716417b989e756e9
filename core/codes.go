package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/authplug/authplug/core/internal/web"
)

// What a one-time code is for.
const (
	codeReset   = "reset"
	codeConfirm = "confirm"
)

// For how long codes are good.
const (
	resetLife   = 30 * time.Minute
	confirmLife = 3 * day
)

// sealLife is for how long a sealed text is good.
const sealLife = 5 * time.Minute

// bounceLife is within which a browser that comes back was sent in a circle.
const bounceLife = 10 * time.Second

// codeSize is the length of a one-time code, in random bytes.
const codeSize = 20

// enterCode gives a user a new code for a purpose, which replaces an older one, and returns it. The row
// keeps its end and a hash: it is random, so that a fast one is enough.
func enterCode(u *User, purpose string, until time.Time) (code string) {
	raw := make([]byte, codeSize)
	_, _ = rand.Read(raw) // never fails
	code = web.Encode(raw)
	codes := make(map[string]Secret, len(u.Codes)+1)
	maps.Copy(codes, u.Codes)
	codes[purpose] = Secret(strconv.FormatInt(until.Unix(), 10) + "." + codeHash(purpose, code))
	u.Codes = codes
	return code
}

func codeHash(purpose, code string) string {
	sum := sha256.Sum256([]byte(purpose + "." + code))
	return web.Encode(sum[:])
}

// hasCode reports whether a code is the user's newest for a purpose, and still good.
func hasCode(u *User, purpose, code string, now time.Time) bool {
	end, hash, _ := strings.Cut(string(u.Codes[purpose]), ".")
	until, err := strconv.ParseInt(end, 10, 64)
	good := same(hash, codeHash(purpose, code))
	return good && err == nil && now.Unix() < until && web.Decode(code) != nil
}

// withoutCode returns the codes of a user but one: an old value may be somebody else's copy.
func withoutCode(u *User, purpose string) map[string]Secret {
	rest := map[string]Secret{}
	for name, hash := range u.Codes {
		if name != purpose {
			rest[name] = hash
		}
	}
	return rest
}

// codeHolder returns the local, active user whom a code for a purpose names, or [ErrCodeInvalid].
func (s *Service) codeHolder(ctx context.Context, userID, purpose, code string, from Client) (*User, error) {
	if err := s.slowNetwork(ctx, "code", s.settings.Throttle.Network, from); err != nil {
		return nil, err
	}
	u, err := s.find(ctx, UserKey{ID: userID})
	switch {
	case err != nil:
		return nil, err
	case u == nil || u.Issuer != "" || !u.Active || !hasCode(u, purpose, code, s.now()):
		return nil, ErrCodeInvalid
	}
	return u, nil
}
