package replay

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
)

// The original's example of an application's own data: each user is of an access group, which the
// auth-service tells and the client-service mirrors, for a guard.

// extraData replaces user/ by an application's own, as another serializer of users does there.
func extraData(s *auth.Service) []auth.RouteOption {
	type body struct {
		ID          json.RawMessage `json:"id"`
		Email       string          `json:"email"`
		FirstName   string          `json:"first_name"`
		LastName    string          `json:"last_name"`
		AccessGroup json.RawMessage `json:"accessgroup"`
	}
	handle := func(r *http.Request) (*auth.Response, error) {
		r, err := s.Admit(r, auth.Authenticated)
		if err != nil {
			return nil, err
		}
		u := auth.FromContext(r.Context()).User
		return &auth.Response{
			Header: http.Header{"Cache-Control": {"no-store"}},
			Body:   body{json.RawMessage(u.ID), u.Email, u.FirstName, u.LastName, u.Extra},
		}, nil
	}
	user := auth.Endpoint{Name: "user", Method: http.MethodGet, Path: "/user/", Handle: handle}
	return []auth.RouteOption{auth.Except("user"), auth.With(user)}
}

// group is a user's access group.
type group struct {
	UserType string `json:"user_type"`
}

// accessGroup mirrors the access group. A profile without one is none.
func accessGroup(m *remote.Mirror) {
	m.Map = func(_ context.Context, p *remote.Profile, u *auth.User) error {
		raw, _ := p.Member("accessgroup")
		var g group
		if err := json.Unmarshal(raw, &g); err != nil {
			return err
		}
		if g.UserType == "" {
			return errors.New("the access group has no user type")
		}
		u.Extra = raw
		return nil
	}
}

// inGroup lets the staff pass.
func inGroup(ctx context.Context, id *auth.Identity) error {
	if err := auth.Authenticated(ctx, id); err != nil {
		return err
	}
	if g, err := auth.ExtraAs[group](id); err != nil || g.UserType != "staff" {
		return auth.NewError(http.StatusForbidden, "", "You do not have permission to this service")
	}
	return nil
}
