package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/authplug/authplug/example/internal/process"
)

const loadPassword = "correct horse 9"

// kind is a kind of request.
type kind int

const (
	plain kind = iota // a handler that asks nobody
	verified
	refresh
	login
	kinds
)

var kindNames = [kinds]string{"plain handler", "verified request", "refresh", "login"}

// traffic is what goes to one process.
type traffic struct {
	options
	process *process.Process
	http    *process.Client
	users   []*user
	times   [kinds]*histogram
	busy    [kinds]atomic.Int64 // answered 503 with Retry-After, as a login may be
	late    [kinds]atomic.Int64 // not sent, since too many were under way

	mu     sync.Mutex
	wrong  []string
	memory []int64 // each second
}

// user is somebody with a session, whom one request refreshes at a time.
type user struct {
	email string

	mu              sync.Mutex
	access, refresh string
}

func newTraffic(o options, p *process.Process) *traffic {
	t := &traffic{options: o, process: p, http: process.NewClient(20*time.Second, 512)}
	for k := range t.times {
		t.times[k] = newHistogram()
	}
	return t
}

// register adds the users and logs them in.
func (t *traffic) register(ctx context.Context) error {
	for i := range t.options.users {
		u := &user{email: fmt.Sprintf("user%d@example.com", i)}
		body := map[string]string{"email": u.email, "password": loadPassword}
		if a := t.http.Post(ctx, t.process, "/auth/create-user/", body); a.Status != http.StatusCreated {
			return fmt.Errorf("a registration is %d, %w", a.Status, errors.Join(a.Err))
		}
		a := t.http.Post(ctx, t.process, "/auth/token/", body)
		if a.Status != http.StatusOK {
			return fmt.Errorf("a login is %d, %w", a.Status, errors.Join(a.Err))
		}
		u.access, u.refresh = a.Access, a.Refresh
		t.users = append(t.users, u)
	}
	return nil
}

// flow sends everything at its rate until the time is over.
func (t *traffic) flow(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, t.duration)
	defer cancel()
	var all sync.WaitGroup
	all.Go(func() { t.watch(ctx) })
	for k, rate := range [kinds]int{t.verified / 2, t.verified, t.refreshes, t.logins} {
		all.Go(func() { t.pour(ctx, kind(k), max(rate, 1)) })
	}
	all.Wait()
}

// underWay is how many requests of a kind may be on their way at once.
const underWay = 128

// pour sends one kind of request at a rate, whether or not the answers keep up.
func (t *traffic) pour(ctx context.Context, k kind, rate int) {
	slots := make(chan struct{}, underWay)
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	var sent sync.WaitGroup
	defer sent.Wait()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		select {
		case slots <- struct{}{}:
		default:
			t.late[k].Add(1)
			continue
		}
		sent.Go(func() {
			t.one(context.WithoutCancel(ctx), k, n)
			<-slots
		})
	}
}

// watch notes the memory of the process.
func (t *traffic) watch(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now, _ := t.process.Memory()
		t.mu.Lock()
		t.memory = append(t.memory, now)
		t.mu.Unlock()
		if n%60 == 0 {
			fmt.Printf("  after %d minutes: %d MiB, p99 of a verified request %v\n", n/60, now>>20, t.times[verified].percentile(0.99))
		}
	}
}
