package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/sqlstore/sqlite"
)

func TestNamesOfFiles(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for name, file := range map[string]string{
		"plain.db":                            "plain.db",
		"./dot.db":                            "dot.db",
		filepath.Join(dir, "absolute.db"):     "absolute.db",
		"100% #1 ü&a=b;c.db":                  "100% #1 ü&a=b;c.db",
		"file:relative.db":                    "relative.db",
		"file:a%3Fb%20c.db":                   "a?b c.db",
		"file:" + dir + "/uri.db?readers=2":   "uri.db",
		"file://" + dir + "/slashes.db":       "slashes.db",
		"file://localhost" + dir + "/host.db": "host.db",
	} {
		if err := open(t, name).RevokeToken(t.Context(), "t", time.Now()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		info, err := os.Stat(filepath.Join(dir, file))
		if err != nil || info.Size() == 0 {
			t.Errorf("%s did not make the file %s: %v", name, file, err)
		}
	}
}

func TestAStoreOutlivesAChangeOfDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	s := open(t, "auth.db")
	t.Chdir(t.TempDir())
	done := make(chan error)
	for range 8 { // more than the connections that are open
		go func() { done <- s.Ping(t.Context()) }()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestNamesThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("This is no database. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"":                                     "names no file",
		"file:":                                "names no file",
		":memory:":                             "memstore",
		"file::memory:":                        "memstore",
		"file::memory:?cache=shared":           "memstore",
		"file:a.db?mode=memory":                "memstore",
		"a.db?synchronous=normal":              "file:",
		"file:a.db?_journal_mode=delete":       "unknown parameter _journal_mode",
		"file:a.db?mode=ro":                    "unknown parameter mode",
		"file:a.db?synchronous=off":            "synchronous is full or normal",
		"file:a.db?busy_timeout=5000":          "busy_timeout is a duration",
		"file:a.db?busy_timeout=-1s":           "busy_timeout is a duration",
		"file:a.db?readers=0":                  "readers is a number",
		"file:a.db?readers=2&readers=3":        "given 2 times",
		"file:a.db?readers=%zz":                "invalid URL escape",
		"file:a.db#x":                          "%23",
		"file://host/a.db":                     "another host",
		filepath.Join(dir, "missing", "a.db"):  filepath.Join(dir, "missing", "a.db"),
		filepath.Join(text, "below a file.db"): text,
		dir:                                    dir,
		text:                                   "not a database",
		"nul\x00byte":                          "nul",
	} {
		s, err := sqlite.Open(t.Context(), name)
		if err == nil {
			t.Errorf("Open(%q) succeeded", name)
			_ = s.Close()
			continue
		}
		if !strings.HasPrefix(err.Error(), "sqlite: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%q) = %v, want %q in it", name, err, want)
		}
	}
	if _, err := os.Stat("a.db"); err == nil {
		t.Error("a refused name made a file")
	}
}

func TestNewFilesAreReadableByTheirOwnerOnly(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	if err := s.RevokeToken(t.Context(), "t", time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has permissions %o, want 600", path+suffix, mode)
		}
	}
}
