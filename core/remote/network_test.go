package remote_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authplug/authplug/core/remote"
)

// rawUpstream serves connections by hand, and counts the requests.
func rawUpstream(t *testing.T, serve func(net.Conn)) (url string, requests *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	requests = &atomic.Int32{}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				r, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, r.Body)
				requests.Add(1)
				serve(conn)
			}()
		}
	}()
	return "http://" + l.Addr().String(), requests
}

func write(conn net.Conn, format string, args ...any) {
	_, _ = fmt.Fprintf(conn, format, args...)
}

// head is the beginning of a good answer.
const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

// linger waits until the other side has hung up.
func linger(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

func drip(conn net.Conn, text string) {
	for _, b := range []byte(text) {
		if _, err := conn.Write([]byte{b}); err != nil {
			return
		}
		time.Sleep(20 * time.Millisecond) // the client's patience is what is measured
	}
}

func TestBrokenConnectionsAreOutages(t *testing.T) {
	for name, c := range map[string]struct {
		serve  func(net.Conn)
		detail string
		again  bool // asking again may help
	}{
		"closed":             {func(net.Conn) {}, textConnection, true},
		"reset":              {reset, textConnection, true},
		"closed in the head": {func(c net.Conn) { write(c, "HTTP/1.1 200 OK\r\nX: y\r\n") }, textConnection, true},
		"closed in the body": {func(c net.Conn) { write(c, head+"Content-Length: 100\r\n\r\n{\"access\":") }, textConnection, true},
		"reset in the body": {func(c net.Conn) {
			write(c, head+"Content-Length: 100\r\n\r\n{\"access\":")
			reset(c)
		}, textConnection, true},
		"closed in a chunk":      {func(c net.Conn) { write(c, head+"Transfer-Encoding: chunked\r\n\r\n9\r\n{\"a") }, textConnection, true},
		"not HTTP":               {func(c net.Conn) { write(c, "hunter2 SSH-2.0-OpenSSH\r\n\r\n") }, textConnection, false},
		"broken header":          {func(c net.Conn) { write(c, "HTTP/1.1 200 OK\r\nhunter2\r\n\r\n") }, textConnection, false},
		"broken chunk":           {func(c net.Conn) { write(c, head+"Transfer-Encoding: chunked\r\n\r\nhunter2\r\n") }, textConnection, false},
		"unknown coding":         {func(c net.Conn) { write(c, head+"Transfer-Encoding: hunter2\r\n\r\n") }, textConnection, false},
		"two lengths":            {func(c net.Conn) { write(c, head+"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}") }, textConnection, false},
		"headers of a megabyte":  {func(c net.Conn) { write(c, "HTTP/1.1 200 OK\r\nX: %s\r\n\r\n", strings.Repeat("x", 1<<20)) }, textConnection, false},
		"headers of 40 kilobyte": {func(c net.Conn) { write(c, "HTTP/1.1 200 OK\r\nX: %s\r\n\r\n", strings.Repeat("x", 40<<10)) }, textConnection, false},
		"never an answer":        {linger, textTimeout, false},
		"never a body": {func(c net.Conn) {
			write(c, head+"Content-Length: 2\r\n\r\n")
			linger(c)
		}, textTimeout, false},
		"a dripping head": {func(c net.Conn) { drip(c, head) }, textTimeout, false},
		"a dripping body": {func(c net.Conn) {
			write(c, head+"\r\n")
			drip(c, strings.Repeat(" ", 1000))
		}, textTimeout, false},
		"endless continues": {func(c net.Conn) {
			for {
				if _, err := io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
					return
				}
			}
		}, "", false},
		"another protocol": {func(c net.Conn) {
			write(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")
			linger(c)
		}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantOutage(t, "token", c.serve, c.detail, 1)
			if c.again {
				wantOutage(t, "user", c.serve, c.detail, 4)
			} else {
				wantOutage(t, "user", c.serve, c.detail, 1)
			}
		})
	}
}

