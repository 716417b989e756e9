package replay

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/recorded"
	"github.com/authplug/authplug/core/env"
	"github.com/authplug/authplug/core/remote"
)

// refusal are exchanges with a service that cannot be configured here: with this variable it does
// not start, so that there is nobody to ask.
type refusal struct {
	IDs      []string `json:"ids"`
	Why      string   `json:"why"`
	Service  string   `json:"service"`  // which one does not start
	Variable string   `json:"variable"` // as in an environment: NAME=value
	Names    string   `json:"names"`    // what the error says is wrong
}

// refusal returns why an exchange cannot be replayed.
func (l list) refusal(e recorded.Exchange) (refusal, bool) {
	i := slices.IndexFunc(l.Refused, func(f refusal) bool { return slices.Contains(f.IDs, e.ID) })
	if i < 0 {
		return refusal{}, false
	}
	return l.Refused[i], true
}

// check returns an error unless the variable, and nothing else, keeps the service from starting.
func (f refusal) check(store auth.Store) error {
	start := startAuth
	if f.Service == clientService {
		start = startClient
	}
	if err := start(store); err != nil {
		return fmt.Errorf("without %s: %w", f.Variable, err)
	}
	err := start(store, f.Variable)
	if err == nil {
		return errors.New("a service starts with " + f.Variable)
	}
	if !strings.HasPrefix(err.Error(), f.Names+": ") || strings.Contains(err.Error(), "\n") {
		return fmt.Errorf("with %s: %w; want a problem of %s alone", f.Variable, err, f.Names)
	}
	return nil
}

func startAuth(store auth.Store, environ ...string) error {
	settings := recordedSettings()
	if err := env.Load("", environ, &settings); err != nil {
		return err
	}
	_, err := auth.New(settings, auth.In(store))
	return err
}

func startClient(store auth.Store, environ ...string) error {
	settings, upstream := clientSettings(), remote.Settings{URL: "https://auth.example.com"}
	if err := env.Load("", environ, &settings, &upstream); err != nil {
		return err
	}
	_, err := remote.New(settings, auth.In(store), upstream)
	return err
}

// recordedSettings are those of the recorded service, but for its time.
func recordedSettings() auth.Settings {
	settings := auth.EasyJWT()
	settings.Signing.Key, settings.Signing.AllowSampleKey = auth.Secret(recorded.People().SigningKey), true
	settings.Passwords = auth.PasswordSettings{Weak: true, Permits: 8, Queue: 1000, Wait: time.Minute}
	return settings
}
