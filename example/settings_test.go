package example_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// strongKey is long enough for HS512.
const strongKey = "EASY_JWT_SIGNING_KEY=6f0d5c0f2b7e4e0fa3a1e1c5b8d7f9a24c6e8a0b1d3f5a7c9e0b2d4f6a8c0e1f"

func TestBadSettingsAreNamedAndStartNothing(t *testing.T) {
	for _, c := range []struct{ entry, want string }{
		{"ADDR=localhost", "no host and port"},
		{"ADDR=127.0.0.1:http", "no host and port"},
		{"ADDR=127.0.0.1:65536", "no host and port"},
		{"FRAMEWORK=chi", "neither gin nor echo"},
		{"STORE=auth.db", "no store"},
		{"STORE=sqlite:", "names no file"},
		{"STORE=sqlite::memory:", "names no file"},
		{"STORE=sqlite:missing/auth.db", "no such file or directory"},
		{"STORE=postgres://u:hunter2@127.0.0.1:1/db", "connection refused"},
		{"STORE=postgres://u:hunter2@127.0.0.1:1/db?pool_max_conns=0", "pool_max_conns"},
		{"STORE=postgres://u:hunter2@%zz/db", "STORE"},
		{"STORE=mysql://u:hunter2@127.0.0.1:1/db", "connection refused"},
		{"STORE=mysql://u:hunter2@127.0.0.1:3306", "database is not named"},
		{"STORE=mysql://u:hunter2@%zz/db", "no URL"},
		{"STORE=mongodb://u:hunter2@localhost/db", "no store"},
		{"CACHE=file:", "no cache"},
		{"CACHE=redis://user:secret@%zz", "no address of a Redis"},
		{"DEV=1", "neither true nor false"},
		{"PUBLIC_URL=example.com", "no http or https URL"},
		{"PUBLIC_URL=ftp://example.com", "no http or https URL"},
		{"PUBLIC_URL=https://u:p@example.com", "no http or https URL"},
		{"PUBLIC_URL=https://example.com/?a=b", "no http or https URL"},
		{"TRUSTED_PROXIES=10.0.0.1", "no network"},
		{"TRUSTED_PROXIES=10.0.0.0/8,0.0.0.0/0", "every address is in it"},
		{"TRUSTED_PROXIES=::/0", "every address is in it"},
		{"STOP_DELAY=soon", "not a duration"},
		{"STOP_DELAY=-1s", "STOP_DELAY"},
		{"STOP_DELAY=2m", "not between 0 and 1m"},
		{"LOG_LEVEL=loud", "none of debug, info, warn, error"},
		{"EASY_JWT_ACCESS_TOKEN_LIFETIME=soon", "not a duration"},
		{"EASY_JWT_ACCESS_TOKEN_LIFETIME=0", "zero"},
		{"EASY_JWT_ACCESS_TOKEN_LIFETIME=1.5", "whole seconds"},
		{"EASY_JWT_ROTATE_REFRESH_TOKENS=yes", "neither true nor false"},
		{"EASY_JWT_GRACE_PERIOD=10", "rotation"},
		{"EASY_JWT_LEEWAY=1h", "2m"},
		{"EASY_JWT_leeway=1s", "unknown; did you mean EASY_JWT_LEEWAY?"},
		{"EASY_JWT_ALGORITHM=none", "not known"},
		{"EASY_JWT_SIGNING_KEY=short", "at least 32 bytes"},
		{"EASY_JWT_SIGNING_KEY=d577273ff885c3f84dadb8578bb40000", "documentation"},
		{"EASY_JWT_SIGNING_KEY_FILE=missing", "cannot be read"},
		{"EASY_JWT_USER_ID_FIELD=name", "not known"},
		{"EASY_JWT_AUTH_TOKEN_CLASSES=access,refresh", "cannot authenticate"},
		{"EASY_JWT_USER_ID_CLAIM=exp", "taken"},
		{"EASY_JWT_ACCESS_TOKEN_CLAIMS=password_hash", "secret"},
		{"EASY_JWT_PASSWORD_HASHER=md5", "argon2id"},
		{"EASY_JWT_PASSWORD_MIN_LENGTH=4", "8"},
		{"EASY_JWT_BLACKLIST_AFTER_ROTATION=maybe", "neither true nor false"},
		{"EASY_JWT_AUTH_HEADER_TYPE=Bearer", "removed"},
		{"EASY_JWT_AUTH_TOKEN_CLASS=x", "removed"},
		{"EASY_JWT_SECRET_KEY=x", "removed"},
		{"EASY_JWT_TOKEN_BACKEND_CLASS=x", "removed"},
		{"EASY_JWT_ACCES_TOKEN_LIFETIME=5m", "unknown; did you mean EASY_JWT_ACCESS_TOKEN_LIFETIME?"},
	} {
		t.Run(c.entry, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, c.entry)
			got := p.run("", "serve")
			name, value, _ := strings.Cut(c.entry, "=")
			if got.status != 2 || !strings.HasPrefix(got.errOut, name+": ") || !strings.Contains(got.errOut, c.want) ||
				strings.Count(got.errOut, "\n") != 1 {
				t.Errorf("%d %q, want one line of %s with %q", got.status, got.errOut, name, c.want)
			}
			if strings.Contains(name, "KEY") && strings.Contains(got.errOut, value) && value != "x" && !strings.HasSuffix(name, "_FILE") ||
				strings.Contains(got.errOut, "hunter2") {
				t.Errorf("the value is told: %q", got.errOut)
			}
			wantNoFiles(t, p)
		})
	}
}

