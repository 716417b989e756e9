package example_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/authplug/authplug/example/internal/httpclient"
	"github.com/authplug/authplug/example/internal/process"
	"github.com/authplug/authplug/sqlstore/sqltest"
)

// balancer is the HAProxy of deploy/haproxy.cfg before services of ours.
type balancer struct {
	t           *testing.T
	addr, stats string
}

// startBalancer skips the test where there is no HAProxy.
func startBalancer(t *testing.T, services ...string) *balancer {
	t.Helper()
	if _, err := exec.LookPath("haproxy"); err != nil {
		if os.Getenv("AUTHPLUG_REQUIRE_HAPROXY") == "1" {
			t.Fatal(err)
		}
		t.Skip("needs haproxy in the path")
	}
	config, err := os.ReadFile("../deploy/haproxy.cfg")
	if err != nil {
		t.Fatal(err)
	}
	b := &balancer{t, freeAddr(t), freeAddr(t)}
	text := strings.NewReplacer("bind :8080", "bind "+b.addr, " auth1:8000", " "+services[0], " auth2:8000", " "+services[1]).Replace(string(config)) +
		"\nfrontend stats\n\tbind " + b.stats + "\n\tstats enable\n\tstats uri /\n"
	path := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("haproxy", "-db", "-f", path)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	waitForListener(t, "HAProxy", b.stats)
	return b
}

// awaits waits until the balancer thinks that a server is UP or DOWN.
func (b *balancer) awaits(server, state string) {
	b.t.Helper()
	stats := httpclient.New(b.t, "http://"+b.stats)
	waitFor(b.t, server+" "+state, func() bool {
		for line := range strings.Lines(stats.Get("/;csv").Body) {
			if strings.HasPrefix(line, "authservices,"+server+",") && strings.Contains(line, ","+state+",") {
				return true
			}
		}
		return false
	})
}

// await waits until the balancer thinks so of both servers.
func (b *balancer) await(state string) {
	b.t.Helper()
	for _, server := range []string{"auth1", "auth2"} {
		b.awaits(server, state)
	}
}

// stream is clients that go on and on, each with a session of its own.
type stream struct {
	stop     context.CancelFunc
	clients  sync.WaitGroup
	answered atomic.Int64
	mu       sync.Mutex
	failed   []string
}

func (b *balancer) stream(n int, refreshing bool) *stream {
	ctx, stop := context.WithCancel(b.t.Context())
	s := &stream{stop: stop}
	requests, proxy := process.NewClient(patience, n), &process.Process{Addr: b.addr}
	for range n {
		session := httpclient.New(b.t, "http://"+b.addr).Login(annEmail, password)
		access, refresh := session.Access, session.Refreshing
		s.clients.Go(func() {
			for ctx.Err() == nil {
				s.judge("GET", requests.Get(context.WithoutCancel(ctx), proxy, "/api/test/", access))
				if !refreshing {
					continue
				}
				a := requests.Post(context.WithoutCancel(ctx), proxy, "/auth/token/refresh/", map[string]string{"refresh": refresh})
				s.judge("refresh", a)
				access, refresh = a.Access, a.Refresh
			}
		})
	}
	return s
}

func (s *stream) judge(what string, a process.Answer) {
	s.answered.Add(1)
	if a.Status != http.StatusOK {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.failed = append(s.failed, fmt.Sprintf("%s is %d, %v", what, a.Status, a.Err))
	}
}

// end returns what failed.
func (s *stream) end() []string {
	s.stop()
	s.clients.Wait()
	return s.failed
}

// Both processes are restarted in turn behind the proxy that is recommended, and nobody notices. Of one
// that is killed only what changes something may fail: what reads is asked of the other one.
func TestARollingRestartBehindTheProxyLosesNothing(t *testing.T) {
	const clients = 4
	p := newPlace(t, storeSQLite, "EASY_JWT_SIGNING_KEY="+strings.Repeat("k3y-", 20), "EASY_JWT_ROTATE_REFRESH_TOKENS=true",
		"EASY_JWT_THROTTLE_DISABLED=true", "STOP_DELAY=3s")
	addrs := []string{freeAddr(t), freeAddr(t)}
	var services [2]*program
	for i, addr := range addrs {
		services[i] = p.with("ADDR=" + addr).start()
	}
	registerAnn(services[0].client())
	b := startBalancer(t, addrs...)
	b.await("UP")
	s := b.stream(clients, true)
	for i, addr := range addrs {
		name := fmt.Sprint("auth", i+1)
		if err := services[i].cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		b.awaits(name, "DOWN")
		services[i].wait()
		services[i] = p.with("ADDR=" + addr).start()
		b.awaits(name, "UP")
	}
	if failed := s.end(); len(failed) > 0 || s.answered.Load() < 100 {
		t.Errorf("of %d requests %d failed: %q", s.answered.Load(), len(failed), failed[:min(len(failed), 5)])
	}
	s = b.stream(clients, false)
	if err := services[0].cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	b.awaits("auth1", "DOWN")
	time.Sleep(10 * time.Millisecond) // so that some go by the one that is left
	if failed := s.end(); len(failed) > 0 {
		t.Errorf("of %d requests %d failed: %q", s.answered.Load(), len(failed), failed)
	}
}

// While the database is away no process is ready, and what clients read is still an answer of the
// service: 503, or what needs no database. Without any process the proxy says it in the same shape.
func TestAnOutageBehindTheProxyIsToldByTheService(t *testing.T) {
	database, store := proxyTo(t, sqltest.Postgres(t))
	p := newPlace(t, "STORE="+store)
	keys := filepath.Join(t.TempDir(), "keys.json")
	keyFile(t, keys, p.must("", "newkey").out)
	p = p.with("EASY_JWT_KEYS_FILE="+keys, "EASY_JWT_ALGORITHM=EdDSA")
	addrs := []string{freeAddr(t), freeAddr(t)}
	var services [2]*program
	for i, addr := range addrs {
		services[i] = p.with("ADDR=" + addr).start()
	}
	b := startBalancer(t, addrs...)
	b.await("UP")
	c := httpclient.New(t, "http://"+b.addr)
	registerAnn(c)
	ann := c.Login(annEmail, password)

	database.become(refuses)
	b.await("DOWN")
	for range 4 {
		wantUnavailable(t, c, "/auth/token/refresh/", map[string]string{"refresh": ann.Refreshing})
		c.Get("/.well-known/jwks.json").Want(http.StatusOK, "")
	}
	for _, service := range services {
		if err := service.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		<-service.done
	}
	gone := c.Post("/auth/token/", credentials(annEmail, password))
	gone.Want(http.StatusServiceUnavailable, `{"detail":"Service temporarily unavailable.","code":"unavailable"}`)
	if gone.Header.Get("Retry-After") == "" || gone.Header.Get("Content-Type") != "application/json" {
		t.Errorf("the proxy answers with %v", gone.Header)
	}

	database.become(passes)
	for _, addr := range addrs {
		p.with("ADDR=" + addr).start()
	}
	b.await("UP")
	ann.Refresh().Want(http.StatusOK, "")
}
