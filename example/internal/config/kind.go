package config

import (
	"time"

	auth "github.com/authplug/authplug/core"
)

// Kind is a kind of service: which variables it reads besides those of every program, and what it
// makes of them.
type Kind interface {
	// Targets are what variables with [Prefix] fill in besides [auth.Settings].
	Targets() []any

	// Signs reports whether the service signs tokens, so that it needs a key: in development mode
	// one is made.
	Signs() bool

	// Check judges what it reads beside what else the program was told.
	Check(c *Config) error

	// New makes the service.
	New(s auth.Settings, stores auth.Stores, dev bool) (*auth.Service, error)

	// Issuers are those whose users the service has, itself being "".
	Issuers(s auth.Settings) []string

	// Waits returns how long a request may wait for other services.
	Waits() time.Duration
}

// authService decides by itself.
type authService struct{ foreign foreign }

// AuthService is the kind of service that has the passwords.
func AuthService() Kind { return &authService{} }

// Targets implements [Kind].
func (a *authService) Targets() []any { return []any{&a.foreign} }

// Signs implements [Kind].
func (a *authService) Signs() bool { return true }

// Check implements [Kind].
func (a *authService) Check(*Config) error { return nil }

// New implements [Kind].
func (a *authService) New(s auth.Settings, stores auth.Stores, _ bool) (*auth.Service, error) {
	return auth.New(s, stores)
}

// Issuers implements [Kind].
func (a *authService) Issuers(auth.Settings) []string { return []string{""} }

// Waits implements [Kind].
func (a *authService) Waits() time.Duration { return 0 }
