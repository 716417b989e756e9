package main

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/echoauth"
)

// The client-service has no passwords. It lets the auth-service decide who somebody is, and decides
// itself what they may do, by the access group that the auth-service tells.

func newClientService(stores auth.Stores, url string) (*auth.Service, error) {
	return remote.New(auth.Settings{}, stores, remote.Settings{
		URL:           url,
		AllowInsecure: true, // plain http, because both are on one machine
		Mirror:        remote.Mirror{Map: mirrorAccessGroup},
	})
}

// mirrorAccessGroup keeps a user's group in the local user. Who has none any more loses it here too.
func mirrorAccessGroup(_ context.Context, p *remote.Profile, u *auth.User) error {
	var group *accessGroup
	if raw, ok := p.Member("accessgroup"); ok {
		if err := json.Unmarshal(raw, &group); err != nil {
			return err
		}
	}
	var err error
	u.Extra, err = json.Marshal(group)
	return err
}

var errNotOurs = auth.NewError(http.StatusForbidden, "not_our_user", "You do not have permission to this service")

// staffOnly lets users pass that are of the staff. Whose type is another, blank or not known does not.
func staffOnly(ctx context.Context, id *auth.Identity) error {
	if err := auth.Authenticated(ctx, id); err != nil {
		return err
	}
	if group, err := auth.ExtraAs[accessGroup](id); err != nil || group.UserType != "staff" {
		return errNotOurs
	}
	return nil
}

func clientRoutes(service *auth.Service) http.Handler {
	e, a := echo.New(), echoauth.New(service)
	a.Register(e)
	e.GET("/api/me", func(c echo.Context) error { return c.JSON(http.StatusOK, echoauth.Identity(c).User) }, a.RequireAuth())
	e.GET("/api/reports", reports, a.Require(staffOnly))
	return e
}

func reports(c echo.Context) error {
	return c.JSON(http.StatusOK, []string{"this month", "last month"})
}
