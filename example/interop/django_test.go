// Package interop_test runs a real Django with djangorestframework-simplejwt beside services of this
// project: what one side makes, the other must take. The project that Django serves is in testdata.
package interop_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authplug/authplug/example/internal/httpclient"
)

// python is the interpreter that Debian's packages are installed for; one that is first in PATH may
// be another.
const python = "/usr/bin/python3"

// password is every user's.
const password = "correct horse 9"

// patience is how long Django may take to start or to end.
const patience = 30 * time.Second

// importable is nil if Django and what belongs to it are installed.
var importable = sync.OnceValue(func() error {
	out, err := exec.Command(python, "-c", "import django, rest_framework, rest_framework_simplejwt, cryptography, psycopg2").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
})

// needDjango skips a test that nobody asked to run with Django, and ends one that cannot.
func needDjango(t *testing.T) {
	t.Helper()
	if os.Getenv("AUTHPLUG_REQUIRE_DJANGO") != "1" {
		t.Skip("needs a real Django: AUTHPLUG_REQUIRE_DJANGO is not 1")
	}
	if err := importable(); err != nil {
		t.Fatalf("install Debian's python3-django, python3-djangorestframework, python3-djangorestframework-simplejwt and python3-psycopg2: %v", err)
	}
}

// simplejwt are settings of djangorestframework-simplejwt; lifetimes are in seconds.
type simplejwt map[string]any

// django is a Django that runs, and a client of it.
type django struct {
	*httpclient.Client

	t    *testing.T
	env  []string
	addr string
	cmd  *exec.Cmd
	lead io.Closer // Django ends when it is closed
	said *strings.Builder
}

// newDjango starts a Django with an empty database.
func newDjango(t *testing.T, settings simplejwt, environ ...string) *django {
	t.Helper()
	needDjango(t)
	text, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	d := &django{t: t, addr: "127.0.0.1:0", env: append([]string{
		"PYTHONDONTWRITEBYTECODE=1",
		"DATABASE=" + filepath.Join(t.TempDir(), "db.sqlite3"),
		"SIMPLE_JWT=" + string(text),
	}, environ...)}
	t.Cleanup(d.stop)
	d.start()
	return d
}

// start starts Django where it was before, the first time at a free port.
func (d *django) start() {
	d.t.Helper()
	d.said = &strings.Builder{}
	d.cmd = exec.Command(python, "serve.py")
	d.cmd.Dir = filepath.Join("testdata", "django")
	d.cmd.Env = append(d.env, "PORT="+d.addr[strings.LastIndexByte(d.addr, ':')+1:])
	d.cmd.Stderr = d.said
	lead, err := d.cmd.StdinPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.lead = lead
	impatient := time.AfterFunc(patience, func() { _ = d.cmd.Process.Kill() })
	line, _ := bufio.NewReader(out).ReadString('\n') // without a line it has ended
	impatient.Stop()
	addr, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if !ok {
		_ = d.cmd.Wait()
		d.cmd = nil
		d.t.Fatalf("Django does not listen: %s", d.said)
	}
	d.addr = addr
	d.Client = httpclient.New(d.t, d.url())
	d.Get("/lab/health/").Want(200, "{}")
}

// stop ends Django and all its connections. Stopping it twice is no error.
func (d *django) stop() {
	if d.cmd == nil {
		return
	}
	_ = d.lead.Close()
	impatient := time.AfterFunc(patience, func() { _ = d.cmd.Process.Kill() })
	if err := d.cmd.Wait(); err != nil || d.said.Len() > 0 {
		d.t.Errorf("Django ended with %v: %s", err, d.said)
	}
	impatient.Stop()
	d.cmd = nil
}

// told returns the same Django for a subtest, which is told what goes wrong.
func (d *django) told(t *testing.T) *django {
	other := *d
	other.t, other.Client = t, httpclient.New(t, d.url())
	return &other
}

func (d *django) url() string { return "http://" + d.addr }

// put makes or changes the user of an e-mail address.
func (d *django) put(user map[string]any) {
	d.t.Helper()
	d.Post("/lab/users/", user).Want(200, "")
}

// stored returns what is stored as a user's password.
func (d *django) stored(email string) string {
	d.t.Helper()
	return d.Post("/lab/stored/", map[string]string{"email": email}).Want(200, "").Text("encoded")
}
