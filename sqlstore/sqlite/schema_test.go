package sqlite_test

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authplug/authplug/sqlstore/sqlite"
)

func TestOpeningTwiceKeepsTheRows(t *testing.T) {
	path := newPath(t)
	if err := open(t, path).RevokeToken(t.Context(), "t", time.Now()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if revoked, err := open(t, path).TokenRevoked(t.Context(), "t"); err != nil || !revoked {
			t.Errorf("TokenRevoked = %v, %v", revoked, err)
		}
	}
	var versions, latest int
	err := raw(t, path).QueryRow("SELECT COUNT(*), MAX(version) FROM auth_schema").Scan(&versions, &latest)
	if err != nil || versions != latest || latest < 2 {
		t.Errorf("%d rows in auth_schema, the latest %d, %v; want one for each migration", versions, latest, err)
	}
}

func TestASchemaOfANewerReleaseIsRefused(t *testing.T) {
	path := newPath(t)
	open(t, path)
	if _, err := raw(t, path).Exec("INSERT INTO auth_schema (version) VALUES (99)"); err != nil {
		t.Fatal(err)
	}
	_, err := sqlite.Open(t.Context(), path)
	if err == nil || !strings.Contains(err.Error(), "version 99") || !strings.Contains(err.Error(), path) {
		t.Errorf("Open = %v, want an error that names the version and the file", err)
	}
}

func TestManyStoresOpenOneNewFileAtOnce(t *testing.T) {
	path := newPath(t)
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			s, err := sqlite.Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestManyProcessesOpenOneNewFileAtOnce runs itself as the other processes.
func TestManyProcessesOpenOneNewFileAtOnce(t *testing.T) {
	const variable = "SQLITE_TEST_FILE"
	if path := os.Getenv(variable); path != "" {
		if err := open(t, path).RevokeToken(t.Context(), os.Getenv(variable+"_TOKEN"), time.Now()); err != nil {
			t.Error(err)
		}
		return
	}
	path := newPath(t)
	names := []string{"a", "b", "c", "d", "e", "f"}
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Go(func() {
			c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
			c.Env = append(os.Environ(), variable+"="+path, variable+"_TOKEN="+name)
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("process %s: %v\n%s", name, err, out)
			}
		})
	}
	wg.Wait()
	s := open(t, path)
	for _, name := range names {
		if revoked, err := s.TokenRevoked(t.Context(), name); err != nil || !revoked {
			t.Errorf("the token of process %s: %v, %v", name, revoked, err)
		}
	}
}

// TestTheDatabaseItselfRefusesDuplicates holds whatever a program does beside the store.
func TestTheDatabaseItselfRefusesDuplicates(t *testing.T) {
	path := newPath(t)
	open(t, path)
	db := raw(t, path)
	const user = `INSERT INTO auth_users (uuid, issuer, email, remote_id, version, first_name, last_name, active,
		staff, superuser, date_joined, last_login, roles, permissions, password_hash, epoch_access, epoch_refresh, codes)
		VALUES (?, ?, ?, ?, 1, '', '', 1, 0, 0, 0, 0, '[]', '[]', '', 0, 0, '{}')`
	const session = `INSERT INTO auth_sessions (id, user_id, epoch, device, label, address, created_at, last_seen,
		expires_at, ends_at, token_id, previous_id, replaced_at, ended_at, end_reason)
		VALUES (?, '1', 0, '', '', '', 0, 0, 1, 1, '', '', 0, 0, '')`
	const token = `INSERT INTO auth_tokens (id, until) VALUES (?, 0)`
	for _, step := range []struct {
		name, query string
		args        []any
		duplicate   bool
	}{
		{"a user", user, []any{"u1", "i", "a@x", "r1"}, false},
		{"the same UUID", user, []any{"u1", "i", "b@x", "r2"}, true},
		{"the same e-mail", user, []any{"u2", "i", "a@x", "r2"}, true},
		{"the same remote id", user, []any{"u2", "i", "b@x", "r1"}, true},
		{"another issuer", user, []any{"u2", "j", "a@x", "r1"}, false},
		{"no e-mail, no remote id", user, []any{"u3", "i", nil, nil}, false},
		{"again none", user, []any{"u4", "i", nil, nil}, false},
		{"no UUID", user, []any{nil, "i", nil, nil}, true},
		{"a session", session, []any{"s1"}, false},
		{"the same session", session, []any{"s1"}, true},
		{"a token", token, []any{"t1"}, false},
		{"the same token", token, []any{"t1"}, true},
		{"no token", token, []any{nil}, true},
		{"a token that is no text", "INSERT INTO auth_tokens (id, until) VALUES ('t2', 'soon')", nil, true},
	} {
		_, err := db.Exec(step.query, step.args...)
		if refused := err != nil; refused != step.duplicate {
			t.Errorf("%s: %v", step.name, err)
		}
	}
}
