package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// build builds the auth-service and returns its path and what removes it.
func build(ctx context.Context) (binary string, clean func(), err error) {
	dir, err := os.MkdirTemp("", "crash")
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

// process is an auth-service that is killed and started again at one address.
type process struct {
	binary, addr string
	env          []string

	mu  sync.Mutex
	cmd *exec.Cmd
}

// newProcess picks a free port.
func newProcess(ctx context.Context, binary string, env []string) (*process, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := listener.Addr().String()
	return &process{binary: binary, addr: addr, env: append(env, "ADDR="+addr)}, listener.Close()
}

// start starts it and returns after how long it was ready.
func (p *process) start(ctx context.Context) (time.Duration, error) {
	begin := time.Now()
	cmd := exec.CommandContext(ctx, p.binary, "serve") //nolint:gosec // We built it.
	cmd.Env = p.env
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	p.mu.Lock()
	p.cmd = cmd
	p.mu.Unlock()
	const patience = 20 * time.Second
	for time.Since(begin) < patience {
		if p.ready(ctx) {
			return time.Since(begin), nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return 0, fmt.Errorf("%s is not ready after %v", p.addr, patience)
}

func (p *process) ready(ctx context.Context) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.addr+"/readyz", nil)
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

// kill ends it without a word.
func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		p.cmd = nil
	}
}
