package browser_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/pages"
	"github.com/authplug/authplug/echoauth"
	"github.com/authplug/authplug/ginauth"
	"github.com/authplug/authplug/memstore"
)

const (
	annEmail = "ann@example.com"
	annFirst = "correct horse 9"
	annThen  = "battery staple 7"
)

// shop is an application with pages, on https as in production.
type shop struct {
	url     string
	service *auth.Service
	touched atomic.Int64

	mu   sync.Mutex
	sent []auth.Mail
}

// Send implements [auth.Mailer].
func (s *shop) Send(_ context.Context, m auth.Mail) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, m)
	return nil
}

var link = regexp.MustCompile(`https://\S+`)

// newestLink returns the link in the newest mail.
func (s *shop) newestLink(t *testing.T) string {
	t.Helper()
	if err := s.service.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sent) == 0 {
		t.Fatal("there is no mail")
	}
	return link.FindString(s.sent[len(s.sent)-1].Text)
}

// newShop serves one on a framework. Requests may come from pages of other origins.
func newShop(t *testing.T, framework string, origins ...string) *shop {
	t.Helper()
	l, port := listen(t)
	p, err := pages.New(pages.Settings{Name: "Shop"})
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{url: "https://shop.example.com:" + port}
	s.service, err = auth.New(auth.Settings{
		PublicURL: s.url,
		Signing:   auth.Signing{Key: "a key for tests, with more than 64 bytes, that nobody should use elsewhere", AllowSampleKey: true},
		Claims:    auth.ClaimSettings{Access: []string{"email"}},
		Cookies:   auth.CookieSettings{Mode: auth.CookiesTwo},
		Passwords: auth.PasswordSettings{Weak: true},
		Tokens:    auth.TokenSettings{GracePeriod: 10 * time.Second},
		Browser:   auth.BrowserSettings{Home: "/orders", TrustedOrigins: origins},
		Mailer:    s, Pages: p,
	}, auth.In(memstore.New()))
	if err != nil {
		t.Fatal(err)
	}
	serve(t, l, cors(origins, map[string]func() http.Handler{"gin": s.gin, "echo": s.echo}[framework]()))
	return s
}

// serve serves a handler over TLS.
func serve(t *testing.T, l net.Listener, h http.Handler) {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	_ = server.Listener.Close()
	server.Listener = l
	server.StartTLS()
	t.Cleanup(server.Close)
}

func (s *shop) gin() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r, a := gin.New(), ginauth.New(s.service)
	a.Register(r)
	r.GET("/orders", a.RequireLogin(), func(c *gin.Context) { s.orders(c.Writer, ginauth.Identity(c)) })
	r.POST("/touch", a.RequireAuth(), func(c *gin.Context) { s.touched.Add(1); c.Status(http.StatusNoContent) })
	return r
}

func (s *shop) echo() http.Handler {
	e, a := echo.New(), echoauth.New(s.service)
	a.Register(e)
	e.GET("/orders", func(c echo.Context) error { s.orders(c.Response(), echoauth.Identity(c)); return nil }, a.RequireLogin())
	e.POST("/touch", func(c echo.Context) error { s.touched.Add(1); return c.NoContent(http.StatusNoContent) }, a.RequireAuth())
	return e
}

// orders is a page of its owner's.
func (s *shop) orders(w http.ResponseWriter, id *auth.Identity) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = fmt.Fprintf(w, "<!DOCTYPE html><title>Orders</title><body><main>The secret orders of %s</main></body>", id.User.Email)
}

// evil serves a page of another site.
func evil(t *testing.T, page string) (url string) {
	t.Helper()
	l, port := listen(t)
	serve(t, l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(page))
	}))
	return "https://evil.test:" + port + "/"
}
