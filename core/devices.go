package auth

import (
	"context"
	"errors"
	"fmt"
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
}

func (d *DeviceSettings) setDefaults() { orDefault(&d.Policy, PolicyEvictOldest) }

func (d *DeviceSettings) check(ps *problems) {
	if d.Limit < 0 {
		ps.add("Devices.Limit", "must not be negative: leave it out for any number of devices")
	}
	if _, ok := evictions[d.Policy]; !ok {
		ps.add("Devices.Policy", "%q is not known: use %q, %q or %q", d.Policy, PolicyEvictOldest, PolicyReject, PolicyRevokeAll)
	}
}

// admission returns the rule by which a user's new session is admitted.
func (s *Service) admission(ctx context.Context, b bearer) (Admission, error) {
	d := &s.settings.Devices
	a := Admission{Limit: d.Limit, Evict: evictions[d.Policy], At: b.session.CreatedAt}
	if d.LimitFor == nil {
		return a, nil
	}
	var err error
	if a.Limit, err = d.LimitFor(ctx, withoutSecrets(b.user)); err == nil && a.Limit < 0 {
		err = errors.New("the limit is negative")
	}
	if err != nil {
		return a, fmt.Errorf("auth: Settings.Devices.LimitFor: %w", err)
	}
	return a, nil
}

// admitSession stores a new session, if there is a place for it or one is made.
func (s *Service) admitSession(ctx context.Context, b bearer) error {
	a, err := s.admission(ctx, b)
	if err != nil {
		return err
	}
	ended, err := s.stores.Sessions.CreateSession(ctx, b.session, a)
	if errors.Is(err, ErrLimit) {
		return ErrDeviceLimit
	}
	if err != nil {
		return unavailable(err)
	}
	for _, id := range ended {
		s.Emit(ctx, Event{
			Kind: EventSessionEnded, UserID: b.session.UserID, SessionID: id, Address: b.session.Address,
			Reason: s.endReason(ctx, b.session, id),
		})
	}
	return nil
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
