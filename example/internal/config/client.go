package config

import (
	"net"
	"net/url"
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

// Check implements [Kind].
func (c *clientService) Check(of *Config) error {
	u, err := url.Parse(c.upstream.URL)
	if err != nil {
		return nil //nolint:nilerr // told by the library
	}
	_, port, _ := net.SplitHostPort(of.Addr)
	if u.Host == of.Addr || port == u.Port() && isLoopback(of.Addr) && isLoopback(u.Host) {
		return problem(Prefix+"REMOTE_AUTH_SERVICE_URL", "is this service's own ADDR, which would ask itself for ever: name the auth-service's")
	}
	return nil
}

// New implements [Kind].
func (c *clientService) New(s auth.Settings, stores auth.Stores, dev bool) (*auth.Service, error) {
	upstream := c.upstream
	upstream.AllowInsecure = dev
	s.Tokens = auth.TokenSettings{Kind: s.Tokens.Kind, Accept: s.Tokens.Accept} // how they are made is not decided here
	s.Users.ConfirmEmail = false                                                // nobody registers here
	s.Devices = auth.DeviceSettings{}                                           // nor where users are logged in
	return remote.New(s, stores, upstream)
}

// Issuers implements [Kind]: local users come first, and then those that are mirrored.
func (c *clientService) Issuers(s auth.Settings) []string {
	return append([]string{""}, c.upstream.Issuers(s)...)
}

// Waits implements [Kind]: twice what one question may take, whether a token is good and whose it is.
func (c *clientService) Waits() time.Duration { return 2 * c.upstream.Timeout }
