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
// that have no other program to ask with, or with --live whether it answers at all.
func healthcheck(ctx context.Context, in *invocation) error {
	set := in.flags("healthcheck")
	live := set.Bool("live", false, "ask whether the process answers, whatever the store does")
	if err := in.parse(set); err != nil {
		return err
	}
	c, err := in.load()
	if err != nil {
		return err
	}
	state, path := "ready", "/readyz"
	if *live {
		state, path = "live", "/livez"
	}
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+dialable(c.Addr)+path, nil)
	if err != nil {
		return err
	}
	answer, err := (&http.Client{Transport: &http.Transport{}}).Do(r) // what HTTP_PROXY names is for other machines
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("not %s: %s", state, answer.Status)
	}
	_, err = fmt.Fprintln(in.out, state)
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
