package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/internal/wire"
	"github.com/authplug/authplug/core/token"
)

// Client asks an auth-service. It keeps connections alive, so a program should have one.
//
// Errors are [auth.Error] values that can be answered as they are. A refusal has the status and the
// body of the auth-service: 400, 401, 403, or 429 with Retry-After. Everything else, be it an outage
// or an answer that cannot be used, has status 503, and [errors.Is] finds [ErrUnavailable] in it. No
// error quotes an answer other than a refusal.
//
// Logins, refreshes and password changes are sent once. Other calls are repeated while there is no
// connection, within [Settings.Timeout]. After five outages in a row that last two seconds, calls
// fail at once, but one a second.
//
// All methods are safe for concurrent use.
type Client struct {
	settings  Settings
	transport *http.Transport
	pauses    []time.Duration

	// What is being asked.
	verifying  flights[any]
	describing flights[*Profile]

	// Another host may serve the keys: one circuit each.
	circuit, keysCircuit breaker

	// What a service of its own settings changes, before the first call.
	paths  Paths
	login  string // the member that names a person
	scheme string // of the authorization header
	now    func() time.Time
}

// NewClient returns a client of the auth-service that s names. What s says of verification, caching
// and mirroring is for [New] but checked as well. The error joins a [Problem] for everything that is
// wrong.
func NewClient(s Settings) (*Client, error) {
	var ps problems
	s = s.checked(&ps)
	if err := ps.joined(); err != nil {
		return nil, err
	}
	c := &Client{
		settings: s, transport: newTransport(s), pauses: pauses,
		paths: s.Paths, login: "email", scheme: "Bearer", now: time.Now,
	}
	clock := func() time.Time { return c.now() }
	c.circuit.now, c.keysCircuit.now = clock, clock
	return c, nil
}

// speak takes over what a service is set to, before the first call.
func (c *Client) speak(s auth.Settings) {
	c.login, c.scheme = s.Users.LoginField, s.Header.Types[0]
	if s.Tokens.Kind == auth.KindSliding {
		c.paths.Sliding, c.paths.SlidingRefresh = c.paths.Token, c.paths.Refresh
	}
}

// Token exchanges credentials for a pair of tokens, or for a sliding one where the auth-service
// issues those. Tokens.More is what it answers besides.
func (c *Client) Token(ctx context.Context, who auth.Credentials) (*auth.Tokens, error) {
	return c.tokens(ctx, c.paths.Token, anyTokens, c.named(who.Identifier), member("password", who.Password))
}

// SlidingToken exchanges credentials for a sliding token.
func (c *Client) SlidingToken(ctx context.Context, who auth.Credentials) (*auth.Tokens, error) {
	return c.tokens(ctx, c.paths.Sliding, slidingToken, c.named(who.Identifier), member("password", who.Password))
}

// Refresh exchanges a refresh token for an access token, and for another refresh token where the
// auth-service rotates them.
func (c *Client) Refresh(ctx context.Context, refresh string) (*auth.Tokens, error) {
	if !isToken(refresh) {
		return nil, auth.ErrTokenInvalid
	}
	return c.tokens(ctx, c.paths.Refresh, refreshedTokens, member("refresh", refresh))
}

// RefreshSliding exchanges a sliding token for one that lives longer.
func (c *Client) RefreshSliding(ctx context.Context, sliding string) (*auth.Tokens, error) {
	if !isToken(sliding) {
		return nil, auth.ErrTokenInvalid
	}
	return c.tokens(ctx, c.paths.SlidingRefresh, slidingToken, member("token", sliding))
}

// Verify returns nil where the auth-service accepts a token, of whatever kind. Equal questions at
// one time are asked once.
func (c *Client) Verify(ctx context.Context, raw string) error {
	if !isToken(raw) {
		return auth.ErrTokenInvalid
	}
	_, err := c.verifying.together(ctx, raw, func(ctx context.Context) (any, error) {
		return nil, c.verify(ctx, raw)
	})
	return err
}

