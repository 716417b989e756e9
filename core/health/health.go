// Package health answers the probes of load balancers and orchestrators: whether a process lives, and
// whether it is ready for requests.
//
//	ready := health.NewReady(store.Ping)
//	mux.HandleFunc("/livez", health.Live)
//	mux.Handle("/readyz", ready)
//	// … and when the process is told to end, before the listener closes:
//	ready.Stop()
//
// On Gin they are gin.WrapF(health.Live) and gin.WrapH(ready), on Echo
// echo.WrapHandler(http.HandlerFunc(health.Live)) and echo.WrapHandler(ready).
//
// A probe may be asked by anybody as often as he likes: the checks run once a second at most, one at a
// time, and answers tell nothing but the state. Do not let liveness depend on a database: restarting
// all processes brings none back.
package health

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Check reports an error if something that requests need is away, such as the Ping of a store.
type Check func(ctx context.Context) error

// How long a check may take, and for how long its outcome holds.
const (
	patience = 2 * time.Second
	validity = time.Second
)

// ErrStopping says that the process is about to end.
var ErrStopping = errors.New("health: stopping")

// Ready is the handler of a readiness probe: 200 while all checks succeed, else 503 with Retry-After.
// It is safe for concurrent use. Make it with [NewReady].
type Ready struct {
	checks []Check
	now    func() time.Time

	mu      sync.Mutex // held by the one who checks: others wait for its outcome
	outcome error
	until   time.Time

	stopping chan struct{}
	stop     sync.Once
}

// NewReady returns the handler for these checks; without any, the process is ready until it stops.
func NewReady(checks ...Check) *Ready {
	return &Ready{checks: checks, now: time.Now, stopping: make(chan struct{})}
}

// Stop makes the probe fail from now on, so that no new requests are sent here. Wait for as long as
// the load balancer needs to notice it, and close the listener then.
func (r *Ready) Stop() { r.stop.Do(func() { close(r.stopping) }) }

// Err returns why the process is not ready: [ErrStopping], or the error of the first check that
// failed, which may be a second old. It waits 2 seconds at most.
func (r *Ready) Err() error {
	if r.stopped() {
		return ErrStopping
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.now(); now.Before(r.until) && !now.Before(r.until.Add(-validity)) {
		return r.outcome
	}
	r.outcome = r.check()
	r.until = r.now().Add(validity)
	return r.outcome
}

func (r *Ready) stopped() bool {
	select {
	case <-r.stopping:
		return true
	default:
		return false
	}
}

// check runs the checks. Its time is its own: whoever asked may hang up, and others want the outcome.
func (r *Ready) check() (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("health: a check panicked: %v", v)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, check := range r.checks {
		if err := check(ctx); err != nil {
			return err
		}
	}
	return nil
}

// ServeHTTP implements [http.Handler].
func (r *Ready) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	answer(w, q, r.Err() == nil)
}

// Live is the handler of a liveness probe: whoever answers lives.
func Live(w http.ResponseWriter, r *http.Request) { answer(w, r, true) }

func answer(w http.ResponseWriter, r *http.Request, ok bool) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/json")
	status, body := http.StatusOK, `{"status":"ok"}`
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		status, body = http.StatusMethodNotAllowed, `{"detail":"Method not allowed."}`
	case !ok:
		h.Set("Retry-After", "1")
		status, body = http.StatusServiceUnavailable, `{"status":"unavailable"}`
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(body))
	}
}
