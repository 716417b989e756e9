package auth

import (
	"errors"
	"fmt"
	"net/http"
)

// Authenticator finds out who makes a request. It returns [ErrNoCredentials] if the request carries
// nothing for it, an [Error] to refuse it, [ErrNotFound] for the key of a user who is gone, and any
// other error if it cannot tell: clients get 503. An authenticator of an application makes an
// identity of a user alone:
//
//	return &auth.Identity{User: u}, nil
//
// The user must be active and have an ID, a UUID or an e-mail address: nobody could tell who another
// one is, and clients get 503 for it. Guards, user/ and handlers see a copy of it, so that an
// authenticator may give the same one many times. What a browser sends by itself, such as a cookie,
// needs a defense against cross-site requests of its own. It is safe for concurrent use.
type Authenticator interface {
	Authenticate(r *http.Request) (*Identity, error)
}

// authenticateElse asks the application's own authenticators.
func (s *Service) authenticateElse(r *http.Request) (*Identity, error) {
	for _, a := range s.settings.Authenticators {
		id, err := a.Authenticate(r)
		if errors.Is(err, ErrNoCredentials) {
			continue
		}
		if errors.Is(err, ErrNotFound) {
			return nil, ErrUserNotFound.Because(err)
		}
		if e := asError(err); e != nil {
			return nil, e
		}
		if err != nil {
			return nil, unavailable(fmt.Errorf("auth: Settings.Authenticators: %w", err))
		}
		return s.vouchedFor(id)
	}
	return nil, ErrNoCredentials
}

// vouchedFor returns the identity of one request for somebody whom an application knows.
func (s *Service) vouchedFor(id *Identity) (*Identity, error) {
	if id == nil || id.User == nil {
		return nil, unavailable(errors.New("auth: Settings.Authenticators: an identity without a user"))
	}
	if u := id.User; u.ID == "" && u.UUID == "" && u.Email == "" {
		return nil, unavailable(errors.New("auth: Settings.Authenticators: a user without an id, a UUID and an e-mail address"))
	}
	if !id.User.Active {
		return nil, ErrUserInactive
	}
	c := *id
	c.User, c.home = id.User.Clone(), nil
	return &c, nil
}
