package auth

import (
	"context"
	"time"
)

// EventKind says what happened.
type EventKind string

// What a security log wants to know.
const (
	EventLogin                EventKind = "login"
	EventLoginFailed          EventKind = "login_failed"
	EventRefreshed            EventKind = "refreshed"
	EventRefreshFailed        EventKind = "refresh_failed"
	EventRefreshReused        EventKind = "refresh_reused" // the session was ended
	EventSessionEnded         EventKind = "session_ended"
	EventLogoutEverywhere     EventKind = "logout_everywhere"
	EventRegistered           EventKind = "registered"
	EventPasswordChanged      EventKind = "password_changed"
	EventPasswordChangeFailed EventKind = "password_change_failed"
	EventEmailConfirmed       EventKind = "email_confirmed"
	EventUserChanged          EventKind = "user_changed" // from Go: rights, activity, …
	EventUserDeleted          EventKind = "user_deleted"
	EventUserMirrored         EventKind = "user_mirrored"    // a user of another service got a local one
	EventThrottled            EventKind = "throttled"        // somebody tries too often; Reason says what
	EventBindingMismatch      EventKind = "binding_mismatch" // a token came from another client than its session's
	EventDenied               EventKind = "denied"           // a guard refused somebody, or could not decide
	EventPurged               EventKind = "purged"           // rows that were past were removed; Count says how many
	EventUnavailable          EventKind = "unavailable"
	EventFailure              EventKind = "failure" // something is broken: look at Err
)

// Event is one entry of a security log. It never holds a password, a token, a key or a hash.
type Event struct {
	Kind      EventKind
	At        time.Time
	UserID    string // empty: not known
	SessionID string
	Address   string // the client's network address, where a flow knows it
	Reason    string // a stable code, such as "user_inactive"
	Count     int    // of what several were told of at once
	Err       error  // the cause of a failure: for operators, not for clients
}

// Emit tells [Settings.Events] what happened, at the time of the service's clock unless the event has
// one. It is for packages with [Flows] of their own. A panic of the sink changes nothing.
func (s *Service) Emit(ctx context.Context, e Event) {
	if s.settings.Events == nil {
		return
	}
	if e.At.IsZero() {
		e.At = s.now()
	}
	defer func() { _ = recover() }()
	s.settings.Events(ctx, e)
}
