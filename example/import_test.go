package example_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/sqlstore"
	"github.com/authplug/authplug/sqlstore/sqltest"
)

// djangoTables are those of Django's own users and of simplejwt's blacklist, in the words that differ.
const djangoTables = `
CREATE TABLE "{{users}}" (id BIGINT PRIMARY KEY, password VARCHAR(128) NOT NULL, last_login {{time}} NULL, is_superuser BOOLEAN NOT NULL,
	username VARCHAR(150) NOT NULL, first_name VARCHAR(150) NOT NULL, last_name VARCHAR(150) NOT NULL, email VARCHAR(254) NOT NULL,
	is_staff BOOLEAN NOT NULL, is_active BOOLEAN NOT NULL, date_joined {{time}} NOT NULL);
CREATE TABLE auth_group (id BIGINT PRIMARY KEY, name VARCHAR(150) NOT NULL);
CREATE TABLE "{{users}}_groups" (id BIGINT PRIMARY KEY, user_id BIGINT NOT NULL, group_id BIGINT NOT NULL);
CREATE TABLE token_blacklist_outstandingtoken (id BIGINT PRIMARY KEY, token TEXT NOT NULL, created_at {{time}} NULL,
	expires_at {{time}} NOT NULL, user_id BIGINT NULL, jti VARCHAR(255) NOT NULL);
CREATE TABLE token_blacklist_blacklistedtoken (id BIGINT PRIMARY KEY, blacklisted_at {{time}} NOT NULL, token_id BIGINT NOT NULL);
INSERT INTO "{{users}}" VALUES
	(7, '{{hash}}', '2026-01-02 03:04:05.123456', TRUE, 'ann', 'Ann', 'A', 'Ann@Example.com', TRUE, TRUE, '2020-02-01 00:00:00'),
	(40, '!no', NULL, FALSE, 'bob', '', '', 'bob@example.com', FALSE, TRUE, '2020-02-01 00:00:00'),
	(41, 'md5$salt$hash', NULL, FALSE, 'eve', '', '', 'eve@example.com', FALSE, FALSE, '2020-02-01 00:00:00'),
	(42, '{{hash}}', NULL, FALSE, 'twin', '', '', 'ANN@example.com', FALSE, TRUE, '2020-02-01 00:00:00'),
	(43, '{{hash}}', NULL, FALSE, 'none', '', '', '', FALSE, TRUE, '2020-02-01 00:00:00');
INSERT INTO auth_group VALUES (1, 'editor');
INSERT INTO "{{users}}_groups" VALUES (1, 7, 1);
INSERT INTO token_blacklist_outstandingtoken VALUES (1, 'secret-token', NULL, '{{later}}', 7, 'listed'), (2, 'secret-token', NULL, '{{later}}', 7, 'open'),
	(3, 'secret-token', NULL, '2020-01-01 00:00:00', 7, 'past');
INSERT INTO token_blacklist_blacklistedtoken VALUES (1, '2026-01-01 00:00:00', 1), (2, '2020-01-01 00:00:00', 3);
`

// djangoHash is of djangoPassword, as Django stores it.
const (
	djangoPassword = "S3cure!P@ssw0rd"
	djangoHash     = "pbkdf2_sha256$5$seasalt012345$GwIKNBGmMtEAcHkLrKQXMBxkzlwKnpDRtWHMgbTWFCc="
)

var importKey = "EASY_JWT_SIGNING_KEY=" + strings.Repeat("k3y-", 20)

// makeDjango makes the tables in a database.
func makeDjango(t *testing.T, db *sql.DB, users, timeType string) {
	t.Helper()
	script := strings.NewReplacer("{{users}}", users, "{{time}}", timeType, "{{hash}}", djangoHash,
		"{{later}}", time.Now().UTC().Add(24*time.Hour).Format(time.DateTime)).Replace(djangoTables)
	execute(t, db, script)
}

func execute(t *testing.T, db *sql.DB, script string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), script); err != nil {
		t.Fatal(err)
	}
}

// djangos make a database with its users in a table, and return its name.
var djangos = map[string]func(t *testing.T, users string) string{
	"SQLite": func(t *testing.T, users string) string {
		t.Helper()
		path, db := newSource(t)
		makeDjango(t, db, users, "datetime")
		return "sqlite:" + path
	},
	"PostgreSQL": func(t *testing.T, users string) string {
		t.Helper()
		name := sqltest.Postgres(t)
		u, err := url.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		q.Set("timezone", "UTC")
		q.Set("default_query_exec_mode", "simple_protocol") // several statements at once
		u.RawQuery = q.Encode()
		makeDjango(t, sqltest.Raw(t, u.String()), users, "timestamptz")
		return name
	},
}

