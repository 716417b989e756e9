package config

import (
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
)

// clientService lets an auth-service decide.
type clientService struct{ upstream remote.Settings }

// ClientService is the kind of service that asks another one.
func ClientService() Kind {
	return &clientService{remote.Settings{URL: "http://127.0.0.1:8000", Timeout: 30 * time.Second}}
}

// Targets implements [Kind].
func (c *clientService) Targets() []any { return []any{&c.upstream} }

// Signs implements [Kind].
func (c *clientService) Signs() bool { return false }

// New implements [Kind].
func (c *clientService) New(s auth.Settings, stores auth.Stores, dev bool) (*auth.Service, error) {
	upstream := c.upstream
	upstream.AllowInsecure = dev
	return remote.New(c.meaningful(s), stores, upstream)
}

// meaningful drops what only an auth-service acts on: both may share one environment.
func (c *clientService) meaningful(s auth.Settings) auth.Settings {
	kind, accept := s.Tokens.Kind, s.Tokens.Accept
	s.Tokens = auth.EasyJWT().Tokens
	s.Tokens.Kind, s.Tokens.Accept = kind, accept
	s.Claims.Access, s.Users = nil, auth.UserSettings{}
	if c.upstream.Verify == "" || c.upstream.Verify == remote.VerifyRemote {
		s.Signing.Algorithm, s.Signing.Key, s.Signing.VerifyingKey = "", "", ""
	}
	return s
}

// Waits implements [Kind]: twice what one question may take, whether a token is good and whose it is.
func (c *clientService) Waits() time.Duration { return 2 * c.upstream.Timeout }
