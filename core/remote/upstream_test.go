package remote_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
)

// seen is a request as the auth-service got it.
type seen struct {
	method, path, body string
	header             http.Header
}

// upstream is an auth-service that answers by a script and remembers what it was asked.
type upstream struct {
	*httptest.Server

	connections atomic.Int32

	mu       sync.Mutex
	requests []seen
}

func newUpstream(t *testing.T, answer http.HandlerFunc) *upstream {
	t.Helper()
	u := &upstream{}
	u.Server = httptest.NewUnstartedServer(u.recording(answer))
	u.Config.ConnState = u.counting
	u.Start()
	t.Cleanup(u.Close)
	return u
}

func (u *upstream) counting(_ net.Conn, state http.ConnState) {
	if state == http.StateNew {
		u.connections.Add(1)
	}
}

func (u *upstream) recording(answer http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		u.mu.Lock()
		u.requests = append(u.requests, seen{r.Method, r.URL.Path, string(body), r.Header})
		u.mu.Unlock()
		answer(w, r)
	})
}

func (u *upstream) seen() []seen {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.requests)
}

// says answers everything alike, in JSON.
func says(status int, body string) http.HandlerFunc {
	return saysAs("application/json", status, body)
}

func saysAs(media string, status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil
		if media != "" {
			w.Header().Set("Content-Type", media)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// newClient returns a client with little patience.
func newClient(t *testing.T, url string, change ...func(*remote.Settings)) *remote.Client {
	t.Helper()
	s := remote.Settings{URL: url, AllowInsecure: true, Timeout: 300 * time.Millisecond}
	for _, f := range change {
		f(&s)
	}
	c, err := remote.NewClient(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { remote.Transport(c).CloseIdleConnections() })
	return c
}

var alice = auth.Credentials{Identifier: "Alice@Example.com", Password: " pass <word> "}

// calls are all calls of a client that speak to the auth-service's own paths.
var calls = map[string]func(context.Context, *remote.Client) error{
	"token": func(ctx context.Context, c *remote.Client) error {
		_, err := c.Token(ctx, alice)
		return err
	},
	"sliding": func(ctx context.Context, c *remote.Client) error {
		_, err := c.SlidingToken(ctx, alice)
		return err
	},
	"refresh": func(ctx context.Context, c *remote.Client) error {
		_, err := c.Refresh(ctx, "refresh.token")
		return err
	},
	"slide": func(ctx context.Context, c *remote.Client) error {
		_, err := c.RefreshSliding(ctx, "sliding.token")
		return err
	},
	"verify": func(ctx context.Context, c *remote.Client) error { return c.Verify(ctx, "some.token") },
	"user": func(ctx context.Context, c *remote.Client) error {
		_, err := c.User(ctx, "access.token")
		return err
	},
	"password": func(ctx context.Context, c *remote.Client) error {
		return c.ChangePassword(ctx, auth.PasswordChange{Identifier: "a@b.co", Password: "old", NewPassword: "new"})
	},
	"blacklist": func(ctx context.Context, c *remote.Client) error { return c.Blacklist(ctx, "refresh.token") },
	"keys": func(ctx context.Context, c *remote.Client) error {
		_, err := c.Keys(ctx)
		return err
	},
}

// wantError checks that err is answered with a status, and with a detail unless that is "".
func wantError(t *testing.T, err error, status int, detail string) {
	t.Helper()
	_ = answered(t, err, status, detail)
}

// answered is as [wantError], and returns the error.
func answered(t *testing.T, err error, status int, detail string) *auth.Error {
	t.Helper()
	var e *auth.Error
	if !errors.As(err, &e) {
		t.Fatalf("the error is %v, want one that can be answered", err)
	}
	if e.Status() != status || detail != "" && e.Detail() != detail {
		t.Fatalf("answered %d %q, want %d %q (%v)", e.Status(), e.Detail(), status, detail, err)
	}
	down := status == http.StatusServiceUnavailable
	if errors.Is(err, remote.ErrUnavailable) != down || (e.Code() == "auth_service_unavailable") != down {
		t.Fatalf("code %q, unavailable %v with status %d", e.Code(), errors.Is(err, remote.ErrUnavailable), status)
	}
	if down && e.Response().Header.Get("Retry-After") == "" {
		t.Fatal("an outage without Retry-After")
	}
	return e
}
