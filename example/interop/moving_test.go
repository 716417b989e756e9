package interop_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/authplug/authplug/example/internal/httpclient"
	"github.com/authplug/authplug/example/internal/process"
	"github.com/authplug/authplug/sqlstore"
	"github.com/authplug/authplug/sqlstore/postgres"
	"github.com/authplug/authplug/sqlstore/sqlite"
	"github.com/authplug/authplug/sqlstore/sqltest"
)

// What testdata/moving has by these names: its key, how passwords end, and how many people nobody looks at.
const (
	djangoSecret = "a secret of Django that has fifty characters or so"
	oldPassword  = " old horse 9"
	crowd        = 1000
)

// projects are what moves: a model of users, and what is special about it.
var projects = map[string]struct {
	model   string
	environ []string
	args    []string // of the import
	bare    bool     // the model keeps little of a person
}{
	"Django's own users": {model: "auth.User"},
	"without time zones": {model: "auth.User", environ: []string{"LOCAL_TIME=Asia/Tokyo"}},
	"EasyJWT's users":    {model: "easyjwt_user.User"},
	"users of its own":   {model: "people.Account", args: []string{"--users-table", "people_account"}, bare: true},
}

// A database that a real Django has made moves with everybody in it, and an auth-service goes on with it.
func TestADatabaseOfDjangoMoves(t *testing.T) {
	needDjango(t)
	binary, clean, err := process.Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clean)
	for name, p := range projects {
		for kind, databases := range map[string]func(t *testing.T) (django, store string){
			"SQLite": func(t *testing.T) (string, string) {
				dir := t.TempDir()
				return filepath.Join(dir, "django.db"), "sqlite:" + filepath.Join(dir, "store.db")
			},
			"PostgreSQL": func(t *testing.T) (string, string) { return sqltest.Postgres(t), sqltest.Postgres(t) },
		} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				m := &moving{t: t, binary: binary, bare: p.bare, rotates: kind == "SQLite"}
				m.database, m.store = databases(t)
				m.fill(append(p.environ, "USER_MODEL="+p.model))
				m.imports(p.args)
				m.serves()
			})
		}
	}
}

// moving is a database of Django and the store that it moves to.
type moving struct {
	t               *testing.T
	binary          string
	database, store string
	bare, rotates   bool
	*httpclient.Client

	made struct {
		IDs    map[string]int
		Tokens map[string]string
		Table  string
	}
}

// fill lets Django make its database.
func (m *moving) fill(environ []string) {
	m.t.Helper()
	cmd := exec.CommandContext(m.t.Context(), python, "fill.py")
	cmd.Dir = filepath.Join("testdata", "moving")
	cmd.Env = append(environ, "PYTHONDONTWRITEBYTECODE=1", "DATABASE="+m.database)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &m.made)
	}
	if err != nil {
		m.t.Fatalf("Django: %v\n%s", err, &said)
	}
}

func (m *moving) environ() []string {
	return []string{
		"STORE=" + m.store, "EASY_JWT_SIGNING_KEY=" + djangoSecret, "EASY_JWT_THROTTLE_DISABLED=true",
		fmt.Sprint("EASY_JWT_ROTATE_REFRESH_TOKENS=", m.rotates),
	}
}

// command is an import.
func (m *moving) command(args []string) *exec.Cmd {
	dsn := m.database
	if !strings.HasPrefix(dsn, "postgres:") {
		dsn = "sqlite:" + dsn
	}
	cmd := exec.CommandContext(m.t.Context(), m.binary, append([]string{"import-django", "--dsn", dsn}, args...)...)
	cmd.Env, cmd.Dir = m.environ(), m.t.TempDir()
	return cmd
}

// report runs an import, which ends with status 1 for those who were skipped.
func (m *moving) report(args []string) string {
	m.t.Helper()
	out, err := m.command(args).Output()
	exit := (*exec.ExitError)(nil)
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		m.t.Fatalf("%q ends with %v and reports:\n%s", args, err, out)
	}
	return string(out)
}