func (c *Client) verify(ctx context.Context, raw string) error {
	q, err := c.post(c.paths.Verify, member("token", raw))
	q.successes, q.unread, q.again = onlyOK, true, true
	_, err = c.put(ctx, q, err)
	return err
}

// User returns the profile of the user of an access token. Equal questions at one time are asked
// once.
func (c *Client) User(ctx context.Context, access string) (*Profile, error) {
	if !isToken(access) {
		return nil, auth.ErrTokenInvalid
	}
	p, err := c.describing.together(ctx, access, func(ctx context.Context) (*Profile, error) {
		return c.user(ctx, access)
	})
	if err != nil {
		return nil, err
	}
	own := *p // several callers may have asked
	return &own, nil
}

func (c *Client) user(ctx context.Context, access string) (*Profile, error) {
	q := c.get(c.settings.URL+c.paths.User, textInvalidUser)
	q.authorization = c.scheme + " " + access
	object, err := c.put(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	return parseProfile(object)
}

// ChangePassword replaces a password. The old one is the credential.
func (c *Client) ChangePassword(ctx context.Context, change auth.PasswordChange) error {
	q, err := c.post(c.paths.PasswordChange, c.named(change.Identifier),
		member("password", change.Password), member("new_password", change.NewPassword))
	_, err = c.put(ctx, q, err)
	return err
}

// Blacklist ends a refresh token. Ending it twice is no error.
func (c *Client) Blacklist(ctx context.Context, refresh string) error {
	if !isToken(refresh) {
		return auth.ErrTokenInvalid
	}
	q, err := c.post(c.paths.Blacklist, member("refresh", refresh))
	q.again = true
	_, err = c.put(ctx, q, err)
	if errors.Is(err, auth.ErrTokenRevoked) {
		return nil // perhaps by a first call whose answer was lost
	}
	return err
}

// Keys returns the public keys that the auth-service publishes. A set with a secret or a private key
// is refused whole: who publishes one has lost it.
func (c *Client) Keys(ctx context.Context) ([]token.Key, error) {
	q := c.get(c.settings.JWKSURL, textInvalid)
	a, err := c.ask(ctx, q, &c.keysCircuit)
	if err != nil {
		return nil, err
	}
	if _, err := a.judge(q, c.now()); err != nil {
		return nil, err
	}
	return parseKeys(q, a.body)
}

// post returns the question of a call that is sent once. Its error is passed on by [Client.put].
func (c *Client) post(path string, body ...wire.Member) (query, error) {
	q := query{url: c.settings.URL + path, successes: okOrCreated, invalid: textInvalid}
	var err error
	q.body, err = encode(body)
	return q, err
}

// get returns the question of a call that may be repeated.
func (c *Client) get(url, invalid string) query {
	return query{url: url, successes: onlyOK, invalid: invalid, again: true}
}

// put puts a question, unless there is an error already, and returns the object that is the answer.
func (c *Client) put(ctx context.Context, q query, err error) (*wire.Object, error) {
	if err != nil {
		return nil, err
	}
	q.caller, _ = ctx.Value(callerKey{}).(string)
	a, err := c.ask(ctx, q, &c.circuit)
	if err != nil {
		return nil, err
	}
	return a.judge(q, c.now())
}

// tokens puts a question whose answer has tokens.
func (c *Client) tokens(ctx context.Context, path string, want wanted, body ...wire.Member) (*auth.Tokens, error) {
	q, err := c.post(path, body...)
	object, err := c.put(ctx, q, err)
	if err != nil {
		return nil, err
	}
	tokens := want(newTaken(object))
	if tokens == nil {
		return nil, unavailable(textInvalid, fmt.Errorf("%s: the answer lacks a token", q.url))
	}
	return tokens, nil
}

// named is the member that names who logs in.
func (c *Client) named(identifier string) wire.Member { return member(c.login, identifier) }
