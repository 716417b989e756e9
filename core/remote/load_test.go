package remote_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
)

// RM-03.
func TestManyLoginsOfAHangingServiceEndInTime(t *testing.T) {
	url, requests := rawUpstream(t, linger)
	c := newClient(t, url)
	before := runtime.NumGoroutine()
	var all sync.WaitGroup
	begin := time.Now()
	for range 200 {
		all.Go(func() {
			_, err := c.Token(t.Context(), alice)
			wantError(t, err, http.StatusServiceUnavailable, textTimeout)
		})
	}
	all.Wait()
	if took := time.Since(begin); took > 800*time.Millisecond {
		t.Errorf("it took %v", took)
	}
	if n := requests.Load(); n > 200 {
		t.Errorf("%d requests for 200 logins", n)
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before+5; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

// restarting is an auth-service that can be stopped in the middle of everything.
type restarting struct {
	address string
	server  *http.Server
	handler http.Handler
}

func (r *restarting) start(t *testing.T) {
	t.Helper()
	if r.address == "" {
		r.address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	r.address = l.Addr().String()
	r.server = &http.Server{Handler: r.handler}
	go func(s *http.Server) { _ = s.Serve(l) }(r.server)
}

func (r *restarting) stop() { _ = r.server.Close() }

func TestRestartUnderLoadLosesNothingThatMayBeAskedAgain(t *testing.T) {
	u := &upstream{}
	service := &restarting{}
	service.handler = u.recording(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Millisecond) // so that some are under way
		says(http.StatusOK, everything)(w, r)
	})
	service.start(t)
	c := newClient(t, "http://"+service.address, func(s *remote.Settings) { s.Timeout = 5 * time.Second })
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	var lost atomic.Int32
	for worker := range 4 {
		all.Go(func() { askAll(ctx, t, c) })
		all.Go(func() { lost.Add(logIn(ctx, t, c, worker)) })
	}
	for range 3 {
		time.Sleep(50 * time.Millisecond) // of load
		service.stop()
		time.Sleep(50 * time.Millisecond) // of nothing
		service.start(t)
	}
	time.Sleep(50 * time.Millisecond)
	stop()
	all.Wait()
	service.stop()
	logins := map[string]int{}
	for _, s := range u.seen() {
		if strings.Contains(s.body, "password") {
			logins[s.body]++
		}
	}
	for body, n := range logins {
		if n > 1 {
			t.Errorf("%s was sent %d times", body, n)
		}
	}
	if lost.Load() == 0 || len(logins) < 10 {
		t.Errorf("%d of %d logins met a restart: nothing was tested", lost.Load(), len(logins))
	}
}

// askAll asks until ctx ends, and minds if it is not answered.
func askAll(ctx context.Context, t *testing.T, c *remote.Client) {
	for ctx.Err() == nil {
		for _, name := range []string{"user", "verify", "blacklist"} {
			if err := calls[name](context.Background(), c); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// logIn logs somebody else in each time until ctx ends, and returns how often that failed.
func logIn(ctx context.Context, t *testing.T, c *remote.Client, worker int) (lost int32) {
	for i := 0; ctx.Err() == nil; i++ {
		who := auth.Credentials{Identifier: fmt.Sprintf("%d@%d.example", i, worker), Password: "p"}
		if _, err := c.Token(context.Background(), who); err != nil {
			wantError(t, err, http.StatusServiceUnavailable, textConnection)
			lost++
			time.Sleep(time.Millisecond)
		}
	}
	return lost
}

func TestEqualQuestionsAreAskedOnce(t *testing.T) {
	release := make(chan struct{})
	u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) {
		<-release
		says(http.StatusOK, `{"id":1,"email":"a@b.co"}`)(w, r)
	})
	c := newClient(t, u.URL, func(s *remote.Settings) { s.Timeout = 10 * time.Second })
	var ready, all sync.WaitGroup
	for range 50 {
		ready.Add(1)
		all.Go(func() {
			ready.Done()
			p, err := c.User(t.Context(), "access.token")
			if err != nil {
				t.Error(err)
				return
			}
			if p.Email != "a@b.co" {
				t.Errorf("somebody else's change: %+v", p)
			}
			p.Email = "changed@b.co" // it is the caller's own
		})
		all.Go(func() {
			if err := c.Verify(t.Context(), "access.token"); err != nil {
				t.Error(err)
			}
		})
	}
	ready.Wait()
	time.Sleep(50 * time.Millisecond) // the last ones are on their way
	close(release)
	all.Wait()
	if n := len(u.seen()); n > 10 {
		t.Errorf("%d requests for two questions", n)
	}
	if p, err := c.User(t.Context(), "access.token"); err != nil || p.Email != "a@b.co" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestWhoHangsUpLeavesTheOthersTheirAnswer(t *testing.T) {
	asked, release := make(chan struct{}, 9), make(chan struct{})
	u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-release
		says(http.StatusOK, `{}`)(w, r)
	})
	c := newClient(t, u.URL, func(s *remote.Settings) { s.Timeout = 10 * time.Second })
	impatient, hangUp := context.WithCancel(t.Context())
	first, second := make(chan error), make(chan error)
	go func() { first <- c.Verify(impatient, "a.token") }()
	receive(t, asked)
	go func() { second <- c.Verify(t.Context(), "a.token") }()
	hangUp()
	wantCanceled(t, receive(t, first))
	wantCanceled(t, c.Verify(impatient, "a.token"))
	close(release)
	if err := receive(t, second); err != nil {
		t.Error(err)
	}
}

func TestCallerOfALoginWhoHangsUpIsNotKept(t *testing.T) {
	asked := make(chan struct{}, 1)
	url, _ := rawUpstream(t, func(c net.Conn) {
		asked <- struct{}{}
		_, _ = io.Copy(io.Discard, c)
	})
	c := newClient(t, url, func(s *remote.Settings) { s.Timeout = 10 * time.Second })
	ctx, hangUp := context.WithCancel(t.Context())
	go func() {
		<-asked
		hangUp()
	}()
	_, err := c.Token(ctx, alice)
	wantCanceled(t, err)
}