// wantOutage checks that a call of a broken service fails in time, after a number of requests.
func wantOutage(t *testing.T, call string, serve func(net.Conn), detail string, times int32) {
	t.Helper()
	url, requests := rawUpstream(t, serve)
	c := newClient(t, url)
	remote.SetPauses(c, 1, 1, 1)
	begin := time.Now()
	err := calls[call](t.Context(), c)
	if took := time.Since(begin); took > 800*time.Millisecond {
		t.Errorf("%s: it took %v", call, took)
	}
	if e := answered(t, err, http.StatusServiceUnavailable, detail); strings.Contains(e.Error(), "hunter2") {
		t.Errorf("%s: the answer is quoted: %v", call, e)
	}
	if n := requests.Load(); n != times {
		t.Errorf("%s: sent %d times, want %d (%v)", call, n, times, err)
	}
}

// reset ends a connection without a farewell.
func reset(conn net.Conn) {
	if c, ok := conn.(*net.TCPConn); ok {
		_ = c.SetLinger(0)
	}
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String()
	_ = l.Close()
	for _, ask := range calls {
		c := newClient(t, url)
		remote.SetPauses(c, 1)
		wantError(t, ask(t.Context(), c), http.StatusServiceUnavailable, textConnection)
	}
}

func TestVerdictsOfVerifyMayEndEarly(t *testing.T) {
	url, requests := rawUpstream(t, func(c net.Conn) { write(c, head+"Content-Length: 100\r\n\r\n{") })
	if err := newClient(t, url).Verify(t.Context(), "some.token"); err != nil || requests.Load() != 1 {
		t.Errorf("%v after %d requests", err, requests.Load())
	}
	url, _ = rawUpstream(t, func(c net.Conn) {
		write(c, head+"Content-Length: 100\r\n\r\n{")
		linger(c)
	})
	wantError(t, newClient(t, url).Verify(t.Context(), "some.token"), http.StatusServiceUnavailable, textTimeout)
}

func TestAnswersWithoutALengthAreRead(t *testing.T) {
	for _, protocol := range []string{"HTTP/1.0", "HTTP/1.1"} {
		url, _ := rawUpstream(t, func(c net.Conn) {
			write(c, "%s 200 OK\r\nContent-Type: application/json\r\n\r\n%s", protocol, everything)
		})
		for _, name := range []string{"token", "verify", "user"} {
			if err := calls[name](t.Context(), newClient(t, url)); err != nil {
				t.Errorf("%s: %s: %v", protocol, name, err)
			}
		}
	}
}

func TestConnectionsAreKept(t *testing.T) {
	var status atomic.Int32
	u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) { says(int(status.Load()), everything)(w, r) })
	c := newClient(t, u.URL)
	for _, code := range []int32{200, 401, 429, 200} {
		status.Store(code)
		for _, name := range []string{"token", "verify", "user", "blacklist"} {
			_ = calls[name](t.Context(), c)
		}
	}
	if n := u.connections.Load(); n != 1 || len(u.seen()) != 16 {
		t.Errorf("%d connections for %d requests", n, len(u.seen()))
	}
}

// RM-03.
func TestEndlessAnswersAreCut(t *testing.T) {
	block := []byte(strings.Repeat(" ", 1<<10))
	url, _ := rawUpstream(t, func(c net.Conn) {
		write(c, head+"\r\n")
		for {
			if _, err := c.Write(block); err != nil {
				return
			}
		}
	})
	c := newClient(t, url)
	remote.SetPauses(c)
	_ = calls["token"](t.Context(), c) // what is made once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const rounds = 10
	for range rounds {
		for _, name := range []string{"token", "verify"} {
			wantError(t, calls[name](t.Context(), c), http.StatusServiceUnavailable, textInvalid)
		}
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / (2 * rounds); each > 1<<20 {
		t.Errorf("a call allocates %d bytes", each)
	}
}

// Package net/http reads the environment once and asks no proxy for a loopback address, so there is
// nothing to see from outside (RM-05).
func TestProxiesOfTheEnvironmentAreIgnored(t *testing.T) {
	if remote.Transport(newClient(t, "http://127.0.0.1:9")).Proxy != nil {
		t.Error("there is a proxy")
	}
}
