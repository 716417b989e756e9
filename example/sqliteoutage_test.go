package example_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"github.com/authplug/authplug/example/internal/httpclient"
)

// D2-3: on a full disk nothing can be written and everything read, and no half of anything is left.
func TestADiskThatIsFull(t *testing.T) {
	p := newPlace(t, frameworkGin, "STORE=sqlite:disk/test.db", "EASY_JWT_ROTATE_REFRESH_TOKENS=true",
		"EASY_JWT_THROTTLE_DISABLED=true")
	disk := filepath.Join(p.dir, "disk")
	mountSmall(t, disk)
	c := p.start().client()
	registerAnn(c)
	ann := c.Login(annEmail, password)

	fill(t, filepath.Join(disk, "filler"))
	full := fillDatabase(t, c)
	for range 1000 { // which take less room
		if ann.Refresh().Status != http.StatusOK {
			break
		}
	}
	for range 3 {
		wantUnavailable(t, ann, "/auth/token/", credentials(annEmail, password))
		wantUnavailable(t, ann, "/auth/token/refresh/", map[string]string{"refresh": ann.Refreshing})
		ann.Get("/auth/user/").Want(http.StatusOK, "")
	}
	if err := os.Remove(filepath.Join(disk, "filler")); err != nil {
		t.Fatal(err)
	}
	c.Post("/auth/create-user/", full).Want(http.StatusCreated, "") // nothing of it was left
	ann.Refresh().Want(http.StatusOK, "")
	c.Login(annEmail, password)
}

// mountSmall makes a file system of a few megabytes, or skips the test.
func mountSmall(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", dir).CombinedOutput(); err != nil {
		if os.Getenv("AUTHPLUG_REQUIRE_DISK") == "1" {
			t.Fatalf("cannot mount: %v, %s", err, out)
		}
		t.Skipf("needs a small file system, and may not mount one: %v, %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v, %s", err, out)
		}
	})
}

// fill writes a file until there is no space.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 64 << 10; size >= 512; size /= 2 {
		for err == nil {
			_, err = f.Write(bytes.Repeat([]byte{1}, size))
		}
		err = nil
	}
}

// fillDatabase registers people until that fails, since there may be room in the files of the
// database, and returns whom it failed for.
func fillDatabase(t *testing.T, c *httpclient.Client) any {
	t.Helper()
	for i := range 10_000 {
		body := credentials(fmt.Sprintf("user%d@example.com", i), password)
		switch reply, err := c.Try(http.MethodPost, "/auth/create-user/", body); {
		case err == nil && reply.Status == http.StatusServiceUnavailable:
			return body
		case err != nil || reply.Status != http.StatusCreated:
			t.Fatalf("registration %d: %d %s, %v", i, reply.Status, reply.Body, err)
		}
	}
	t.Fatal("the disk does not get full")
	return nil
}

func wantUnavailable(t *testing.T, c *httpclient.Client, path string, body any) {
	t.Helper()
	begin := time.Now()
	reply, err := c.Try(http.MethodPost, path, body)
	if took := time.Since(begin); err != nil || reply.Status != http.StatusServiceUnavailable ||
		reply.Header.Get("Retry-After") == "" || took > longestOutage {
		t.Errorf("POST %s = %d %s with Retry-After %q after %v, %v",
			path, reply.Status, reply.Body, reply.Header.Get("Retry-After"), took, err)
	}
}

// A program that locks the database for long, as a tool may, stops nobody from reading.
func TestADatabaseThatIsLocked(t *testing.T) {
	p := newPlace(t, frameworkEcho, storeSQLite, "EASY_JWT_ROTATE_REFRESH_TOKENS=true")
	c := p.start().client()
	registerAnn(c)
	ann := c.Login(annEmail, password)

	db, err := sql.Open("sqlite3", "file:"+filepath.Join(p.dir, "test.db")+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	lock, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	for range 8 {
		go func() {
			wantUnavailable(t, c, "/auth/token/refresh/", map[string]string{"refresh": ann.Refreshing})
			done <- struct{}{}
		}()
	}
	ann.Get("/auth/user/").Want(http.StatusOK, "")
	for range 8 {
		<-done
	}
	if err := lock.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		t.Fatal(err)
	}
	ann.Refresh().Want(http.StatusOK, "")
}
