package main

import (
	"bytes"
	"html/template"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/echoauth"
	"github.com/authplug/authplug/ginauth"
	"github.com/authplug/authplug/memstore"
)

// tabs is within which several tabs may refresh at once.
const tabs = 10 * time.Second

// site is a service that lets the auth-service log people in.
type site struct {
	Name, Auth, URL string

	service *auth.Service
}

// newSite returns a service that verifies tokens by the auth-service's published keys, which it asks for at
// an address of its own, and makes its users of what the tokens say.
func newSite(name, public string, s *sites, upstream string) (*site, error) {
	service, err := remote.New(auth.Settings{
		PublicURL: public,
		Signing:   auth.Signing{Algorithm: token.EdDSA, Audience: []string{map[string]string{"Blog": "blog", "Shop": "shop"}[name]}},
		Claims:    auth.ClaimSettings{UserIDField: "uuid"},
		Cookies:   auth.CookieSettings{Mode: auth.CookiesOne, Domain: domain, Keys: cookieKeys(), Insecure: true},
		Browser:   auth.BrowserSettings{LoginURL: s.auth + "/auth/login/"},
	}, auth.In(memstore.New()), remote.Settings{
		URL: upstream, AllowInsecure: true, Verify: remote.VerifyLocal, Mirror: remote.Mirror{FromClaims: true},
	})
	return &site{name, s.auth, public, service}, err
}

// gin serves the site on Gin.
func (s *site) gin() http.Handler {
	r, a := gin.New(), ginauth.New(s.service)
	a.Register(r, auth.Only("csrf", "user"))
	show := func(c *gin.Context) {
		if err := s.show(c.Writer, ginauth.Identity(c), c.FullPath()); err != nil {
			_ = c.Error(err)
		}
	}
	r.GET("/", a.Authenticate(), show)
	r.GET("/mine", a.RequireLogin(), show)
	return r
}

// echo serves the site on Echo.
func (s *site) echo() http.Handler {
	e, a := echo.New(), echoauth.New(s.service)
	a.Register(e, auth.Only("csrf", "user"))
	show := func(c echo.Context) error { return s.show(c.Response(), echoauth.Identity(c), c.Path()) }
	e.GET("/", show, a.Authenticate())
	e.GET("/mine", show, a.RequireLogin())
	return e
}

var page = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{.Site.Name}}</title></head>
<body><h1>{{.Site.Name}}</h1>
{{if .User}}<p id="who">You are {{.User.FirstName}} {{.User.Email}}.</p>
<p><a href="{{.Site.Auth}}/auth/devices/">Where you are logged in</a> <a href="{{.Site.Auth}}/auth/logout/?next={{.Here}}">Log out</a></p>
{{else}}<p id="who">You are nobody.</p>{{end}}
<p>{{if eq .Path "/mine"}}This page is yours alone. <a href="/">Back</a>{{else}}<a id="mine" href="/mine">A page of your own</a>{{end}}</p>
</body></html>
`))

// show writes a page for whoever asks.
func (s *site) show(w http.ResponseWriter, id *auth.Identity, path string) error {
	data := struct {
		Site       *site
		User       *auth.User
		Path, Here string
	}{Site: s, Path: path, Here: s.URL + "/"}
	if id != nil {
		data.User = id.User
	}
	var text bytes.Buffer
	if err := page.Execute(&text, data); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store") // whose page it is
	_, err := w.Write(text.Bytes())
	return err
}
