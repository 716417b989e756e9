package main

import (
	"context"
	"crypto/sha256"
	"net/http"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/memstore"
)

// What every contestant has in common: the key, whom tokens are for, and the tokens themselves.

const (
	issuer   = "https://auth.example.com"
	audience = "api"
	email    = "ann@example.com"
	password = "correct horse battery"
)

var key = func() []byte {
	sum := sha256.Sum256([]byte("the key of the benchmark"))
	return sum[:]
}()

// claimsOnly are settings under which a token alone says who makes a request: what the peers do.
// Access tokens carry these fields of the user.
func claimsOnly(fields ...string) auth.Settings {
	return auth.Settings{
		Signing:   auth.Signing{Key: auth.Secret(key), Issuer: issuer, Audience: []string{audience}},
		Tokens:    auth.TokenSettings{AccessOutlivesSession: true, AccessLifetime: time.Hour},
		Claims:    auth.ClaimSettings{Stateless: true, Access: fields},
		Passwords: auth.PasswordSettings{Weak: true},
	}
}

// newService returns a service with one user.
func newService(settings auth.Settings, store auth.Store) (*auth.Service, error) {
	settings.Throttle.Disabled = true // the peers have none, and a benchmark tries often
	service, err := auth.New(settings, auth.In(store))
	if err != nil {
		return nil, err
	}
	_, err = service.CreateUser(context.Background(), auth.NewUser{
		Email: email, Password: password, FirstName: "Ann", Roles: []string{"editor", "staff"},
	})
	return service, err
}

func login(service *auth.Service) (*auth.Tokens, error) {
	return service.Login(context.Background(), auth.Credentials{Identifier: email, Password: password}, auth.Client{})
}

// subject is a service, and an access token of its user, which the peers take as well.
type subject struct {
	service *auth.Service
	access  string
}

func newSubject(fields ...string) (subject, error) { return newSubjectOf(claimsOnly(fields...)) }

func newSubjectOf(settings auth.Settings) (subject, error) {
	service, err := newService(settings, memstore.New())
	if err != nil {
		return subject{}, err
	}
	tokens, err := login(service)
	if err != nil {
		return subject{}, err
	}
	return subject{service, tokens.Access}, nil
}

// subjects are tokens of ten claims, and of eleven, of which one is the list of roles.
func subjects() (plain, roles subject, err error) {
	if plain, err = newSubject("email", "first_name"); err != nil {
		return plain, roles, err
	}
	roles, err = newSubject("email", "first_name", "roles")
	return plain, roles, err
}

// forged is a token with the signature of another one.
func forged(signed string) string {
	last := len(signed) - 1
	other := byte('A')
	if signed[last-1] == other {
		other = 'B'
	}
	return signed[:last-1] + string(other) + signed[last:]
}

func newCodec() (*token.Codec, error) {
	secret, err := token.NewSecret("", token.HS256, key)
	if err != nil {
		return nil, err
	}
	return token.New(token.Config{Sign: secret, Issuer: issuer, Audience: []string{audience}})
}

// request is a request with a token; with none if that is empty.
func request(signed string) *http.Request {
	r, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, "/", nil)
	if signed != "" {
		r.Header.Set("Authorization", "Bearer "+signed)
	}
	return r
}
