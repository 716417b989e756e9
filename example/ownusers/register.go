package ownusers

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"

	auth "github.com/authplug/authplug/core"
)

// maxBody is how long the body of a registration may be, in bytes.
const maxBody = 64 << 10

// usernames are all names that a member can have: none is an address, and none has white space,
// which a login would trim.
var usernames = regexp.MustCompile(`^[a-z0-9._-]{1,40}$`)

// registration is what somebody registers with.
type registration struct{ Username, Email, Password string }

// CreateMember returns the endpoint that stands in for create-user/, which knows no usernames.
func (s *Store) CreateMember(service *auth.Service) auth.Endpoint {
	handle := func(r *http.Request) (*auth.Response, error) {
		var in registration
		if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxBody)).Decode(&in); err != nil {
			return nil, auth.NewError(http.StatusBadRequest, "bad_request", "The body is no registration.").Because(err)
		}
		u, err := s.register(r.Context(), service, in)
		switch {
		case errors.Is(err, errUsername):
			return &auth.Response{Status: http.StatusBadRequest, Body: map[string][]string{"username": {usernameText}}}, nil
		case err != nil:
			return nil, err
		}
		return &auth.Response{Status: http.StatusCreated, Body: map[string]string{"id": u.ID, "username": in.Username}}, nil
	}
	return auth.Endpoint{Name: "create-member", Method: http.MethodPost, Path: "/create-user/", Handle: handle}
}

// errUsername stands for a name that nobody can have any more, or ever.
var errUsername = errors.New("ownusers: a username that is taken or malformed")

// usernameText is what its clients are told.
const usernameText = "Choose another username: a-z, 0-9, dot, dash and underscore, and not one that is taken."

// register adds a member. Where two ask for a name at the same time, one has to go again.
func (s *Store) register(ctx context.Context, service *auth.Service, in registration) (*auth.User, error) {
	if !usernames.MatchString(in.Username) {
		return nil, errUsername
	}
	_, err := s.FindLogin(ctx, in.Username)
	switch {
	case err == nil:
		return nil, errUsername
	case !errors.Is(err, auth.ErrNotFound):
		return nil, auth.ErrUnavailable.Because(err)
	}
	u, err := service.CreateUser(ctx, auth.NewUser{Email: in.Email, Password: in.Password})
	if err != nil {
		return nil, err // of the fields, as create-user/ tells it
	}
	err = s.SetUsername(ctx, u.ID, in.Username)
	if err == nil {
		return u, nil
	}
	if gone := service.DeleteUser(context.WithoutCancel(ctx), u.ID); gone != nil {
		return nil, gone
	}
	if errors.Is(err, auth.ErrExists) {
		return nil, errUsername
	}
	return nil, auth.ErrUnavailable.Because(err)
}
