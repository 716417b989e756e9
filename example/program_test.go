// Package example_test runs the example programs as their users do: it builds the real ones and
// speaks HTTP with them.
package example_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/authplug/authplug/example/internal/app"
	"github.com/authplug/authplug/example/internal/config"
	"github.com/authplug/authplug/example/internal/httpclient"
)

// The built programs.
var authservice, clientservice string

// parts of the programs are linked into the tests too, although nothing here calls them: go test keeps
// results until the binary of the tests is another one.
var parts = []any{app.Main, config.AuthService, config.ClientService}

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	defer runtime.KeepAlive(parts)
	dir, err := os.MkdirTemp("", "authplug")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	authservice, clientservice = filepath.Join(dir, "authservice"), filepath.Join(dir, "clientservice")
	if out, err := exec.Command("go", "build", "-o", dir, "./authservice", "./clientservice").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

const (
	frameworkGin  = "FRAMEWORK=gin"
	frameworkEcho = "FRAMEWORK=echo"
	storeSQLite   = "STORE=sqlite:test.db"
	storeMemory   = "STORE=memory:"

	// password is every user's.
	password = "correct horse 9"
)

// eachFramework runs a test for each framework, in parallel.
func eachFramework(t *testing.T, test func(t *testing.T, framework string)) {
	t.Helper()
	for _, framework := range []string{frameworkGin, frameworkEcho} {
		t.Run(framework, func(t *testing.T) {
			t.Parallel()
			test(t, framework)
		})
	}
}

// eachCombination runs a test for each framework on each store, in parallel.
func eachCombination(t *testing.T, test func(t *testing.T, framework, store string)) {
	t.Helper()
	eachFramework(t, func(t *testing.T, framework string) {
		for _, store := range []string{storeSQLite, storeMemory} {
			t.Run(store, func(t *testing.T) {
				t.Parallel()
				test(t, framework, store)
			})
		}
	})
}

// patience is how long a program may take to say or do anything.
const patience = 20 * time.Second

// place is a directory and an environment in which a program runs.
type place struct {
	t       *testing.T
	program string
	dir     string
	env     []string
}

// newPlace returns a place for the auth-service.
func newPlace(t *testing.T, environ ...string) *place {
	t.Helper()
	return placeOf(t, authservice, environ...)
}

func placeOf(t *testing.T, program string, environ ...string) *place {
	t.Helper()
	env := append([]string{"PATH=" + os.Getenv("PATH"), "ADDR=127.0.0.1:0"}, environ...)
	return &place{t: t, program: program, dir: t.TempDir(), env: env}
}

// with returns the same place with more variables.
func (p *place) with(environ ...string) *place {
	other := *p
	other.env = append(append([]string{}, p.env...), environ...)
	return &other
}

// result is what a program that has ended leaves.
type result struct {
	status int
	out    string
	errOut string
}

// run runs a subcommand to its end.
func (p *place) run(stdin string, args ...string) result {
	p.t.Helper()
	var out, errOut bytes.Buffer
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.program, args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errOut
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errOut.String()}
}

// must runs a subcommand that has to succeed.
func (p *place) must(stdin string, args ...string) result {
	p.t.Helper()
	r := p.run(stdin, args...)
	if r.status != 0 {
		p.t.Fatalf("%q exits with %d: %s", args, r.status, r.errOut)
	}
	return r
}

// program is a service that runs.
type program struct {
	t    *testing.T
	cmd  *exec.Cmd
	addr string
	done chan struct{} // closed when its log has ended

	mu  sync.Mutex
	log strings.Builder
}

// start starts the service and waits until it listens.
func (p *place) start() *program {
	p.t.Helper()
	s := &program{t: p.t, cmd: exec.Command(p.program, "serve"), done: make(chan struct{})}
	s.cmd.Dir, s.cmd.Env = p.dir, p.env
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if s.cmd.ProcessState == nil {
			_ = s.cmd.Process.Kill()
			_ = s.cmd.Wait()
		}
	})
	ready := make(chan string, 1)
	go s.follow(stderr, ready)
	select {
	case s.addr = <-ready:
	case <-s.done:
		p.t.Fatalf("the service ended: %s", s.logged())
	case <-time.After(patience):
		p.t.Fatalf("the service does not listen: %s", s.logged())
	}
	return s
}

// follow keeps the log and reports the address of the line that says it.
func (s *program) follow(stderr io.Reader, ready chan<- string) {
	defer close(s.done)
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		s.mu.Lock()
		s.log.WriteString(lines.Text() + "\n")
		s.mu.Unlock()
		var entry struct{ Msg, Addr string }
		if json.Unmarshal(lines.Bytes(), &entry) == nil && entry.Msg == "listening" {
			ready <- entry.Addr
		}
	}
}

func (s *program) logged() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// client returns a client of the service.
func (s *program) client() *httpclient.Client { return httpclient.New(s.t, "http://"+s.addr) }

// stop ends the service as an operator does, and returns its log.
func (s *program) stop() string {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	return s.wait()
}

// wait waits for the end of the service, which must be a good one.
func (s *program) wait() string {
	s.t.Helper()
	<-s.done
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("the service ended with %v: %s", err, s.logged())
	}
	return s.logged()
}