func wantNoFiles(t *testing.T, p *place) {
	t.Helper()
	if files, err := os.ReadDir(p.dir); err != nil || len(files) > 0 {
		t.Errorf("files were made: %v, %v", files, err)
	}
}

func TestAllProblemsComeAtOnce(t *testing.T) {
	p := newPlace(t, "ADDR=x", "STORE=nowhere", "CACHE=redis://%zz", "DEV=false", "LOG_LEVEL=x", "FRAMEWORK=x",
		"EASY_JWT_LEEWAY=x", "EASY_JWT_ROTATE=true", "EASY_JWT_SECRET_KEY=x", "EASY_JWT_USER_ID_FIELD=x", "EASY_JWT_PAGES=true",
		"EASY_JWT_SIGNING_KEY=a", "EASY_JWT_SIGNING_KEY_FILE=b")
	got := p.run("", "serve")
	var names []string
	for line := range strings.Lines(got.errOut) {
		name, _, _ := strings.Cut(line, ":")
		names = append(names, name)
	}
	want := []string{
		"CACHE", "EASY_JWT_SIGNING_KEY", "EASY_JWT_LEEWAY", "EASY_JWT_PAGES", "EASY_JWT_ROTATE", "EASY_JWT_SECRET_KEY",
		"ADDR", "FRAMEWORK", "STORE", "LOG_LEVEL", "EASY_JWT_USER_ID_FIELD",
	}
	slices.Sort(names)
	slices.Sort(want)
	if got.status != 2 || !slices.Equal(names, want) {
		t.Errorf("%d\n%s\nwant problems of %q", got.status, got.errOut, want)
	}
	wantNoFiles(t, p)
}

func TestOutsideDevelopmentAKeyIsRequired(t *testing.T) {
	for _, environ := range [][]string{{"DEV=false"}, {"ADDR=0.0.0.0:0"}, {"ADDR=:0"}, {"EASY_JWT_VERIFYING_KEY=x", "DEV=false"}} {
		p := newPlace(t, environ...)
		got := p.run("", "serve")
		if got.status != 2 || !strings.HasPrefix(got.errOut, "EASY_JWT_SIGNING_KEY: is required") {
			t.Errorf("%q: %d %q", environ, got.status, got.errOut)
		}
		wantNoFiles(t, p)
	}
}

// TestNamesOfWhatIsNotThereYet holds every such name of the contract against its default.
func TestNamesOfWhatIsNotThereYet(t *testing.T) {
	got := newPlace(t, strongKey, "EASY_JWT_JWK_URL=https://example.com/jwks.json").run("", "serve")
	if want := "EASY_JWT_JWK_URL: not available yet\n"; got.status != 2 || got.errOut != want {
		t.Errorf("%d %q, want %q", got.status, got.errOut, want)
	}
	newPlace(t, "EASY_JWT_JWK_URL=", "CACHE=memory:").must("", "flushexpiredtokens")
}

