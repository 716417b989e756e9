package example_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func newClientPlace(t *testing.T, environ ...string) *place {
	t.Helper()
	return placeOf(t, clientservice, environ...)
}

// wantProblem wants a program to end because of a variable, to say so in one line, and to leave
// nothing behind.
func wantProblem(t *testing.T, p *place, name, text string) {
	t.Helper()
	wantOneLine(t, p, "EASY_JWT_"+name+": ", text)
	wantNoFiles(t, p)
}

func TestBadSettingsOfAClientServiceAreNamed(t *testing.T) {
	for _, c := range []struct{ environ, name, want string }{
		// What would be unsafe is so outside development.
		{"DEV=false", "REMOTE_AUTH_SERVICE_URL", "use https, or set DEV=true in development"},
		{"ADDR=0.0.0.0:0", "REMOTE_AUTH_SERVICE_URL", "https"},
		{"DEV=false EASY_JWT_REMOTE_AUTH_SERVICE_URL=http://auth.example.com", "REMOTE_AUTH_SERVICE_URL", "https"},
		{"EASY_JWT_REMOTE_AUTH_SERVICE_URL=http://auth.example.com", "REMOTE_AUTH_SERVICE_URL", "https"},
		{"DEV=false EASY_JWT_REMOTE_AUTH_SERVICE_URL=https://auth.example.com/", "REMOTE_AUTH_SERVICE_URL", "slash"},
		{"DEV=false EASY_JWT_REMOTE_AUTH_SERVICE_URL=https://auth.example.com EASY_JWT_REMOTE_AUTH_SSL_VERIFY=false", "REMOTE_AUTH_SSL_VERIFY", ""},
		// The rest is always wrong.
		{"EASY_JWT_REMOTE_AUTH_SERVICE_URL=https://user:hunter2@auth.example.com", "REMOTE_AUTH_SERVICE_URL", ""},
		{"EASY_JWT_REMOTE_AUTH_SERVICE_URL=https://auth.example.com?key=hunter2", "REMOTE_AUTH_SERVICE_URL", ""},
		{"EASY_JWT_REMOTE_AUTH_SERVICE_URL=https://auth.example.com#hunter2", "REMOTE_AUTH_SERVICE_URL", ""},
		{"EASY_JWT_REMOTE_AUTH_SERVICE_URL=auth.example.com", "REMOTE_AUTH_SERVICE_URL", ""},
		{"EASY_JWT_REMOTE_AUTH_SERVICE_URL=ftp://auth.example.com", "REMOTE_AUTH_SERVICE_URL", ""},
		{"EASY_JWT_REMOTE_AUTH_SERVICE_TOKEN_PATH=auth/token/", "REMOTE_AUTH_SERVICE_TOKEN_PATH", ""},
		{"EASY_JWT_REMOTE_AUTH_SERVICE_USER_PATH=//elsewhere.example.com/", "REMOTE_AUTH_SERVICE_USER_PATH", ""},
		{"EASY_JWT_REMOTE_AUTH_REQUEST_TIMEOUT=0", "REMOTE_AUTH_REQUEST_TIMEOUT", "zero"},
		{"EASY_JWT_REMOTE_AUTH_REQUEST_TIMEOUT=-1", "REMOTE_AUTH_REQUEST_TIMEOUT", "negative"},
		{"EASY_JWT_REMOTE_AUTH_REQUEST_TIMEOUT=none", "REMOTE_AUTH_REQUEST_TIMEOUT", "not a duration"},
		{"EASY_JWT_REMOTE_AUTH_SSL_VERIFY=ca.pem", "REMOTE_AUTH_SSL_VERIFY", "neither true nor false"},
		{"EASY_JWT_REMOTE_AUTH_SSL_CA=hunter2", "REMOTE_AUTH_SSL_CA", "PEM"},
		{"EASY_JWT_REMOTE_AUTH_SSL_CA_FILE=missing.pem", "REMOTE_AUTH_SSL_CA_FILE", "cannot be read"},
		{"ADDR=127.0.0.1:8123 EASY_JWT_REMOTE_AUTH_SERVICE_URL=http://127.0.0.1:8123", "REMOTE_AUTH_SERVICE_URL", "own ADDR"},
		{"ADDR=127.0.0.1:8123 EASY_JWT_REMOTE_AUTH_SERVICE_URL=http://localhost:8123", "REMOTE_AUTH_SERVICE_URL", "own ADDR"},
		{"DEV=false EASY_JWT_REMOTE_AUTH_SERVICE_URL=https://a.example EASY_JWT_REMOTE_AUTH_SSL_VERIFY=false", "REMOTE_AUTH_SSL_VERIFY", "set EASY_JWT_REMOTE_AUTH_SSL_CA"},
		{"EASY_JWT_AUTH_TOKEN_CLASSES=sliding", "AUTH_TOKEN_CLASSES", "EASY_JWT_TOKEN_KIND"},
		{modeLocal, "SIGNING_KEY", "EASY_JWT_ALGORITHM"},
		{"EASY_JWT_REMOTE_VERIFY=never", "REMOTE_VERIFY", ""},
		{modeHybrid + " DEV=true " + strongKey, "REMOTE_CACHE_TTL", ""},
		{"EASY_JWT_REMOTE_CACHE_TTL=soon", "REMOTE_CACHE_TTL", "not a duration"},
		{"EASY_JWT_REMOTE_CACHE_TTL=-1s", "REMOTE_CACHE_TTL", "negative"},
		{"EASY_JWT_BLACKLIST_ON_LOGOUT=0", "BLACKLIST_ON_LOGOUT", "neither true nor false"},
		{modeLocal + " DEV=true EASY_JWT_CHECK_REVOKE_TOKEN=true " + strongKey, "REMOTE_VERIFY", "password has changed"},
		{modeLocal, "SIGNING_KEY", "required"},
		{modeLocal + " DEV=true EASY_JWT_SIGNING_KEY=hunter2", "SIGNING_KEY", "at least 32 bytes"},
		{modeLocal + " EASY_JWT_ALGORITHM=ES256 EASY_JWT_VERIFYING_KEY=hunter2", "VERIFYING_KEY", "PEM"},
		{modeLocal + " EASY_JWT_ALGORITHM=none", "ALGORITHM", "not known"},
		{modeLocal + " DEV=true " + strongKey + " EASY_JWT_JWK_URL=http://auth.example.com/jwks.json", "JWK_URL", "https"},
		{"DEV=true EASY_JWT_KEYS_FILE=keys.json", "KEYS_FILE", "no such file"},
		{"EASY_JWT_PAGES=true", "PAGES", "COOKIE_MODE"},
		{"EASY_JWT_REMOTE_AUTH_SERVICE_URI=x", "REMOTE_AUTH_SERVICE_URI", "did you mean EASY_JWT_REMOTE_AUTH_SERVICE_URL?"},
		{"EASY_JWT_SECRET_KEY=x", "SECRET_KEY", "removed"},
		{"EASY_JWT_ACCESS_TOKEN_LIFETIME=soon", "ACCESS_TOKEN_LIFETIME", "not a duration"},
	} {
		t.Run(c.environ, func(t *testing.T) {
			t.Parallel()
			p := newClientPlace(t, strings.Fields(c.environ)...)
			wantProblem(t, p, c.name, c.want)
			if got := p.run("", "serve").errOut; strings.Contains(got, "hunter2") {
				t.Errorf("the value is told: %q", got)
			}
		})
	}
}

