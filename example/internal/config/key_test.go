package config

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestOfManyKeysOneIsKept(t *testing.T) {
	dir := t.TempDir()
	const programs = 16
	kept := make([]string, programs)
	var wg sync.WaitGroup
	for i := range programs {
		text, err := newKey("HS256")
		if err != nil {
			t.Fatal(err)
		}
		k := devKey{path: filepath.Join(dir, "test.db.key"), text: text}
		wg.Go(func() {
			var err error
			if kept[i], err = k.keep(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, key := range kept {
		if key != kept[0] || len(key) != 128 {
			t.Errorf("keys are %q and %q", key, kept[0])
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("files are %v, %v", files, err)
	}
}

func TestKeyLiesBesideTheDatabase(t *testing.T) {
	for store, want := range map[string]string{
		"sqlite:auth.db":                          "auth.db.key",
		"sqlite:/data/auth.db":                    "/data/auth.db.key",
		"sqlite:file:a%20b.db?synchronous=normal": "a b.db.key",
		"memory:": "",
		"sqlite:": "",
	} {
		if got := keyPath(store); got != want {
			t.Errorf("keyPath(%q) = %q, want %q", store, got, want)
		}
	}
}
