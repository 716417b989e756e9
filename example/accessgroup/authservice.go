package main

import (
	"context"
	"crypto/rand"
	"net/http"

	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/ginauth"
)

// The auth-service has the passwords, and knows of each user something that is no business of
// package auth. In its store that is the user's Extra.

// accessGroup says of which type somebody is, such as "staff" or "customer".
type accessGroup struct {
	UserType string `json:"user_type"`
}

func newAuthService(stores auth.Stores) (*auth.Service, error) {
	return auth.New(auth.Settings{
		Signing: auth.Signing{Key: auth.Secret(rand.Text() + rand.Text())}, // tokens end with the program
		Users:   auth.UserSettings{Profile: withAccessGroup},
	}, stores)
}

// withAccessGroup adds to what user/ answers. Who is in no group has null there.
func withAccessGroup(_ context.Context, u *auth.User) (map[string]any, error) {
	return map[string]any{"accessgroup": u.Extra}, nil
}

func authRoutes(service *auth.Service) http.Handler {
	gin.SetMode(gin.ReleaseMode) // or else it lists every route at the start
	r := gin.New()
	ginauth.New(service).Register(r)
	return r
}

// addUsers adds somebody of each kind. Everybody may know their passwords: they live in memory, and
// nobody outside the machine can reach them.
func addUsers(ctx context.Context, service *auth.Service) error {
	for _, u := range []auth.NewUser{
		{Email: "ann@example.com", Extra: accessGroup{"staff"}},
		{Email: "bob@example.com", Extra: accessGroup{"customer"}},
		{Email: "cem@example.com"},
	} {
		u.Password = "correct horse 9"
		if _, err := service.CreateUser(ctx, u); err != nil {
			return err
		}
	}
	return nil
}
