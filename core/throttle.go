package auth

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/authplug/authplug/core/internal/email"
)

// ThrottleSettings slow down who guesses passwords, floods registrations or misuses a token. What is
// too much is [ErrThrottled] and told as [EventThrottled], before a password is hashed, and alike for
// accounts that there are and that there are not.
//
// Somebody may log in and change a password at the Account rate, and within Consecutive since the
// last success. Where strangers use that up, the owner is not locked out: from a network where it has
// a live session it has attempts of its own.
type ThrottleSettings struct {
	// Disabled lets everybody try as often as they like. For tests. Defaults to no.
	Disabled bool

	// Limiter keeps the counts. One that fails is replaced by counts of this process until it works
	// again. Defaults to a [MemoryLimiter] of 65,536 keys.
	Limiter Limiter

	// Exempt are networks that are not counted as one client, such as that of a client-service,
	// which logs everybody in from one address. Accounts are counted all the same. Defaults to none.
	Exempt []netip.Prefix `env:"THROTTLE_EXEMPT"`

	// Account bounds wrong passwords for an account; a success begins anew. Defaults to 10/15m.
	Account Rate `env:"THROTTLE_ACCOUNT" default:"10/15m"`

	// Consecutive bounds wrong passwords for an account in the long run; a success begins anew.
	// Defaults to 100/24h (NIST SP 800-63B §3.2.2).
	Consecutive Rate `env:"THROTTLE_CONSECUTIVE" default:"100/24h"`

	// Network bounds logins and password changes from an IPv4 address or a /64 of IPv6. Defaults to
	// 100/15m.
	Network Rate `env:"THROTTLE_NETWORK" default:"100/15m"`

	// Registration bounds registrations from there. Defaults to 20/1h.
	Registration Rate `env:"THROTTLE_REGISTRATION" default:"20/1h"`

	// Refresh bounds how often the tokens of a session are exchanged at one process: these counts are
	// kept there, so that a refresh costs no more. Defaults to 120/1m.
	Refresh Rate `env:"THROTTLE_REFRESH" default:"120/1m"`
}

// limiterTimeout bounds one look at a limiter: one that hangs must not slow every login down.
const limiterTimeout = time.Second

// limiterKeys is the size of limiters that nobody has chosen.
const limiterKeys = 65_536

func (t *ThrottleSettings) setDefaults() {
	orDefault(&t.Account, Rate{10, 15 * time.Minute})
	orDefault(&t.Consecutive, Rate{100, day})
	orDefault(&t.Network, Rate{100, 15 * time.Minute})
	orDefault(&t.Registration, Rate{20, time.Hour})
	orDefault(&t.Refresh, Rate{120, time.Minute})
	if missing(t.Limiter) {
		t.Limiter = NewMemoryLimiter(limiterKeys)
	}
}

func (t *ThrottleSettings) check(ps *problems) {
	for _, r := range []struct {
		field string
		rate  Rate
	}{
		{"Throttle.Account", t.Account},
		{"Throttle.Consecutive", t.Consecutive},
		{"Throttle.Network", t.Network},
		{"Throttle.Registration", t.Registration},
		{"Throttle.Refresh", t.Refresh},
	} {
		if !r.rate.good() {
			ps.add(r.field, "must be 1 to %d attempts within 1s to 168h: to allow any number, set Throttle.Disabled", maxRate)
		}
	}
	checkNetworks("Throttle.Exempt", t.Exempt, ps)
}

// throttled returns [ErrThrottled] with what to wait, in whole seconds.
func throttled(wait time.Duration) *Error {
	seconds := max(int64((wait+time.Second-1)/time.Second), 1)
	e := ErrThrottled.WithHeader("Retry-After", strconv.FormatInt(seconds, 10))
	e.detail = fmt.Sprintf("Request was throttled. Expected available in %d seconds.", seconds)
	return e.Because(ErrThrottled)
}

// hit counts an attempt and answers whether it was one too many.
func (s *Service) hit(ctx context.Context, key string, r Rate) *Error {
	limited, cancel := context.WithTimeout(ctx, limiterTimeout)
	defer cancel()
	wait, err := calmLimiter{s.settings.Throttle.Limiter}.Hit(limited, key, r, s.now())
	if err != nil {
		s.Emit(ctx, Event{Kind: EventFailure, Reason: "limiter", Err: err})
		wait, _ = s.ownLimiter.Hit(context.WithoutCancel(ctx), key, r, s.now())
	}
	return refusalOf(wait)
}

