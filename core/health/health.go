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
// time, and answers tell nothing but the state. A check that hangs is not run again while it does. Do
// not let liveness depend on a database: restarting all processes brings none back.
package health

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Check reports an error if something that requests need is away, such as the Ping of a store. It has
// 2 seconds, after which its context ends.
type Check func(ctx context.Context) error

// How long checks may take together, and for how long their outcome holds.
const (
	patience = 2 * time.Second
	validity = time.Second
)

// Why a process is not ready, apart from the errors of its checks.
var (
	// ErrStopping says that the process is about to end.
	ErrStopping = errors.New("health: stopping")
	// ErrHangs says that a check does not end.
	ErrHangs = errors.New("health: a check does not end")
)

// Ready is the handler of a readiness probe: 200 while all checks succeed, else 503 with Retry-After.
// It is safe for concurrent use. Make it with [NewReady].
type Ready struct {
	checks []Check

	mu   sync.Mutex
	last *run // the one that goes on, or the one before

	stopping chan struct{}
	stop     sync.Once
}

// run is one run of the checks, for all who ask meanwhile and for a second after it.
type run struct {
	began   time.Time
	ended   chan struct{} // closed when what follows is set
	outcome error
	at      time.Time
}

// NewReady returns the handler for these checks; without any, the process is ready until it stops.
func NewReady(checks ...Check) *Ready {
	return &Ready{checks: checks, stopping: make(chan struct{})}
}

// Stop makes the probe fail from now on, so that no new requests are sent here. Wait for as long as
// the load balancer needs to notice it, and close the listener then.
func (r *Ready) Stop() { r.stop.Do(func() { close(r.stopping) }) }

// Err returns why the process is not ready: [ErrStopping], [ErrHangs], or the error of the first check
// that failed, which may be a second old. It waits 2 seconds at most, whatever a check does.
func (r *Ready) Err() error {
	select {
	case <-r.stopping:
		return ErrStopping
	default:
	}
	run := r.current()
	select { // before the patience, which may have run out long ago as well
	case <-run.ended:
		return run.outcome
	default:
	}
	late := time.NewTimer(time.Until(run.began.Add(patience)))
	defer late.Stop()
	select {
	case <-run.ended:
		return run.outcome
	case <-r.stopping:
		return ErrStopping
	case <-late.C:
		return ErrHangs
	}
}

// current returns the run whose outcome counts now. It starts one if the last has ended and is old: one
// that hangs gets no second one beside it, so that a database that is away does not pile them up.
func (r *Ready) current() *run {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last == nil || r.last.old() {
		r.last = &run{began: time.Now(), ended: make(chan struct{})}
		go r.last.do(r.checks)
	}
	return r.last
}

func (r *run) old() bool {
	select {
	case <-r.ended:
		return time.Since(r.at) >= validity
	default:
		return false
	}
}

func (r *run) do(checks []Check) {
	defer close(r.ended)
	r.outcome = try(checks)
	r.at = time.Now()
}

// try runs the checks. Its time is its own: whoever asked may hang up, and others want the outcome.
func try(checks []Check) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("health: a check panicked: %v", v)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, check := range checks {
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
