package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// What [DeviceSettings.Policy] takes.
const (
	PolicyEvictOldest = "evict-oldest"
	PolicyReject      = "reject"
	PolicyRevokeAll   = "revoke-all"
)

// evictions say what the policies mean to a store.
var evictions = map[string]Eviction{
	PolicyEvictOldest: EvictOldest, PolicyReject: EvictNone, PolicyRevokeAll: EvictAll,
}

// DeviceSettings say on how many devices a user may be logged in. A device is what a client calls
// itself in the header X-Device-ID, with 16 to 64 visible characters: a login on a device that is
// known replaces its session and takes no place. A client that says nothing is a new device at each
// login. A refresh takes no place either.
type DeviceSettings struct {
	// Limit is how many sessions of a user are live at most. Defaults to 0: any number.
	Limit int `env:"DEVICE_LIMIT"`

	// Policy is what a login does that finds no place: "evict-oldest" ends the oldest sessions,
	// "reject" refuses the login with [ErrDeviceLimit], and "revoke-all" ends all other sessions of
	// the user. Defaults to "evict-oldest".
	Policy string `env:"DEVICE_LIMIT_POLICY" default:"evict-oldest"`

	// LimitFor is the limit of a user, instead of Limit; 0 is any number. It gets a copy of the user
	// without secrets. An [Error] of it refuses the login as it is, any other error and a number
	// below 0 are failures of the service. Defaults to Limit for everybody.
	LimitFor func(ctx context.Context, u *User) (int, error)

	// BindAddress makes the tokens of a session good only where its client was when it last logged in
	// or refreshed: "exact" for one network address, "prefix" for its surroundings, /24 with IPv4 and
	// /48 with IPv6. See [Settings.TrustedProxies]. Addresses of phones change. Defaults to "off".
	BindAddress string `env:"BIND_IP" default:"off"`

	// BindAgent "exact" makes them good only with the User-Agent of the login, byte for byte: the
	// update of a browser ends its session. The session keeps a hash alone. Defaults to "off".
	BindAgent string `env:"BIND_DEVICE" default:"off"`

	// Bind is a rule of the application's own beside these: an error of it, or a panic, says that a
	// token comes from somebody else than its session's client. It gets a copy. Defaults to none.
	Bind func(ctx context.Context, s *Session, from Client) error

	// ReportOnly accepts such tokens and only tells of them, as [EventBindingMismatch]. Defaults to
	// no: they are [ErrTokenInvalid], and the session lives on.
	ReportOnly bool
}

func (d *DeviceSettings) setDefaults() {
	orDefault(&d.Policy, PolicyEvictOldest)
	orDefault(&d.BindAddress, BindOff)
	orDefault(&d.BindAgent, BindOff)
}

func (d *DeviceSettings) check(ps *problems) {
	if d.Limit < 0 {
		ps.add("Devices.Limit", "must not be negative: leave it out for any number of devices")
	}
	if _, ok := evictions[d.Policy]; !ok {
		ps.add("Devices.Policy", "%q is not known: use %q, %q or %q", d.Policy, PolicyEvictOldest, PolicyReject, PolicyRevokeAll)
	}
	d.checkBinding(ps)
}

// checkDelegated adds what nobody would look at: sessions are the other service's.
func (d *DeviceSettings) checkDelegated(ps *problems) {
	const text = "has no meaning where another service has the sessions: set it there"
	if d.Limit > 0 {
		ps.add("Devices.Limit", text)
	}
	if d.LimitFor != nil {
		ps.add("Devices.LimitFor", text)
	}
	if d.binds() {
		ps.add("Devices", "bind nobody where another service has the sessions: set BindAddress, BindAgent and Bind there")
	}
}

// hasPlace refuses a login that will find no place before it is recorded as one. The store has the
// last word, because others may log in meanwhile.
func (s *Service) hasPlace(ctx context.Context, u *User, from Client) error {
	if s.settings.Devices.Policy != PolicyReject || !s.settings.Users.UpdateLastLogin {
		return nil
	}
	a, err := s.admission(ctx, u, s.now())
	if err != nil || a.Limit == 0 {
		return err
	}
	live, err := s.sessionsOf(ctx, u)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(live, func(e *Session) bool { return from.Device != "" && e.Device == from.Device })
	if _, err := a.Evicts(len(others)); err != nil {
		return ErrDeviceLimit
	}
	return nil
}

// admission returns the rule by which a user's new session is admitted.
func (s *Service) admission(ctx context.Context, u *User, at time.Time) (Admission, error) {
	d := &s.settings.Devices
	a := Admission{Limit: d.Limit, Evict: evictions[d.Policy], At: at}
	if d.LimitFor == nil {
		return a, nil
	}
	var err error
	if a.Limit, err = d.LimitFor(ctx, withoutSecrets(u)); err == nil && a.Limit < 0 {
		err = errors.New("the limit is negative")
	}
	if err != nil {
		return a, fmt.Errorf("auth: Settings.Devices.LimitFor: %w", err)
	}
	return a, nil
}

// admitSession stores a new session, if there is a place for it or one is made.
func (s *Service) admitSession(ctx context.Context, b bearer) error {
	a, err := s.admission(ctx, b.user, b.session.CreatedAt)
	if err != nil {
		return err
	}
	ended, err := s.stores.Sessions.CreateSession(ctx, b.session, a)
	if errors.Is(err, ErrLimit) {
		return ErrDeviceLimit
	}
	if err != nil {
		return unavailable(errors.Join(err, s.takeBack(ctx, b.session, a)))
	}
	s.raiseEnded(ctx, ended)
	for _, id := range ended {
		s.Emit(ctx, Event{
			Kind: EventSessionEnded, UserID: b.session.UserID, SessionID: id, Address: b.session.Address,
			Reason: s.endReason(ctx, b.session, id),
		})
	}
	return nil
}

// takeBack ends a session that may have been stored, though the store did not say so: nobody has its
// tokens, and where places are limited the user could not log in until it has run out.
func (s *Service) takeBack(ctx context.Context, session *Session, a Admission) error {
	if a.Limit == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	_, err := s.stores.Sessions.EndSessions(ctx, Ending{UserID: session.UserID, ID: session.ID, Reason: "abandoned", At: s.now()})
	return err
}

// endReason returns why a login has ended another session: only that of the same device makes room
// for itself.
func (s *Service) endReason(ctx context.Context, by *Session, id string) string {
	if by.Device != "" {
		if old, err := s.session(ctx, id); err == nil && old != nil && old.Device != by.Device {
			return ReasonEvicted
		}
		return ReasonReplaced
	}
	return ReasonEvicted
}