func refusalOf(wait time.Duration) *Error {
	if wait <= 0 {
		return nil
	}
	return throttled(wait)
}

// forget begins anew with the counts of an account.
func (s *Service) forget(ctx context.Context, account string, from Client) {
	if s.settings.Throttle.Disabled {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limiterTimeout)
	defer cancel()
	owner := s.ownerKey(account, from)
	for _, key := range []string{"account:" + account, "consecutive:" + account, owner, "run:" + owner} {
		_ = s.ownLimiter.Forget(ctx, key)
		if err := (calmLimiter{s.settings.Throttle.Limiter}).Forget(ctx, key); err != nil {
			s.Emit(ctx, Event{Kind: EventFailure, Reason: "limiter", Err: err})
		}
	}
}

// slowNetwork counts an attempt of a client's network. A client without an address has none.
func (s *Service) slowNetwork(ctx context.Context, what string, r Rate, from Client) error {
	network := s.networkOf(from)
	if s.settings.Throttle.Disabled || network == "" {
		return nil
	}
	return s.slowed(ctx, s.hit(ctx, what+":"+network, r), Event{Address: from.Address, Reason: what})
}

// slowAccount counts an attempt to prove that one is somebody, of whom the user is nil if there is
// no such account.
func (s *Service) slowAccount(ctx context.Context, account string, u *User, from Client) error {
	t := &s.settings.Throttle
	if t.Disabled {
		return nil
	}
	if err := s.slowNetwork(ctx, "network", t.Network, from); err != nil {
		return err
	}
	e := Event{Address: from.Address, Reason: "account"}
	if u != nil {
		e.UserID = u.ID
	}
	refusal := s.hit(ctx, "account:"+account, t.Account)
	if refusal == nil {
		refusal = s.hit(ctx, "consecutive:"+account, t.Consecutive)
	}
	if refusal != nil && s.isKnown(ctx, u, from) {
		if refusal = s.hit(ctx, s.ownerKey(account, from), t.Account); refusal == nil {
			refusal = s.hit(ctx, "run:"+s.ownerKey(account, from), t.Consecutive)
		}
	}
	return s.slowed(ctx, refusal, e)
}

// ownerKey counts attempts of an account's owner where it is logged in.
func (s *Service) ownerKey(account string, from Client) string {
	return "owner:" + account + ":" + s.networkOf(from)
}

// isKnown reports whether a user is logged in where a client is: strangers there would be at home. An
// exempt network is everybody's.
func (s *Service) isKnown(ctx context.Context, u *User, from Client) bool {
	if u == nil || s.networkOf(from) == "" {
		u = &User{} // whoever waits for the answer must not learn by the time whether there is one
	}
	sessions, err := s.sessionsOf(ctx, u)
	if err != nil {
		return false
	}
	for _, e := range sessions {
		if e.Address == from.Address {
			return true
		}
	}
	return false
}

// slowRefresh counts an exchange of a session's token, or of a foreign one.
func (s *Service) slowRefresh(ctx context.Context, id string, from Client) error {
	t := &s.settings.Throttle
	if t.Disabled {
		return nil
	}
	wait, _ := s.ownLimiter.Hit(context.WithoutCancel(ctx), "refresh:"+digest(id), t.Refresh, s.now())
	return s.slowed(ctx, refusalOf(wait), Event{Address: from.Address, Reason: "refresh"})
}

// slowed tells of a refusal and returns it.
func (s *Service) slowed(ctx context.Context, refusal *Error, e Event) error {
	if refusal == nil {
		return nil
	}
	e.Kind = EventThrottled
	s.Emit(ctx, e)
	return refusal
}

// accountOf names an account for limiters: no address and no name gets into them. Whom nobody knows
// has a name as well.
func accountOf(u *User, identifier string) string {
	if u != nil {
		return digest("user " + u.ID)
	}
	name := email.Lookup(identifier)
	if name == "" {
		name = strings.ToLower(strings.TrimSpace(identifier))
	}
	return digest("name " + name)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// networkOf is what counts as one client: an IPv4 address, or what one customer has of IPv6.
func (s *Service) networkOf(from Client) string {
	const customer = 64
	a, err := netip.ParseAddr(from.Address)
	if err != nil {
		return ""
	}
	for _, p := range s.settings.Throttle.Exempt {
		if p.Contains(a) {
			return ""
		}
	}
	if a.Is4() {
		return a.String()
	}
	p, _ := a.WithZone("").Prefix(customer)
	return p.String()
}

// tooMany is an example of [ErrThrottled].
var tooMany = throttled(time.Minute)
