// Package process runs auth-services as processes of their own, for programs that kill them or put
// them under load.
package process

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// Build builds the auth-service and returns its path and what removes it.
func Build(ctx context.Context) (binary string, clean func(), err error) {
	dir, err := os.MkdirTemp("", "authservice")
	if err != nil {
		return "", nil, err
	}
	binary = filepath.Join(dir, "authservice")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, "github.com/authplug/authplug/example/authservice") //nolint:gosec // Nothing of it comes from outside.
	if out, err := cmd.CombinedOutput(); err != nil {
		_ = os.RemoveAll(dir)
		return "", nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	return binary, func() { _ = os.RemoveAll(dir) }, nil
}

// Process is an auth-service that can be killed and started again at one address. Its methods are safe
// for concurrent use.
type Process struct {
	Addr   string
	binary string
	env    []string

	mu  sync.Mutex
	cmd *exec.Cmd
}

// New picks a free port for a process with this environment.
func New(ctx context.Context, binary string, env ...string) (*Process, error) {
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	return &Process{Addr: addr, binary: binary, env: append(env, "ADDR="+addr)}, nil
}

// freeAddr returns an address at which nobody listens.
func freeAddr(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// patience is how long a process may take to be ready.
const patience = 20 * time.Second

// Start starts it and returns after how long it was ready.
func (p *Process) Start(ctx context.Context) (time.Duration, error) {
	begin := time.Now()
	cmd := exec.CommandContext(ctx, p.binary, "serve") //nolint:gosec // We built it.
	cmd.Env = p.env
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	p.mu.Lock()
	p.cmd = cmd
	p.mu.Unlock()
	for time.Since(begin) < patience {
		if p.ready(ctx) {
			return time.Since(begin), nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return 0, fmt.Errorf("%s is not ready after %v", p.Addr, patience)
}

func (p *Process) ready(ctx context.Context) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.Addr+"/readyz", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// Kill ends it without a word.
func (p *Process) Kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		p.cmd = nil
	}
}

// Memory returns how much memory it has now and had at most, in bytes, as Linux tells it.
func (p *Process) Memory() (now, peak int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return 0, 0
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, 0
	}
	return kilobytes(status, "VmRSS:"), kilobytes(status, "VmHWM:")
}

func kilobytes(status []byte, name string) int64 {
	_, after, _ := bytes.Cut(status, []byte(name))
	fields := bytes.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	n, _ := strconv.ParseInt(string(fields[0]), 10, 64)
	return n << 10
}
