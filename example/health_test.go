package example_test

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/authplug/authplug/example/internal/httpclient"
	"github.com/authplug/authplug/sqlstore/sqltest"
)

func TestHealthcheckAsksTheProcessThatServes(t *testing.T) {
	addr := freeAddr(t)
	p := newPlace(t, storeSQLite, frameworkEcho, "ADDR="+addr)
	if got := p.run("", "healthcheck"); got.status != 1 || !strings.Contains(got.errOut, "connection refused") {
		t.Errorf("with nobody there: %+v", got)
	}
	p.start()
	if got := p.must("", "healthcheck").out; got != "ready\n" {
		t.Errorf("healthcheck says %q", got)
	}
	if got := p.must("", "healthcheck", "--live").out; got != "live\n" {
		t.Errorf("healthcheck --live says %q", got)
	}
	_, port, _ := strings.Cut(addr, ":")
	if got := p.with("ADDR=0.0.0.0:"+port, "EASY_JWT_SIGNING_KEY="+strings.Repeat("k3y-", 20)).must("", "healthcheck").out; got != "ready\n" {
		t.Errorf("healthcheck says %q of a process on all interfaces", got)
	}
}

// wantProbes wants the probes to tell of the database what is so, within the second that an outcome
// holds, and a process to live whatever the database does.
func wantProbes(t *testing.T, c *httpclient.Client, status int) {
	t.Helper()
	waitFor(t, http.StatusText(status)+" of /readyz", func() bool { return c.Get("/readyz").Status == status })
	state, reason, retry := `"ok"`, "", ""
	if status != http.StatusOK {
		state, reason, retry = `"unavailable"`, `,"detail":"the store does not answer"`, "1"
	}
	for path, body := range map[string]string{"/readyz": `{"status":` + state + `}`, "/healthz": `{"status":` + state + reason + `}`} {
		began := time.Now()
		p := c.Get(path)
		if took := time.Since(began); took > longestOutage {
			t.Errorf("%s took %v", path, took)
		}
		p.Want(status, body)
		if p.Header.Get("Retry-After") != retry || p.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s has the headers %v", path, p.Header)
		}
	}
	c.Get("/livez").Want(http.StatusOK, `{"status":"ok"}`)
}

// An orchestrator that restarts what is not healthy must not restart everything because of the
// database.
func TestHealthcheckTellsLiveFromReady(t *testing.T) {
	proxy, database := proxyTo(t, sqltest.Postgres(t))
	addr := freeAddr(t)
	for _, framework := range []string{frameworkGin, frameworkEcho} {
		p := newPlace(t, framework, "STORE="+database, "ADDR="+addr)
		s := p.start()
		p.must("", "healthcheck")
		proxy.become(refuses)
		wantProbes(t, s.client(), http.StatusServiceUnavailable)
		if got := p.run("", "healthcheck"); got.status != 1 || !strings.Contains(got.errOut, "not ready: 503") {
			t.Errorf("healthcheck: %+v", got)
		}
		p.must("", "healthcheck", "--live")
		proxy.become(passes)
		wantProbes(t, s.client(), http.StatusOK)
		p.must("", "healthcheck")
		s.stop()
	}
}

// Between the signal and the end a load balancer learns that nothing more may be sent here, and what
// it sends meanwhile is answered.
func TestAProcessThatStopsSaysSoFirst(t *testing.T) {
	eachFramework(t, func(t *testing.T, framework string) {
		s := newPlace(t, storeSQLite, framework, "STOP_DELAY=1s").start()
		c := s.client()
		registerAnn(c)
		c.Get("/readyz").Want(http.StatusOK, `{"status":"ok"}`)
		if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		waitFor(t, "503", func() bool { return c.Get("/readyz").Status == http.StatusServiceUnavailable })
		c.Login(annEmail, password)
		c.Get("/livez").Want(http.StatusOK, `{"status":"ok"}`)
		c.Get("/healthz").Want(http.StatusServiceUnavailable, `{"status":"unavailable","detail":"the service is stopping"}`)
		s.wait()
	})
}
