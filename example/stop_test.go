package example_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// waitFor waits for something that another process does.
func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestStoppingFinishesWhatRuns(t *testing.T) {
	eachFramework(t, func(t *testing.T, framework string) {
		s := newPlace(t, framework, storeSQLite).start()
		const body = `{"token":"no token"}`
		conn, answers := begin(t, s.addr, len(body))
		if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		waitFor(t, "the service to accept nobody", func() bool {
			other, err := net.Dial("tcp", s.addr)
			if err == nil {
				_ = other.Close()
			}
			return err != nil
		})
		if _, err := io.WriteString(conn, body); err != nil {
			t.Fatal(err)
		}
		p, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(p.Body)
		_ = p.Body.Close()
		if err != nil || p.StatusCode != http.StatusUnauthorized || !strings.Contains(string(answer), "token_not_valid") {
			t.Errorf("the answer is %d %s, %v", p.StatusCode, answer, err)
		}
		s.wait()
	})
}

// begin sends the head of a request and returns once a handler waits for the body.
func begin(t *testing.T, addr string, size int) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST /auth/token/verify/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"+
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", size)
	if err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(conn)
	for _, want := range []string{"HTTP/1.1 100 Continue\r\n", "\r\n"} {
		if line, err := answers.ReadString('\n'); err != nil || line != want {
			t.Fatalf("the service says %q, %v", line, err)
		}
	}
	return conn, answers
}

func TestDataSurvivesARestart(t *testing.T) {
	eachFramework(t, func(t *testing.T, framework string) {
		p := newPlace(t, framework, storeSQLite)
		first := p.start()
		c := first.client()
		registerAnn(c)
		ann := c.Login("ann@example.com", password)
		log := first.stop()
		if n := strings.Count(log, `"level":"WARN"`); n != 1 || !strings.Contains(log, "development mode") {
			t.Errorf("%d warnings, want one of development mode:\n%s", n, log)
		}
		key, err := os.ReadFile(p.dir + "/test.db.key")
		if err != nil || len(strings.TrimSpace(string(key))) != 128 || strings.Contains(log, strings.TrimSpace(string(key))) {
			t.Errorf("the key is %d bytes, %v", len(key), err)
		}

		// The key was kept, so the tokens are good at the new address too.
		ann = p.start().client().As(ann.Access, ann.Refreshing)
		ann.Get("/api/test/").Want(200, `"success"`)
		ann.Refresh().Want(200, "")
	})
}

func TestAsymmetricKeysOfDevelopmentAreKept(t *testing.T) {
	for _, algorithm := range []string{"RS256", "PS512", "ES256", "ES384", "ES512", "EdDSA"} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, storeSQLite, "EASY_JWT_ALGORITHM="+algorithm)
			p.must("", "flushexpiredtokens")
			before, err := os.ReadFile(p.dir + "/test.db.key")
			if err != nil || !strings.HasPrefix(string(before), "-----BEGIN PRIVATE KEY-----\n") {
				t.Fatalf("the key is %q, %v", before, err)
			}
			p.must("", "flushexpiredtokens")
			after, err := os.ReadFile(p.dir + "/test.db.key")
			if err != nil || string(after) != string(before) {
				t.Errorf("another key, %v", err)
			}
			other := p.with("EASY_JWT_ALGORITHM=HS256").run("", "serve")
			if other.status != 2 || !strings.HasPrefix(other.errOut, "EASY_JWT_SIGNING_KEY: ") || strings.Count(other.errOut, "\n") != 1 {
				t.Errorf("with HS256: %+v", other)
			}
		})
	}
}