// newSource returns an empty file.
func newSource(t *testing.T) (string, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "django's & base.db")
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return path, db
}

func TestUsersOfADjangoDatabaseAreImported(t *testing.T) {
	for name, source := range djangos {
		t.Run(name, func(t *testing.T) { importFrom(t, source(t, "auth_user")) })
		t.Run(name+", EasyJWT's table", func(t *testing.T) { importFrom(t, source(t, "user")) })
	}
}

func importFrom(t *testing.T, dsn string) {
	p := newPlace(t, storeSQLite, frameworkGin, importKey)
	dry := p.run("", "import-django", "--dsn", dsn, "--dry-run")
	wantReport(t, dry, "3 imported, 0 there already, 2 skipped; 2 without", "1 imported, 0 there already; 1 more", "dry run")
	if users, err := openStore(t, p.dir+"/test.db").Users(t.Context(), "", 10); err != nil || len(users) != 0 {
		t.Fatalf("a dry run left %d users, %v", len(users), err)
	}
	wantReport(t, p.run("", "import-django", "--dsn", dsn), "3 imported, 0 there already, 2 skipped; 2 without", "1 imported, 0 there already; 1 more",
		"user 42 is skipped: email: This email already exists.", "user 43 is skipped: no e-mail address", "user 41 comes without a password")
	wantReport(t, p.run("", "import-django", "--dsn", dsn), "0 imported, 3 there already, 2 skipped", "0 imported, 1 there already")
	checkImported(t, p)

	c := p.start().client()
	ann := c.Login("ann@example.com", djangoPassword)
	ann.Get("/api/editor/").Want(http.StatusOK, "")
	ann.Get("/auth/user/").Want(http.StatusOK, "")
	c.Post("/auth/token/", credentials("bob@example.com", "!no")).Want(http.StatusUnauthorized, "")
	if got := c.Post("/auth/create-user/", credentials("new@example.com", password)).Want(http.StatusCreated, "").Body; !strings.Contains(got, `"id":44`) {
		t.Errorf("the next user is %s, want the id behind the last one of Django, which somebody's tokens name", got)
	}
	u, err := openStore(t, p.dir+"/test.db").User(t.Context(), auth.UserKey{ID: "7"})
	if err != nil || !strings.Contains(string(u.PasswordHash), "argon2id") {
		t.Errorf("after the login the hash is of the kind %.12s, %v", string(u.PasswordHash), err)
	}
}

// wantReport wants these texts, and that nothing secret is told.
func wantReport(t *testing.T, got result, texts ...string) {
	t.Helper()
	all := got.out + got.errOut
	for _, text := range texts {
		if !strings.Contains(all, text) {
			t.Errorf("the report has no %q:\n%s", text, all)
		}
	}
	if got.status != 1 || strings.Contains(all, "pbkdf2") || strings.Contains(all, "secret-token") {
		t.Errorf("status %d, want 1 since some were skipped; or the report tells a secret:\n%s", got.status, all)
	}
}