func TestAllProblemsOfAClientServiceComeAtOnce(t *testing.T) {
	got := newClientPlace(t, "DEV=false", "STORE=nowhere", "CACHE=redis://%zz", modeHybrid, strongKey, "EASY_JWT_REMOTE_AUTH_SSL_VERIFY=false",
		"EASY_JWT_REMOTE_AUTH_REQUEST_TIMEOUT=0").run("", "serve")
	for _, name := range []string{
		"STORE", "CACHE", "EASY_JWT_REMOTE_AUTH_SERVICE_URL", "EASY_JWT_REMOTE_AUTH_SSL_VERIFY", "EASY_JWT_REMOTE_AUTH_REQUEST_TIMEOUT",
		"EASY_JWT_REMOTE_CACHE_TTL",
	} {
		if strings.Count("\n"+got.errOut, "\n"+name+": ") != 1 {
			t.Errorf("no line of %s:\n%s", name, got.errOut)
		}
	}
	if got.status != 2 || strings.Count(got.errOut, "\n") != 6 {
		t.Errorf("%d\n%s", got.status, got.errOut)
	}
}

// Both programs may share an environment: what only an auth-service acts on is accepted, also where
// it would refuse it.
func TestWhatHasNoMeaningForAClientServiceIsAccepted(t *testing.T) {
	for _, mode := range []string{modeRemote, modeLocal} {
		newClientPlace(
			t, mode, strongKey, "DEV=true", "CACHE=memory:",
			"EASY_JWT_ACCESS_TOKEN_LIFETIME=48h", "EASY_JWT_REFRESH_TOKEN_LIFETIME=1s", "EASY_JWT_SESSION_LIFETIME=2s",
			"EASY_JWT_SLIDING_TOKEN_LIFETIME=48h", "EASY_JWT_SLIDING_TOKEN_REFRESH_LIFETIME=1s", "EASY_JWT_GRACE_PERIOD=5m",
			"EASY_JWT_ROTATE_REFRESH_TOKENS=false", "EASY_JWT_BLACKLIST_AFTER_ROTATION=true", "EASY_JWT_UPDATE_LAST_LOGIN=true",
			"EASY_JWT_CHECK_EPOCH=true", "EASY_JWT_ACCESS_TOKEN_CLAIMS=password", "EASY_JWT_THROTTLE_DISABLED=true",
		).must("", "flushexpiredtokens")
	}
	// Where it is asked who somebody is, no key is needed to know it.
	newClientPlace(t, modeRemote, "DEV=true", "EASY_JWT_SIGNING_KEY=short", "EASY_JWT_ALGORITHM=none", "EASY_JWT_VERIFYING_KEY=x",
		"EASY_JWT_CHECK_REVOKE_TOKEN=true", "EASY_JWT_JWK_URL=https://auth.example.com/jwks.json",
		"EASY_JWT_REMOTE_AUTH_SERVICE_URL=http://localhost:8000/").must("", "flushexpiredtokens")
}

