package auth

import (
	"context"
	"encoding/json"
)

// Flows are what another service could decide: the endpoints reach them through this seam alone.
// [New] puts the ones over its own stores behind it. All methods are safe for concurrent use and
// return [Error] values.
type Flows interface {
	// Login exchanges credentials for a pair of tokens and opens a session.
	Login(ctx context.Context, c Credentials, from Client) (*Tokens, error)
	// Sliding exchanges credentials for a sliding token and opens a session.
	Sliding(ctx context.Context, c Credentials, from Client) (*Tokens, error)
	// Refresh exchanges a refresh token.
	Refresh(ctx context.Context, token string, from Client) (*Tokens, error)
	// Slide exchanges a sliding token.
	Slide(ctx context.Context, token string, from Client) (*Tokens, error)
	// Verify reports whether a token of any kind is good.
	Verify(ctx context.Context, token string) error
	// Logout ends what a token belongs to.
	Logout(ctx context.Context, l Logout) error
	// ChangePassword replaces a password and ends the user's sessions.
	ChangePassword(ctx context.Context, c PasswordChange) error
	// Identify returns who presents an access token.
	Identify(ctx context.Context, access string, from Client) (*Identity, error)
}

// Credentials are what a person logs in with. The identifier is the e-mail address, in any
// spelling, unless [UserSettings.FindLogin] says otherwise. They are printed and encoded as
// "[secret]".
type Credentials struct {
	hidden

	Identifier string
	Password   string

	userID string // whom a person is logged in as, before the identifier
}

// Client is what is known of the program that sends a request.
type Client struct {
	Address   string // network address without port
	UserAgent string
	Device    string // what the client calls itself; empty: unknown
}

// Tokens are what a login or a refresh gives: a pair, the new access token alone, or a sliding one.
// They are printed and encoded as "[secret]": what hands them out reads the fields.
type Tokens struct {
	hidden

	Access  string
	Refresh string
	Sliding string

	// More is what the answer says besides, by name and as JSON: that of [UserSettings.TokenAnswer].
	More map[string]json.RawMessage
}

// Scope says which sessions a logout ends.
type Scope string

// Scopes of a logout. The empty scope is ScopeThis.
const (
	ScopeThis   Scope = "this"
	ScopeOthers Scope = "others"
	ScopeAll    Scope = "all"
)

// Logout names a session by the first of its tokens that is set. It is printed and encoded as
// "[secret]".
type Logout struct {
	hidden

	Refresh string
	Token   string // sliding
	Access  string
	Scope   Scope
	From    Client
}

// PasswordChange replaces a password. The old one is the credential, as in [Credentials]. It is
// printed and encoded as "[secret]".
type PasswordChange struct {
	hidden

	Identifier  string
	Password    string
	NewPassword string
	From        Client

	userID string
}
