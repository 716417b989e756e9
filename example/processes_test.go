package example_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/authplug/authplug/example/internal/httpclient"
)

// redisServer starts a Redis of its own and returns its address, or skips the test.
func redisServer(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("AUTHPLUG_REQUIRE_REDIS") == "1" {
			t.Fatal(err)
		}
		t.Skip("needs redis-server in the path")
	}
	addr := freeAddr(t)
	_, port, _ := net.SplitHostPort(addr)
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "redis-server", "--port", port, "--bind", "127.0.0.1",
		"--save", "", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	waitForListener(t, "Redis", addr)
	return addr
}

func waitForListener(t *testing.T, what, addr string) {
	t.Helper()
	waitFor(t, what, func() bool {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", addr)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

// RV-02: two processes on one database. What one of them ends, the other one refuses: at once where it
// asks the database or shares a cache, and else when its cache has run out.
func TestWhatOneProcessEndsTheOtherRefuses(t *testing.T) {
	for name, cache := range map[string]func(t *testing.T) string{
		"without a cache":     func(*testing.T) string { return "" },
		"each with a cache":   func(*testing.T) string { return "memory:" },
		"with a common cache": func(t *testing.T) string { return "redis://" + redisServer(t) },
	} {
		t.Run(name, func(t *testing.T) {
			eachFramework(t, func(t *testing.T, framework string) {
				p := newPlace(t, framework, storeSQLite, "CACHE="+cache(t), "EASY_JWT_EPOCH_CACHE_TTL=1s",
					"EASY_JWT_CHECK_EPOCH=true", "EASY_JWT_STATELESS=true", "EASY_JWT_ACCESS_TOKEN_CLAIMS=email")
				one, other := p.start().client(), p.start().client()
				registerAnn(one)
				for _, end := range []func(ann *httpclient.Client){logOut, changePassword} {
					ann := one.Login(annEmail, password)
					there := other.As(ann.Access, ann.Refreshing)
					ann.Get("/api/test/").Want(http.StatusOK, "")
					there.Get("/api/test/").Want(http.StatusOK, "")
					end(ann)
					ann.Get("/api/test/").Want(http.StatusUnauthorized, "")
					wantEnded(t, there, name == "each with a cache")
				}
			})
		})
	}
}

func logOut(ann *httpclient.Client) {
	ann.Post("/auth/token/logout/", map[string]string{"refresh": ann.Refreshing}).Want(http.StatusOK, "")
}

func changePassword(ann *httpclient.Client) {
	ann.Post("/auth/password-change/", map[string]string{"email": annEmail, "password": password, "new_password": newPassword}).
		Want(http.StatusOK, "")
}

// wantEnded wants a process to refuse tokens: the access token at once, or within the second that its
// own cache lasts.
func wantEnded(t *testing.T, there *httpclient.Client, patient bool) {
	t.Helper()
	began := time.Now()
	there.Refresh().Want(http.StatusUnauthorized, "")
	if patient {
		waitFor(t, "the cache to run out", func() bool { return there.Get("/api/test/").Status == http.StatusUnauthorized })
	}
	there.Get("/api/test/").Want(http.StatusUnauthorized, "")
	if took := time.Since(began); took > 6*time.Second {
		t.Errorf("it took %v", took)
	}
}
