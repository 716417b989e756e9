package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
)

// What [DeviceSettings.BindAddress] and [DeviceSettings.BindAgent] take.
const (
	BindOff    = "off"
	BindExact  = "exact"
	BindPrefix = "prefix"
)

// The parts of an address that a mobile or a private one keeps from one connection to the next.
const (
	prefixIPv4 = 24
	prefixIPv6 = 48
)

// binds reports whether the tokens of a session are good for its own client alone.
func (d *DeviceSettings) binds() bool {
	return d.BindAddress != BindOff || d.BindAgent != BindOff || d.Bind != nil
}

func (d *DeviceSettings) checkBinding(ps *problems) {
	switch d.BindAddress {
	case BindOff, BindExact, BindPrefix:
	default:
		ps.add("Devices.BindAddress", "%q is not known: use %q, %q or %q", d.BindAddress, BindOff, BindExact, BindPrefix)
	}
	if d.BindAgent != BindOff && d.BindAgent != BindExact {
		ps.add("Devices.BindAgent", "%q is not known: use %q or %q", d.BindAgent, BindOff, BindExact)
	}
	if d.ReportOnly && !d.binds() {
		ps.add("Devices.ReportOnly", "has nothing to report: set BindAddress, BindAgent or Bind, or drop it")
	}
}

// asker returns who presents an access token, where that is looked at.
func (s *Service) asker(r *http.Request) Client {
	if !s.settings.Devices.binds() {
		return Client{}
	}
	return s.clientOf(r)
}

// bound reports whether a session's token comes from the session's client. Where it does not the
// answer is [ErrTokenInvalid], or only an event. The session lives on either way: whoever presents
// a stolen token must not log its owner out. A token without a session, of another service, is
// bound to nobody and not accepted.
func (s *Service) bound(ctx context.Context, session *Session, from Client) error {
	d := &s.settings.Devices
	if !d.binds() {
		return nil
	}
	if session == nil {
		return ErrTokenInvalid
	}
	mismatch := d.mismatch(ctx, session, from)
	if mismatch == nil {
		return nil
	}
	s.Emit(ctx, Event{
		Kind: EventBindingMismatch, UserID: session.UserID, SessionID: session.ID, Address: from.Address, Err: mismatch,
	})
	if d.ReportOnly {
		return nil
	}
	return ErrTokenInvalid.Because(mismatch)
}

var (
	errAddress = errors.New("auth: the token comes from another address than its session")
	errAgent   = errors.New("auth: the token comes from another program than its session")
)

// mismatch returns what differs between a session and a client, or nil.
func (d *DeviceSettings) mismatch(ctx context.Context, session *Session, from Client) error {
	switch {
	case d.BindAddress != BindOff && !d.sameAddress(session.Address, from.Address):
		return errAddress
	case d.BindAgent != BindOff && !same(session.Agent, agentHash(session.ID, from.UserAgent)):
		return errAgent
	case d.Bind != nil:
		return d.ask(ctx, session, from)
	}
	return nil
}

func (d *DeviceSettings) ask(ctx context.Context, session *Session, from Client) (err error) {
	defer caught("Settings.Devices.Bind", &err)
	copied := *session
	if err := d.Bind(ctx, &copied, from); err != nil {
		return fmt.Errorf("auth: Settings.Devices.Bind: %w", err)
	}
	return nil
}

// sameAddress compares addresses in their one spelling. Not knowing one is no reason to believe that
// it is the other.
func (d *DeviceSettings) sameAddress(a, b string) bool {
	if d.BindAddress == BindExact {
		return a != "" && a == b
	}
	one, oneErr := netip.ParseAddr(a)
	other, otherErr := netip.ParseAddr(b)
	if oneErr != nil || otherErr != nil {
		return false
	}
	bits := prefixIPv6
	if one.Is4() {
		bits = prefixIPv4
	}
	network, err := one.Prefix(bits)
	return err == nil && network.Contains(other)
}

// agentHash is what a session keeps of the User-Agent it was opened with: enough to compare it, not
// to read it. The key is the session's id, so that it tells nothing about other sessions and does
// not change with the keys that sign.
func agentHash(session, userAgent string) string {
	mac := hmac.New(sha256.New, []byte(session))
	mac.Write([]byte(userAgent))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