func TestWhatHasNoMeaningHereIsAccepted(t *testing.T) {
	newPlace(
		t, strongKey, "SIGNING_KEY=not ours", "PORT=80",
		"EASY_JWT_REMOTE_AUTH_SERVICE_URL=http://127.0.0.1:8000",
		"EASY_JWT_REMOTE_AUTH_SERVICE_TOKEN_PATH=/t/", "EASY_JWT_REMOTE_AUTH_SERVICE_REFRESH_PATH=/r/",
		"EASY_JWT_REMOTE_AUTH_SERVICE_VERIFY_PATH=/v/", "EASY_JWT_REMOTE_AUTH_SERVICE_USER_PATH=/u/",
		"EASY_JWT_REMOTE_AUTH_SERVICE_PASSWORD_CHANGE_PATH=/p/", "EASY_JWT_REMOTE_AUTH_SERVICE_BLACKLIST_PATH=/b/",
		"EASY_JWT_REMOTE_AUTH_REQUEST_TIMEOUT=5", "EASY_JWT_REMOTE_AUTH_SSL_VERIFY=false",
		"EASY_JWT_REMOTE_AUTH_SSL_CA=x", "EASY_JWT_REMOTE_AUTH_SSL_CA_FILE=missing.pem",
		"EASY_JWT_REMOTE_VERIFY=hybrid", "EASY_JWT_REMOTE_CACHE_TTL=5s", "EASY_JWT_BLACKLIST_ON_LOGOUT=false",
		"EASY_JWT_BLACKLIST_AFTER_ROTATION=true", "EASY_JWT_THROTTLE_DISABLED=true",
	).must("", "flushexpiredtokens")
}

func TestThrottlingSwitchedOffWarnsOutsideDevelopment(t *testing.T) {
	p := newPlace(t, storeMemory, "EASY_JWT_THROTTLE_DISABLED=true")
	if log := p.start().stop(); strings.Contains(log, "THROTTLE_DISABLED") {
		t.Errorf("in development: %s", log)
	}
	if log := p.with(strongKey).start().stop(); !strings.Contains(log, `"level":"WARN","msg":"EASY_JWT_THROTTLE_DISABLED`) {
		t.Errorf("outside: %s", log)
	}
}

func TestAKeyOfAFileIsTheProblemOfItsVariable(t *testing.T) {
	p := newPlace(t)
	file := filepath.Join(t.TempDir(), "key")
	for content, want := range map[string]string{"short\n": "at least 32 bytes", "\n": "the file is empty"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		wantOneLine(t, p.with("EASY_JWT_SIGNING_KEY_FILE="+file), "EASY_JWT_SIGNING_KEY_FILE: ", want)
	}
	if err := os.WriteFile(file, []byte("no public key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	own := p.with("EASY_JWT_ALGORITHM=ES256", "STORE=sqlite:other.db")
	own.must("", "flushexpiredtokens")
	own = own.with("EASY_JWT_SIGNING_KEY_FILE=other.db.key")
	own.must("", "flushexpiredtokens")
	wantOneLine(t, own.with("EASY_JWT_VERIFYING_KEY_FILE="+file), "EASY_JWT_VERIFYING_KEY_FILE: ", "PEM")
}

func TestADevelopmentKeyThatCannotBeReadIsOneProblem(t *testing.T) {
	p := newPlace(t)
	if err := os.Mkdir(p.dir+"/auth.db.key", 0o700); err != nil {
		t.Fatal(err)
	}
	wantOneLine(t, p, "STORE: ", "the key of development mode cannot be read")
}

func wantOneLine(t *testing.T, p *place, prefix, text string) {
	t.Helper()
	got := p.run("", "serve")
	if got.status != 2 || !strings.HasPrefix(got.errOut, prefix) || !strings.Contains(got.errOut, text) ||
		strings.Count(got.errOut, "\n") != 1 {
		t.Errorf("%d %q, want one line that begins with %q and has %q", got.status, got.errOut, prefix, text)
	}
}

func TestAnAddressInUseIsNamed(t *testing.T) {
	busy := newPlace(t, storeMemory).start()
	got := newPlace(t, storeMemory, "ADDR="+busy.addr).run("", "serve")
	if got.status != 1 || !strings.Contains(got.errOut, "authservice: ADDR: ") || !strings.Contains(got.errOut, "address already in use") {
		t.Errorf("%d %q", got.status, got.errOut)
	}
}

func TestKeysFromFilesAndSampleKeysInDevelopment(t *testing.T) {
	p := newPlace(t)
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(strings.Repeat("k3y!", 10)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.with("EASY_JWT_SIGNING_KEY_FILE="+file).must("", "flushexpiredtokens")
	p.with("EASY_JWT_SIGNING_KEY=d577273ff885c3f84dadb8578bb40000", "DEV=True").must("", "flushexpiredtokens")
	if _, err := os.Stat(p.dir + "/auth.db.key"); err == nil {
		t.Error("a key was made although one was given")
	}
}
