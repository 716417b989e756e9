package example_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/authplug/authplug/example/internal/httpclient"
	"github.com/authplug/authplug/sqlstore/sqltest"
)

// The longest that an answer may take while a database is away, and a recovery after it. An answer
// waits for two calls of the store at most, of 2 seconds each.
const (
	longestOutage = 5 * time.Second
	recovery      = 5 * time.Second
	poolSize      = 4
)

// D2-1, D2-2: a database that is away in one way or another is 503 soon, for everything that needs
// it, and the service goes on by itself when it is back. Nothing was spent or counted meanwhile.
func TestADatabaseThatIsAway(t *testing.T) {
	for _, c := range []struct {
		name, framework string
		database        func(testing.TB) string
		pool            string
	}{
		{"PostgreSQL", frameworkGin, sqltest.Postgres, "&pool_max_conns="},
		{"MySQL", frameworkEcho, sqltest.MySQL, "?pool_max_conns="},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("it waits for time-outs")
			}
			t.Parallel()
			proxy, database := proxyTo(t, c.database(t))
			a := &away{t: t, proxy: proxy}
			a.service = newPlace(t, c.framework, fmt.Sprintf("STORE=%s%s%d", database, c.pool, poolSize),
				"EASY_JWT_ROTATE_REFRESH_TOKENS=true", "EASY_JWT_THROTTLE_ACCOUNT=5/1m").start()
			registerAnn(a.service.client())
			a.ann = a.service.client().Login(annEmail, password)
			for name, m := range map[string]mood{"refuses": refuses, "hangs": hangs, "resets": resets} {
				a.goesAway(name, m)
			}
		})
	}
}

// away is a service whose database comes and goes.
type away struct {
	t       *testing.T
	proxy   *dbProxy
	service *program
	ann     *httpclient.Client
	times   int
}

// goesAway takes the database away and gives it back.
func (a *away) goesAway(name string, m mood) {
	a.proxy.become(m)
	var clients sync.WaitGroup
	for range 4 {
		for _, r := range a.requests() {
			clients.Go(func() { a.want503(name, r) })
		}
	}
	wantProbes(a.t, a.service.client(), http.StatusServiceUnavailable)
	clients.Wait()
	if most := a.proxy.connections(); most > 2*poolSize { // some end while their successors begin
		a.t.Errorf("%s: %d connections at one time, want at most %d", name, most, 2*poolSize)
	}
	a.proxy.become(passes)
	a.recovers(name)
}

type request struct {
	method, path string
	client       *httpclient.Client
	body         any
}

func (a *away) requests() []request {
	nobody := a.service.client()
	return []request{
		{http.MethodPost, "/auth/token/", nobody, credentials(annEmail, password)},
		{http.MethodPost, "/auth/token/", nobody, credentials(annEmail, "wrong")},
		{http.MethodPost, "/auth/token/refresh/", nobody, map[string]string{"refresh": a.ann.Refreshing}},
		{http.MethodPost, "/auth/create-user/", nobody, credentials(fmt.Sprintf("new%d@example.com", a.times), password)},
		{http.MethodGet, "/auth/user/", a.ann, nil},
		{http.MethodPost, "/auth/token/blacklist/", nobody, map[string]string{"refresh": a.ann.Refreshing}},
	}
}

func (a *away) want503(name string, r request) {
	begin := time.Now()
	reply, err := r.client.Try(r.method, r.path, r.body)
	took := time.Since(begin)
	if err != nil || reply.Status != http.StatusServiceUnavailable || reply.Header.Get("Retry-After") == "" || took > longestOutage {
		a.t.Errorf("%s: %s %s = %d %s with Retry-After %q after %v, %v",
			name, r.method, r.path, reply.Status, reply.Body, reply.Header.Get("Retry-After"), took, err)
	}
}

// recovers waits for the first refresh, which spends a token once, and checks that all else goes well
// from then on.
func (a *away) recovers(name string) {
	a.t.Helper()
	nobody := a.service.client()
	begin := time.Now()
	for {
		reply, err := nobody.Try(http.MethodPost, "/auth/token/refresh/", map[string]string{"refresh": a.ann.Refreshing})
		if err == nil && reply.Status == http.StatusOK {
			a.ann = nobody.As(reply.Text("access"), reply.Text("refresh"))
			break
		}
		if err != nil || reply.Status != http.StatusServiceUnavailable || time.Since(begin) > recovery {
			a.t.Fatalf("%s, after %v: %d %s, %v", name, time.Since(begin), reply.Status, reply.Body, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	a.t.Logf("%s: recovered after %v", name, time.Since(begin))
	for _, r := range a.requests() {
		want := http.StatusOK
		switch {
		case r.path == "/auth/create-user/":
			want = http.StatusCreated
		case fmt.Sprint(r.body) == fmt.Sprint(credentials(annEmail, "wrong")):
			want = http.StatusUnauthorized
		case r.path == "/auth/token/refresh/", r.path == "/auth/token/blacklist/":
			continue // they would end the session
		}
		reply, err := r.client.Try(r.method, r.path, r.body)
		if err != nil || reply.Status != want {
			a.t.Errorf("%s, after it: %s %s = %d %s, %v; want %d", name, r.method, r.path, reply.Status, reply.Body, err, want)
		}
	}
	wantProbes(a.t, nobody, http.StatusOK)
	a.times++
}
