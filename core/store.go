package auth

import (
	"context"
	"errors"
	"time"
)

// What stores return besides their own failures. Every other error of a store means that it could
// not answer and that a write may or may not have happened: clients get 503.
var (
	// ErrNotFound says that there is no such row.
	ErrNotFound = errors.New("auth: not found")
	// ErrExists says that a row with this unique value is already there.
	ErrExists = errors.New("auth: already exists")
	// ErrConflict says that somebody else changed the row first.
	ErrConflict = errors.New("auth: changed meanwhile")
	// ErrLimit says that the user has no place for one more session.
	ErrLimit = errors.New("auth: session limit reached")
)

// UserStore keeps users. An application's own user table goes behind it. Methods are safe for
// concurrent use, return copies and keep none of their arguments. As with all stores, a method that
// is called with a context that is done returns another error than the four above and changes
// nothing.
type UserStore interface {
	// User returns the user that key names, or [ErrNotFound]. An empty key names nobody.
	User(ctx context.Context, key UserKey) (*User, error)
	// CreateUser adds u and sets its ID and Version. It returns [ErrExists] if the UUID, or the
	// e-mail or remote id within the issuer, is taken: of concurrent callers exactly one wins.
	// Empty e-mails and remote ids are no duplicates of each other.
	CreateUser(ctx context.Context, u *User) error
	// UpdateUser saves u if the stored version still is u.Version, and raises both. Of concurrent
	// callers with one version exactly one wins, the others get [ErrConflict] and u stays as it
	// was. A taken e-mail is [ErrExists], a missing user [ErrNotFound]. ID, UUID and DateJoined
	// never change.
	UpdateUser(ctx context.Context, u *User) error
	// DeleteUser removes a user. Doing it twice is no error.
	DeleteUser(ctx context.Context, id string) error
}

// UserKey names a user by ID, or by UUID, or by Email or RemoteID within Issuer. The empty issuer
// is the service itself. Only the first field set of ID, UUID, Email, RemoteID counts.
type UserKey struct{ ID, UUID, Issuer, Email, RemoteID string }

// SessionStore keeps sessions. Methods are safe for concurrent use.
type SessionStore interface {
	// CreateSession ends a live session of the same user on the same non-empty device, reports its
	// id in ended and does not count it. Then it admits s if fewer than a.Limit sessions of the
	// user are live (not ended, not run out at a.At, with epoch s.Epoch); otherwise a.Evict
	// decides, [ErrLimit] meaning that nothing has changed. The whole is atomic: never more than
	// a.Limit sessions are live. A Limit of 0 admits always. A taken id is [ErrExists].
	CreateSession(ctx context.Context, s *Session, a Admission) (ended []string, err error)
	// Session returns a session, ended ones included, or [ErrNotFound].
	Session(ctx context.Context, id string) (*Session, error)
	// LiveSessions returns the user's sessions that have neither ended nor run out at t, newest
	// first. Their epochs are not judged.
	LiveSessions(ctx context.Context, userID string, t time.Time) ([]*Session, error)
	// RotateSession makes r.TokenID the current token if the session is live at r.Liveness() and its
	// current token is from: of concurrent callers exactly one wins, all others get [ErrConflict]
	// and change nothing; so does one that names a session that is not there. If r.TokenID equals
	// from, only last seen, address and expiry move and the previous token stays.
	RotateSession(ctx context.Context, id, from string, r Rotation) error
	// EndSessions ends the sessions that e names and that have not ended yet, run out or not, and
	// returns their ids. Of concurrent callers exactly one reports an id. The end is durable when
	// it returns. A session that is not there is no error.
	EndSessions(ctx context.Context, e Ending) (ended []string, err error)
}

// Eviction says what happens when a user has no place for one more session.
type Eviction int

// Evictions.
const (
	EvictNone   Eviction = iota // refuse the new session with [ErrLimit]
	EvictOldest                 // end the oldest live ones, by creation, until there is a place
	EvictAll                    // end every live one
)

// Admission is the rule by which [SessionStore.CreateSession] admits.
type Admission struct {
	Limit int // 0: none
	Evict Eviction
	At    time.Time
}

// Evicts returns how many of a user's live sessions, the oldest first, must end before one more is
// admitted, or [ErrLimit]. It is for stores.
func (a Admission) Evicts(live int) (int, error) {
	if a.Limit <= 0 || live < a.Limit {
		return 0, nil
	}
	switch a.Evict {
	case EvictOldest:
		return live - a.Limit + 1, nil
	case EvictAll:
		return live, nil
	default:
		return 0, ErrLimit
	}
}

// Why a store ended a session by itself: what it writes into [Session.EndReason].
const (
	ReasonReplaced = "replaced" // a newer login on the same device
	ReasonEvicted  = "evicted"  // no place for one more session
)

// Rotation is what [SessionStore.RotateSession] writes: the new current token, where the client
// was, when, and the new end. The session must be live at LiveAt, or at At if that is zero: a
// service's leeway may reach back.
type Rotation struct {
	TokenID, Address string
	At, ExpiresAt    time.Time
	LiveAt           time.Time
}

// Liveness returns when the session must be live. It is for stores.
func (r Rotation) Liveness() time.Time {
	if r.LiveAt.IsZero() {
		return r.At
	}
	return r.LiveAt
}

// Ending names what [SessionStore.EndSessions] ends: the session ID of UserID, or with an empty ID
// all sessions of UserID but Except. With both ID and UserID the session must be the user's.
type Ending struct {
	UserID, ID, Except, Reason string
	At                         time.Time
}

// TokenStore remembers single tokens: refresh tokens of other services that share the key, and
// sliding tokens without a session. Methods are safe for concurrent use.
type TokenStore interface {
	// RevokeToken enters a token's id until a time. [ErrExists] says that it was there already: of
	// concurrent callers exactly one wins.
	RevokeToken(ctx context.Context, id string, until time.Time) error
	// TokenRevoked reports whether the id was entered.
	TokenRevoked(ctx context.Context, id string) (bool, error)
}

// Maintainer is the housekeeping of a store.
type Maintainer interface {
	// Ping reports whether the store answers.
	Ping(ctx context.Context) error
	// DeleteExpired removes at most limit sessions and revoked tokens that were past before a
	// time, and returns how many. Fewer than limit means that none are left. A session is past
	// when its refresh token or its absolute end is, whether it was ended or not. Callers subtract
	// their leeway from before.
	DeleteExpired(ctx context.Context, before time.Time, limit int) (int, error)
}

// Store is everything that a service keeps. [In] hands one store to all of a service's features.
type Store interface {
	UserStore
	SessionStore
	TokenStore
	Maintainer
}

// UserLister is an optional ability of a [UserStore].
type UserLister interface {
	// Users returns at most limit users in the order of their ids, starting behind the id after.
	Users(ctx context.Context, after string, limit int) ([]*User, error)
}
