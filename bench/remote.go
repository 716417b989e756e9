package main

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
	authpassword "github.com/authplug/authplug/core/password"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/ginauth"
	"github.com/authplug/authplug/memstore"
)

// decideArg makes the program the auth-service of goal 14.
const decideArg = "decide"

// decide is that auth-service, with everything that a service checks by default.
func decide() error {
	settings := auth.Settings{
		Signing: auth.Signing{Key: auth.Secret(key), Issuer: issuer, Audience: []string{audience}},
		Tokens:  auth.TokenSettings{AccessLifetime: time.Hour},
		Passwords: auth.PasswordSettings{
			Weak: true, Cost: authpassword.Cost{Memory: 64, Time: 1, Threads: 1}, Wait: time.Minute,
		},
	}
	service, err := newService(settings, memstore.New())
	if err != nil {
		return err
	}
	r := gin.New()
	ginauth.New(service).Register(r)
	return serveUntilEOF(r, "ready")
}

// deciding is goal 14: protected requests in a second to a client-service on Gin, sixteen at a time
// with a token each, against two calls of the auth-service for each request.
func deciding(e effort) (rows []row, err error) {
	server, err := startChild(decideArg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	url := "http://" + server.address
	kept, anew := keptAlive(true), keptAlive(false)
	defer kept.CloseIdleConnections()
	apps := []http.Handler{originalApp(kept, url), originalApp(anew, url)}
	tokens, err := strangers(url)
	if err != nil {
		return nil, err
	}
	for _, way := range ways {
		app, err := way.app(url)
		if err != nil {
			return nil, err
		}
		apps = append(apps, app)
	}
	best, err := e.crowds(apps, tokens)
	if err != nil {
		return nil, err
	}
	for i, way := range ways {
		ours := best[i+2]
		rows = append(rows, row{14, "client-service, " + way.name + ", against calling verify and user for each request", []figure{
			{format: "%.1f× kept-alive calls", ours: best[0] / ours, peer: none, goal: way.goal},
			{format: "%.1f× calls on new connections", ours: best[1] / ours, peer: none, goal: none},
		}})
	}
	return rows, nil
}

// way is one in which a client-service verifies.
type way struct {
	name string
	mode remote.Mode
	ttl  time.Duration
	goal float64
}

var ways = []way{
	{"local", remote.VerifyLocal, 0, 20},
	{"hybrid, verdicts kept 1 minute", remote.VerifyHybrid, time.Minute, 15},
	{"remote, verdicts kept 1 minute", remote.VerifyRemote, time.Minute, none},
	{"remote", remote.VerifyRemote, 0, none},
}

func (w way) service(url string) (*auth.Service, error) {
	return remote.New(
		auth.Settings{Signing: auth.Signing{Key: auth.Secret(key), Issuer: issuer, Audience: []string{audience}}},
		auth.Stores{Users: memstore.New()},
		remote.Settings{URL: url, AllowInsecure: true, Verify: w.mode, CacheTTL: w.ttl},
	)
}

// app is a protected route of such a client-service.
func (w way) app(url string) (http.Handler, error) {
	service, err := w.service(url)
	if err != nil {
		return nil, err
	}
	a := ginauth.New(service)
	return newGin(a.RequireAuth(), func(c *gin.Context) { c.Status(statusFor(ginauth.Identity(c).User.ID != "")) }), nil
}

// atATime is how many requests a client-service has to answer at a time.
const atATime = 16

// strangers are tokens of as many sessions.
func strangers(url string) ([]string, error) {
	service, err := way{mode: remote.VerifyRemote}.service(url)
	if err != nil {
		return nil, err
	}
	var tokens []string
	for range atATime {
		t, err := login(service)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t.Access)
	}
	return tokens, nil
}

// keptAlive returns a client that keeps its connections, or makes one for each call.
func keptAlive(kept bool) *http.Client {
	return &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		DisableKeepAlives: !kept, MaxIdleConnsPerHost: atATime,
	}}
}

// crowds returns the nanoseconds for one request to each application, one core for each side.
func (e effort) crowds(apps []http.Handler, tokens []string) ([]float64, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	e.rounds = (e.rounds + 1) / 2
	best := make([]float64, len(apps))
	counts := make([]int, len(apps))
	for i, app := range apps {
		const first = 3 // the user is mirrored by the first one
		nanos, err := crowded(app, tokens, first)
		if err != nil {
			return nil, fmt.Errorf("application %d: %w", i, err)
		}
		best[i], counts[i] = math.Inf(1), max(first, int(float64(3*e.slice)/(nanos*atATime)))
	}
	for range e.rounds {
		for i, app := range apps {
			nanos, err := crowded(app, tokens, counts[i])
			if err != nil {
				return nil, fmt.Errorf("application %d: %w", i, err)
			}
			best[i] = min(best[i], nanos)
		}
	}
	return best, nil
}

// crowded sends each requests with each token, those of different tokens at the same time.
func crowded(app http.Handler, tokens []string, each int) (nanos float64, err error) {
	errs := make([]error, len(tokens))
	start := wallTime()
	var wg sync.WaitGroup
	for i, signed := range tokens {
		wg.Go(func() {
			request := answering(app, signed, http.StatusOK)
			for n := 0; n < each && errs[i] == nil; n++ {
				errs[i] = request()
			}
		})
	}
	wg.Wait()
	return float64(wallTime()-start) / float64(each*len(tokens)), errors.Join(errs...)
}
