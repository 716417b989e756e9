package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/pages"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/ginauth"
	"github.com/authplug/authplug/memstore"
)

// Who can log in at the beginning.
const (
	annEmail    = "ann@example.com"
	annPassword = "correct horse 9"
)

// newAuth returns the service that has the passwords. The others hold public keys alone: they cannot make
// a token.
func newAuth(s *sites) (http.Handler, error) {
	key, err := token.GenerateKey(token.EdDSA)
	if err != nil {
		return nil, err
	}
	p, err := pages.New(pages.Settings{Name: "One login"})
	if err != nil {
		return nil, err
	}
	service, err := auth.New(auth.Settings{
		PublicURL: s.auth,
		Signing:   auth.Signing{Keys: []token.Key{key}, Audience: []string{"auth", "blog", "shop"}},
		Claims:    auth.ClaimSettings{UserIDField: "uuid", Access: []string{"shared"}},
		Tokens:    auth.TokenSettings{GracePeriod: tabs},
		Cookies:   auth.CookieSettings{Mode: auth.CookiesOne, Domain: domain, Keys: cookieKeys(), Insecure: true},
		Browser:   auth.BrowserSettings{RedirectHosts: []string{bare(s.blog), bare(s.shop)}, Home: "/auth/devices/"},
		Mailer:    auth.LogMail(slog.Default()),
		Pages:     p,
	}, auth.In(memstore.New()))
	if err != nil {
		return nil, err
	}
	_, err = service.CreateUser(context.Background(), auth.NewUser{Email: annEmail, Password: annPassword, FirstName: "Ann"})
	if err != nil {
		return nil, err
	}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	ginauth.New(service).Register(r)
	r.GET("/", func(c *gin.Context) { c.Redirect(http.StatusFound, "/auth/devices/") })
	return r, nil
}

// bare returns the host of an origin.
func bare(origin string) string {
	_, host, _ := strings.Cut(origin, "://")
	return host
}

// cookieKeys returns a key that ends with the process.
func cookieKeys() []auth.Secret {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	return []auth.Secret{auth.Secret(base64.StdEncoding.EncodeToString(random))}
}
