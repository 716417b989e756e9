package example_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/authplug/authplug/core/token"
)

// keyFile writes a set of keys, the first of which signs, each as newkey prints it.
func keyFile(t *testing.T, path string, sets ...string) []token.Key {
	t.Helper()
	var keys []string
	for _, set := range sets {
		keys = append(keys, strings.TrimSuffix(strings.TrimPrefix(set, "{\"keys\":[\n"), "\n]}\n"))
	}
	text := `{"keys":[` + strings.Join(keys, ",") + `]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	parsed, err := token.ParseJWKSet([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// reload asks a service to read its keys anew, and waits for what it says.
func (s *program) reload(line string) {
	s.t.Helper()
	before := strings.Count(s.logged(), line)
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		s.t.Fatal(err)
	}
	waitFor(s.t, line, func() bool { return strings.Count(s.logged(), line) > before })
}

const jwksPath = "/.well-known/jwks.json"

// JW-16.
func TestKeysAreReloadedWithoutLoggingAnybodyOut(t *testing.T) {
	eachFramework(t, func(t *testing.T, framework string) {
		path := filepath.Join(t.TempDir(), "keys.json")
		p := newPlace(t, framework, storeMemory, "EASY_JWT_KEYS_FILE="+path)
		old, next := p.must("", "newkey", "--alg", "HS256").out, p.must("", "newkey").out
		keyFile(t, path, old)
		service := p.start()
		c := service.client()
		registerAnn(c)
		ann := c.Login(annEmail, password)
		stale := ann.As(ann.Access, ann.Refreshing)
		c.Get(jwksPath).Want(404, "")
		keys := keyFile(t, path, next, old)
		service.reload(`"msg":"keys reloaded","keys":"` + keys[0].ID() + " EdDSA")
		if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		service.reload(`"msg":"the keys were not reloaded: those from before stay"`)
		if body := c.Get(jwksPath).Want(200, "").Body; !strings.Contains(body, keys[0].ID()) || strings.Contains(body, `"d"`) {
			t.Errorf("published %s", body)
		}
		ann.Get("/api/test/").Want(200, `"success"`)
		ann.Refresh().Want(200, "")
		keyFile(t, path, next)
		service.reload(`"msg":"keys reloaded"`)
		stale.Get("/api/test/").Want(401, "")
		stale.Refresh().Want(401, "")
		if log := service.stop(); strings.Contains(log, `"d":`) || strings.Contains(log, "panic") {
			t.Errorf("log = %s", log)
		}
	})
}

// A client-service verifies by the keys that the auth-service publishes, and follows them.
func TestAClientServiceFollowsTheKeysOfTheAuthService(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	p := newPlace(t, storeMemory, "EASY_JWT_KEYS_FILE="+path, "ADDR="+freeAddr(t))
	old, next := p.must("", "newkey", "--alg", "ES256").out, p.must("", "newkey").out
	keyFile(t, path, old)
	auth := p.start()
	registerAnn(auth.client())
	client := newClientPlace(t, storeMemory, "EASY_JWT_REMOTE_AUTH_SERVICE_URL=http://"+auth.addr, modeLocal, "EASY_JWT_ALGORITHM=ES256").start().client()
	ann := client.Login(annEmail, password)
	ann.Get("/api/whoami/").Want(200, whoAnn)

	keyFile(t, path, next, old)
	auth.reload(`"msg":"keys reloaded"`)
	ann.Get("/api/whoami/").Want(200, whoAnn)
	again := client.Login(annEmail, password)
	again.Get("/api/whoami/").Want(200, whoAnn)
}

// A client-service that verifies by a file of its own reads it anew as well.
func TestAClientServiceReloadsItsKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	p := newPlace(t, storeMemory, "EASY_JWT_KEYS_FILE="+path, "ADDR="+freeAddr(t))
	old, next := p.must("", "newkey").out, p.must("", "newkey", "--alg", "ES384").out
	keyFile(t, path, old)
	auth := p.start()
	registerAnn(auth.client())
	client := newClientPlace(t, storeMemory, "EASY_JWT_REMOTE_AUTH_SERVICE_URL=http://"+auth.addr, modeLocal, "DEV=true",
		"EASY_JWT_KEYS_FILE="+path).start()
	ann := client.client().Login(annEmail, password)
	ann.Get("/api/whoami/").Want(200, whoAnn)

	keyFile(t, path, next)
	auth.reload(`"msg":"keys reloaded"`)
	client.reload(`"msg":"keys reloaded"`)
	ann.Get("/api/whoami/").Want(401, "")
	client.client().Login(annEmail, password).Get("/api/whoami/").Want(200, whoAnn)
}

func TestAFileOfKeysReplacesOtherKeys(t *testing.T) {
	dir := t.TempDir()
	p := newPlace(t, storeMemory)
	path := filepath.Join(dir, "keys.json")
	keyFile(t, path, p.must("", "newkey").out)
	for _, c := range []struct{ more, want string }{
		{"EASY_JWT_SIGNING_KEY=x", "holds all keys, EASY_JWT_SIGNING_KEY is not read beside it: drop that one"},
		{"EASY_JWT_VERIFYING_KEY_FILE=" + path, "holds all keys, EASY_JWT_VERIFYING_KEY_FILE is not read beside it: drop that one"},
		{"EASY_JWT_KEYS_FILE=" + dir + "/none.json", "no such file or directory"},
	} {
		got := p.with("EASY_JWT_KEYS_FILE="+path, c.more).run("", "serve")
		if got.status != 2 || !strings.Contains(got.errOut, c.want) || strings.Count(got.errOut, "EASY_JWT_KEYS_FILE: ") != 1 {
			t.Errorf("%s: %d %q, want %q", c.more, got.status, got.errOut, c.want)
		}
	}
}

// One of root's that the service's group reads is how the unit of systemd has it.
func TestAFileOfKeysThatIsOpenIsWarnedOf(t *testing.T) {
	p := newPlace(t, storeMemory)
	path := filepath.Join(t.TempDir(), "keys.json")
	keyFile(t, path, p.must("", "newkey").out)
	p = p.with("EASY_JWT_KEYS_FILE=" + path)
	for mode, open := range map[os.FileMode]bool{0o400: false, 0o600: false, 0o640: false, 0o644: true, 0o620: true, 0o666: true} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if log := p.start().stop(); strings.Contains(log, "KEYS_FILE: everybody can read it") != open {
			t.Errorf("%o: log = %s", mode, log)
		}
	}
}