// reports wants a report of an import.
func (m *moving) reports(args []string, want string) {
	m.t.Helper()
	if got := m.report(args); got != want {
		m.t.Fatalf("%q reports:\n%s\nwant:\n%s", args, got, want)
	}
}

// imports rehearses, imports, is killed and goes on.
func (m *moving) imports(args []string) {
	m.t.Helper()
	ids := m.made.IDs
	const people = crowd + 7
	report := func(users, tokens string) string {
		return fmt.Sprintf("user %d is skipped: email: This email already exists.\nuser %d is skipped: no e-mail address\n"+
			"user %d is skipped: email: Enter a valid email address.\n", ids["other twin"], ids["nobody"], ids["odd"]) +
			fmt.Sprintf("%d users read from %s: %s without a password that can be used\n", people+3, m.made.Table, users) +
			fmt.Sprintf("2 blacklisted tokens: %s already; 8 more go on until they run out, where the key is the same\n", tokens)
	}
	fresh := report(fmt.Sprint(people, " imported, 0 there already, 3 skipped; 1"), "2 imported, 0 there")
	before := m.content()
	m.reports(append(args, "--dry-run"), fresh+"no user and no token was written: this was a dry run\n")
	if n := m.people(); n != 0 {
		m.t.Fatalf("a dry run left %d users", n)
	}
	m.kill(args)
	left := m.people()
	m.t.Logf("killed when %d of %d users were imported", left, people)
	resumed := m.report(args)
	var added, there, without int // a server may have finished what the killed process had begun
	_, users, _ := strings.Cut(resumed, m.made.Table+": ")
	_, err := fmt.Sscanf(users, "%d imported, %d there already, 3 skipped; %d without", &added, &there, &without)
	if want := report(fmt.Sprintf("%d imported, %d there already, 3 skipped; %d", added, there, without), "2 imported, 0 there"); err != nil ||
		resumed != want || added+there != people || there < left || without > 1 {
		m.t.Fatalf("after %d users the next run reports, %v:\n%s", left, err, resumed)
	}
	again := report(fmt.Sprint("0 imported, ", people, " there already, 3 skipped; 0"), "0 imported, 2 there")
	m.reports(args, again)
	m.reports(append(args, "--dry-run"), again+"no user and no token was written: this was a dry run\n")
	if !bytes.Equal(before, m.content()) {
		m.t.Error("Django's database has changed")
	}
}

// kill kills an import when it has written somebody.
func (m *moving) kill(args []string) {
	m.t.Helper()
	store := m.open()
	cmd := m.command(args)
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	for some := 0; some < 100; {
		page, err := store.Users(m.t.Context(), "", 100)
		if err != nil {
			m.t.Fatal(err)
		}
		some = len(page)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// content tells what is in a file of SQLite.
func (m *moving) content() []byte {
	m.t.Helper()
	if strings.HasPrefix(m.database, "postgres:") {
		return nil
	}
	text, err := os.ReadFile(m.database)
	if err != nil {
		m.t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

// open opens the store beside the service.
func (m *moving) open() *sqlstore.Store {
	m.t.Helper()
	open, name := postgres.Open, m.store
	if file, ok := strings.CutPrefix(name, "sqlite:"); ok {
		open, name = sqlite.Open, file
	}
	store, err := open(m.t.Context(), name)
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { _ = store.Close() })
	return store
}

// people counts the users of the store.
func (m *moving) people() (n int) {
	m.t.Helper()
	store := m.open()
	defer store.Close()
	for after := ""; ; {
		page, err := store.Users(m.t.Context(), after, 500)
		if err != nil {
			m.t.Fatal(err)
		}
		if len(page) == 0 {
			return n
		}
		n, after = n+len(page), page[len(page)-1].ID
	}
}