func checkImported(t *testing.T, p *place) {
	t.Helper()
	store := openStore(t, p.dir+"/test.db")
	u, err := store.User(t.Context(), auth.UserKey{Email: "ann@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(u.ID, " ", u.FirstName, " ", u.LastName, " ", u.Active, u.Staff, u.Superuser, u.Roles, " ",
		u.DateJoined.Format(time.DateTime), " ", u.LastLogin.Format(time.DateTime))
	if want := "7 Ann A true true true [editor] 2020-02-01 00:00:00 2026-01-02 03:04:05"; got != want {
		t.Errorf("ann is %s, want %s", got, want)
	}
	for id, want := range map[string]bool{"listed": true, "open": false, "past": false} {
		if revoked, err := store.TokenRevoked(t.Context(), id); err != nil || revoked != want {
			t.Errorf("the token %s is revoked: %v, %v; want %v", id, revoked, err, want)
		}
	}
}

func TestAnImportThatCannotBegin(t *testing.T) {
	p := newPlace(t, storeSQLite, importKey)
	empty, db := newSource(t)
	execute(t, db, "CREATE TABLE things (n INTEGER)")
	two, db := newSource(t)
	execute(t, db, `CREATE TABLE user (id INTEGER); CREATE TABLE auth_user (id INTEGER)`)
	texts, db := newSource(t)
	execute(t, db, `CREATE TABLE auth_user (id TEXT); INSERT INTO auth_user VALUES ('5a17c0de')`)
	for want, args := range map[string][]string{
		"--dsn is required":            nil,
		"write sqlite:PATH":            {"--dsn", "mysql://u:hunter2@h/d"},
		"unable to open database file": {"--dsn", "sqlite:missing.db"},
		"no table user or auth_user":   {"--dsn", "sqlite:" + empty},
		"in user or auth_user":         {"--dsn", "sqlite:" + two},
		"no integers":                  {"--dsn", "sqlite:" + texts},
		"no table people":              {"--dsn", "sqlite:" + empty, "--users-table", "people"},
		"no name of a table":           {"--dsn", "sqlite:" + empty, "--users-table", "people; DROP TABLE things"},
		"connection refused":           {"--dsn", "postgres://u:hunter2@127.0.0.1:1/d"},
	} {
		got := p.run("", append([]string{"import-django"}, args...)...)
		if got.status == 0 || !strings.Contains(got.errOut, want) || strings.Contains(got.errOut, "hunter2") {
			t.Errorf("%q: status %d, %s; want %q", args, got.status, got.errOut, want)
		}
	}
}

// A blacklist that cannot be read must not pass for an empty one: its tokens would be good again.
func TestABlacklistThatCannotBeReadEndsTheImport(t *testing.T) {
	p := newPlace(t, storeSQLite, importKey)
	path, db := newSource(t)
	makeDjango(t, db, "auth_user", "datetime")
	execute(t, db, "ALTER TABLE token_blacklist_outstandingtoken DROP COLUMN jti")
	if got := p.run("", "import-django", "--dsn", "sqlite:"+path); got.status == 0 || !strings.Contains(got.errOut, "jti") {
		t.Errorf("status %d, %s", got.status, got.errOut)
	}
}

// Many users are written at once. Of those with one address it is the first who is imported all the same,
// and who was imported before a run was killed stays.
func TestAnImportThatIsKilledGoesOn(t *testing.T) {
	const users = 4000
	path, db := newSource(t)
	makeDjango(t, db, "auth_user", "datetime")
	execute(t, db, fmt.Sprintf(`DELETE FROM auth_user;
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		INSERT INTO auth_user SELECT i, '%s', NULL, FALSE, 'u' || i, '', '',
			CASE WHEN i %% 10 = 0 THEN 'U' || (i - i %% 3 - 1) ELSE 'u' || i END || '@example.com', FALSE, TRUE, '2020-02-01 00:00:00' FROM n`,
		users, djangoHash))
	whole, killed := newPlace(t, storeSQLite, importKey), newPlace(t, storeSQLite, importKey)
	want := whole.run("", "import-django", "--dsn", "sqlite:"+path)

	store := openStore(t, killed.dir+"/test.db")
	cmd := exec.CommandContext(t.Context(), killed.program, "import-django", "--dsn", "sqlite:"+path)
	cmd.Dir, cmd.Env = killed.dir, killed.env
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for some := []*auth.User(nil); len(some) < 100; {
		var err error
		if some, err = store.Users(t.Context(), "", 100); err != nil {
			t.Fatal(err)
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	before := len(everyUser(t, store))
	t.Logf("killed when %d of %d users were imported", before, users)
	got := killed.run("", "import-django", "--dsn", "sqlite:"+path)
	want.out = strings.Replace(want.out, fmt.Sprint(users-users/10, " imported, 0 there"), fmt.Sprint(users-users/10-before, " imported, ", before, " there"), 1)
	if got.out != want.out || got.status != want.status {
		t.Errorf("after %d users a second run says:\n%.2000s\nwant:\n%.2000s", before, got.out, want.out)
	}
	if got, want := everyUser(t, store), everyUser(t, openStore(t, whole.dir+"/test.db")); !slices.Equal(got, want) || len(got) != users-users/10 {
		t.Errorf("it has %d users, want the %d of a whole import", len(got), len(want))
	}
}

// everyUser returns whose ids have which addresses.
func everyUser(t *testing.T, store *sqlstore.Store) (all []string) {
	t.Helper()
	for after := ""; ; {
		page, err := store.Users(t.Context(), after, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return all
		}
		for _, u := range page {
			all, after = append(all, u.ID+" "+u.Email), u.ID
		}
	}
}
