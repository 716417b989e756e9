package remote

import (
	"context"
	"errors"
	"slices"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// New returns a client-service: what [auth.New] returns, but that the auth-service decides. Routes,
// guards and identities are the same; the endpoints are those of tokens, password-change, user and csrf.
// Of the stores it needs the users' alone.
//
// Settings that say how tokens are made have no effect, but for Tokens.Kind; those of passwords are for
// local users. With [VerifyLocal] and [VerifyHybrid] Signing says by which secret or public key tokens
// are verified, Claims what their claims are called, and Tokens.Accept of which kinds they may be. The
// error joins every [auth.Problem] and every [Problem].
func New(settings auth.Settings, stores auth.Stores, upstream Settings) (*auth.Service, error) {
	client, clientErr := NewClient(upstream)
	var verifier *verifier
	service, err := auth.Delegate(settings, stores, auth.Delegation{
		Flows: func(s *auth.Service) auth.Flows {
			f := newFlows(s, settings.Signing, client)
			if f == nil {
				return nil
			}
			verifier = f.verifier
			return f
		},
		ReplaceKeys: func(keys []token.Key) error { return verifier.replace(keys) },
		Without:     []string{"create-user", "token-blacklist", "sessions", "sessions-end-others", "session-end", "jwks"},
		Describe:    func(e auth.Endpoint) { contracts{settings, client.settings}.amend(e) },
		Timeout:     patience(client),
		NoToken:     errNoToken, TwoTokens: errTwoTokens,
		BareChallenge: true, AlwaysLogout: true,
	})
	if err := joined(err, clientErr, checkKeys(settings, upstream.Verify), checkAlone(settings, upstream)); err != nil {
		return nil, err
	}
	return service, nil
}

// checkKeys reports what is wrong with the keys where tokens are verified here.
func checkKeys(settings auth.Settings, mode Mode) error {
	if mode != VerifyLocal && mode != VerifyHybrid {
		return nil
	}
	_, err := auth.NewVerifyingCodec(settings, nil)
	return err
}

// checkAlone reports what cannot be where nobody asks: the former holder of an address would be taken
// for the one who has it now, nobody would know that a password has changed, and who was seen during
// an outage first would stay without a profile.
func checkAlone(settings auth.Settings, upstream Settings) error {
	var ps problems
	if upstream.Mirror.FromClaims && (upstream.Verify != VerifyLocal || settings.Claims.Stateless) {
		ps.add("Mirror.FromClaims", "is for Verify %s with local users: set that, and drop Claims.Stateless, or drop it", VerifyLocal)
	}
	if upstream.Verify != VerifyLocal {
		return ps.joined()
	}
	fields := upstream.Mirror.Fields
	if fields != nil && !slices.Contains(fields, "email") && !settings.Claims.Stateless {
		ps.add("Mirror.Fields", "has no email, without which Verify %s cannot tell whose profile was not seen yet: add it", VerifyLocal)
	}
	if settings.Claims.UserIDField == "email" && !settings.Claims.Stateless {
		ps.add("Verify", "is %s, and tokens name users by an address (Claims.UserIDField), which may be another user's by now: "+
			"use %s, or let the auth-service name them by id or uuid", VerifyLocal, VerifyHybrid)
	}
	if settings.Claims.CheckRevoke {
		ps.add("Verify", "is %s, where nobody knows whether a password has changed (Claims.CheckRevoke): use %s", VerifyLocal, VerifyHybrid)
	}
	return ps.joined()
}

// joined joins errors that join several; what is told twice is told once.
func joined(errs ...error) error {
	var all []error
	told := map[string]bool{}
	var add func(error)
	add = func(err error) {
		several, ok := err.(interface{ Unwrap() []error })
		if ok {
			for _, e := range several.Unwrap() {
				add(e)
			}
		} else if err != nil && !told[err.Error()] {
			told[err.Error()] = true
			all = append(all, err)
		}
	}
	for _, err := range errs {
		add(err)
	}
	return errors.Join(all...)
}

// patience is how long an endpoint may take: a login is two calls.
func patience(c *Client) time.Duration {
	const own = 15 * time.Second
	if c == nil {
		return own
	}
	return own + 2*c.settings.Timeout
}

// newFlows returns the flows over a client, or none without one: then there is no service either.
func newFlows(s *auth.Service, keys auth.Signing, client *Client) *flows {
	if client == nil {
		return nil
	}
	settings := s.Settings()
	f := &flows{
		service: s, settings: settings, remote: client.settings, client: client,
		mirror: newMirror(s, client.settings), now: settings.Now,
	}
	client.speak(settings)
	if f.remote.CacheTTL > 0 && f.remote.Verify != VerifyLocal {
		f.verdicts = newVerdicts(f.remote.CacheSize)
	}
	if f.remote.Verify != VerifyRemote {
		settings.Signing.Key, settings.Signing.VerifyingKey, settings.Signing.Keys = keys.Key, keys.VerifyingKey, keys.Keys
		f.verifier, _ = newVerifier(settings, f.keys, f.now) // checked by checkKeys
	}
	return f
}

// keys fetches published keys. That it failed is told even where former keys serve on.
func (f *flows) keys(ctx context.Context) ([]token.Key, error) {
	keys, err := f.client.Keys(ctx)
	if err != nil {
		f.service.Emit(ctx, auth.Event{Kind: auth.EventUnavailable, Reason: "published_keys", Err: err})
	}
	return keys, err
}