func TestAClientServiceOutsideDevelopment(t *testing.T) {
	p := newClientPlace(t, "DEV=false", storeMemory, "EASY_JWT_REMOTE_AUTH_SERVICE_URL=https://auth.example.com",
		"EASY_JWT_REMOTE_AUTH_REQUEST_TIMEOUT=2.5", "EASY_JWT_BLACKLIST_ON_LOGOUT=false")
	if log := p.start().stop(); strings.Contains(log, `"level":"WARN"`) {
		t.Errorf("it warns: %s", log)
	}
	wantNoFiles(t, p)
}

func TestAClientServiceMakesNoKey(t *testing.T) {
	p := newClientPlace(t, storeSQLite)
	log := p.start().stop()
	if strings.Count(log, `"level":"WARN"`) != 1 || !strings.Contains(log, "development mode") {
		t.Errorf("it does not warn once: %s", log)
	}
	if keys, err := filepath.Glob(p.dir + "/*.key"); err != nil || len(keys) > 0 {
		t.Errorf("keys were made: %q, %v", keys, err)
	}
	if info, err := os.Stat(p.dir + "/test.db"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the database is %v, %v", info, err)
	}
}

// Nobody need be there for the commands: they act on the store.
func TestCommandsOfAClientServiceMakeLocalUsers(t *testing.T) {
	s := startServices(t, frameworkGin)
	s.authProgram.stop()
	local := s.place
	for i, args := range [][]string{
		{"createuser", "--email", "cleo@example.com", "--role", "editor"},
		{"createsuperuser", "--email", "root@example.com"},
		{"createuser", "--email", annEmail},
	} {
		want := fmt.Sprintf("created user %d: %s\n", i+1, args[2])
		if got := local.must(password, args...); got.out != want || got.errOut != "" {
			t.Errorf("%q says %q and %q, want %q", args, got.out, got.errOut, want)
		}
	}
	local.must("", "setuser", "--email", "cleo@example.com", "--role", "author", "--staff=true")
	if got := local.must("", "flushexpiredtokens").out; got != "0 removed: sessions and blacklist entries that were past\n" {
		t.Errorf("flushexpiredtokens says %q", got)
	}
	if got := local.run("short\n", "createuser", "--email", "b@example.com"); got.status != 1 || !strings.Contains(got.errOut, "password: ") {
		t.Errorf("a short password: %+v", got)
	}

	s.startAuthService()
	c := s.newClient
	c.Post("/auth/token/", credentials("cleo@example.com", password)).Want(401, bodyLogin)
	c.Post("/auth/token/", credentials("root@example.com", password)).Want(401, bodyLogin)
	// Ann of the auth-service does not become the local account with her address.
	conflict := `{"detail":"This account cannot be linked.","code":"account_conflict"}`
	c.Post("/auth/token/", credentials(annEmail, password)).Want(403, conflict)
	ann := s.authClient.Login(annEmail, password)
	c.As(ann.Access, "").Get("/api/test/").Want(403, conflict)
	c.As(ann.Access, "").Get("/api/maybe/").Want(403, conflict)
}
