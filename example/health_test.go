package example_test

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
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
	_, port, _ := strings.Cut(addr, ":")
	if got := p.with("ADDR=0.0.0.0:"+port, "EASY_JWT_SIGNING_KEY="+strings.Repeat("k3y-", 20)).must("", "healthcheck").out; got != "ready\n" {
		t.Errorf("healthcheck says %q of a process on all interfaces", got)
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
		s.wait()
	})
}
