package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/authplug/authplug/example/internal/process"
)

// What a process may take.
const (
	mostReady  = 2 * time.Second
	mostMemory = 150 << 20
)

// life is an auth-service on a large database.
type life struct {
	ready      time.Duration // until it was
	idle, peak int64         // bytes
	sessions   int64         // that sent requests
	wrong      atomic.Int64  // answers
	first      atomic.Pointer[string]
}

// live starts an auth-service, and lets one session after the other send requests to it.
func (o *options) live(ctx context.Context, binary, store string, c *crowd) (*life, error) {
	p, err := process.New(ctx, binary, "STORE="+store, "LOG_LEVEL=error", "EASY_JWT_SIGNING_KEY="+crowdKey, "CACHE=memory:",
		"EASY_JWT_ROTATE_REFRESH_TOKENS=true", "EASY_JWT_CHECK_EPOCH=true", "EASY_JWT_THROTTLE_DISABLED=true")
	if err != nil {
		return nil, err
	}
	defer p.Kill()
	l := &life{}
	if l.ready, err = p.Start(ctx); err != nil {
		return nil, err
	}
	l.idle, _ = p.Memory()
	requests, end := process.NewClient(20*time.Second, workers), time.Now().Add(o.traffic)
	err = c.together(len(c.users), func(i int) error {
		if time.Now().Before(end) {
			atomic.AddInt64(&l.sessions, 1)
			l.ask(ctx, requests, p, c, i)
		}
		return nil
	})
	_, l.peak = p.Memory()
	return l, err
}

// ask sends what a session may: all of them a request with the access token, some a refresh, few a login.
func (l *life) ask(ctx context.Context, requests *process.Client, p *process.Process, c *crowd, i int) {
	l.judge("whoami", requests.Get(ctx, p, "/api/whoami/", c.pairs[i].Access))
	if i%20 == 0 {
		l.judge("refresh", requests.Post(ctx, p, "/auth/token/refresh/", map[string]string{"refresh": c.pairs[i].Refresh}))
	}
	if i%1000 == 0 {
		l.judge("login", requests.Post(ctx, p, "/auth/token/", map[string]string{"email": address(i), "password": crowdPassword}))
	}
}

func (l *life) judge(what string, a process.Answer) {
	if a.Status != http.StatusOK {
		l.wrong.Add(1)
		text := fmt.Sprintf("%s is %d, %v", what, a.Status, a.Err)
		l.first.CompareAndSwap(nil, &text)
	}
}

func (l *life) String() string {
	return fmt.Sprintf("ready after %v; %d MiB idle, %d at most while %d sessions sent requests; %d wrong answers",
		l.ready.Round(time.Millisecond), l.idle>>20, l.peak>>20, l.sessions, l.wrong.Load())
}

// verdict is an error for what is not as it should be.
func (l *life) verdict() error {
	var errs []error
	if text := l.first.Load(); text != nil {
		errs = append(errs, errors.New(*text))
	}
	if l.sessions == 0 {
		errs = append(errs, errors.New("no session sent a request"))
	}
	if l.ready > mostReady {
		errs = append(errs, fmt.Errorf("ready after %v, not %v", l.ready, mostReady))
	}
	if l.peak > mostMemory {
		errs = append(errs, fmt.Errorf("%d MiB of memory, not %d", l.peak>>20, mostMemory>>20))
	}
	return errors.Join(errs...)
}
