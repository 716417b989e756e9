package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthPatience is how long a healthcheck waits for an answer.
const healthPatience = 4 * time.Second

// healthcheck asks the process that serves at ADDR on this machine whether it is ready, for images
// that have no other program to ask with.
func healthcheck(ctx context.Context, in *invocation) error {
	if err := in.parse(in.flags("healthcheck")); err != nil {
		return err
	}
	c, err := in.load()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+dialable(c.Addr)+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", answer.Status)
	}
	_, err = fmt.Fprintln(in.out, "ready")
	return err
}

// dialable is an address at which a listener on all interfaces can be reached.
func dialable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
